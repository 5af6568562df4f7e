//! The target `formatter` for libFuzzer; what it checks is in `src/formatter.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wicket_fuzz::formatter(bytes));

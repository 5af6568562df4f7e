//! The target `decide` for libFuzzer; what it checks is in `src/decide.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wicket_fuzz::decide(bytes));

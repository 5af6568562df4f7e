//! The target `checker` for libFuzzer; what it checks is in `src/checker.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wicket_fuzz::checker(bytes));

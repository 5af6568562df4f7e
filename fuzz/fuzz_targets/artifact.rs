//! The target `artifact` for libFuzzer; what it checks is in `src/artifact.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wicket_fuzz::artifact(bytes));

//! The target `parser` for libFuzzer; what it checks is in `src/parser.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wicket_fuzz::parser(bytes));

//! What fuzzing tries: one plain function per target, which panics when a promise is broken.
//!
//! The same functions are called by libFuzzer (`fuzz_targets/`), which is guided by coverage, and by a walk over the
//! corpus that needs nothing but a stable toolchain (`src/bin/walk.rs`). `cargo xtask fuzz` chooses. All of them run
//! with an allocator that ends the program when one input asks for too much memory ([`memory`]).

pub mod memory;
mod catalog;
mod parser;
mod checker;
mod formatter;
mod artifact;
mod decide;

/// A target: what it is called, and what is done with one input.
pub type Target = (&'static str, fn(&[u8]));

/// Every target; the corpus of each is `fuzz/corpus/NAME`.
pub const TARGETS: &[Target] = &[
    ("parser", parser),
    ("checker", checker),
    ("formatter", formatter),
    ("artifact", artifact),
    ("decide", decide),
];

/// Reads a text; spans, comments and drawings of what is wrong must fit it.
pub fn parser(bytes: &[u8]) {
    memory::limited(|| with_text(bytes, parser::check));
}

/// Takes a text through checking, lints and compilation, and runs its tests on machine and interpreter.
pub fn checker(bytes: &[u8]) {
    memory::limited(|| with_text(bytes, checker::check));
}

/// Formats a text; its tree and its comments must stay, and a second time must change nothing.
pub fn formatter(bytes: &[u8]) {
    memory::limited(|| with_text(bytes, formatter::check));
}

/// Loads bytes as an artifact, as they are and with the length and the digest made right, and judges calls with it.
pub fn artifact(bytes: &[u8]) {
    memory::limited(|| artifact::check(bytes));
}

/// Reads a request as JSON and has it judged.
pub fn decide(bytes: &[u8]) {
    memory::limited(|| decide::check(bytes));
}

/// Sources are texts; a file that is no UTF-8 is refused by whoever reads it.
fn with_text(bytes: &[u8], check: fn(&str)) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        check(text);
    }
}

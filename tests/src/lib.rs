//! The runner of golden cases and scenarios: plain files, walked, compared, and rewritten by one command.
//!
//! A case is a file; the runner finds it by walking a folder, so a new one needs no line of code. `cargo xtask bless`
//! writes what the program says today into every golden file; the review of its diff is the test's review.

pub mod files;
pub mod golden;
pub mod bundle;
pub mod markdown;
pub mod answer;
pub mod scenario;

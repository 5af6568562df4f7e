//! Schedules, `{s.next}` and the instant of `at` against a walk over every minute of two years.
//!
//! The oracle knows nothing of zone tables, edges or searches. It asks another library what the wall clock of a zone
//! reads at each minute, says for each minute whether a window is open by comparing that reading, and finds what comes
//! next by going on until it does. Worlds are generated from a seed; `WICKET_ORACLE_ROUNDS` makes more of them.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop where it is"
)]

mod chance;
mod clock;
mod conjunctions;
mod membership;
mod moved;
mod schedules;
mod turns;

/// Zones whose clocks do all that clocks do, and a year whose two years from the start of which are walked.
const ZONES: &[(&str, i32)] = &[
    ("Europe/Berlin", 2026),
    ("America/New_York", 2026),
    ("America/Havana", 2024),
    ("Australia/Lord_Howe", 2026),
    ("Asia/Kathmandu", 2026),
    ("Africa/Casablanca", 2024),
    // The year in which Samoa left out a day.
    ("Pacific/Apia", 2011),
];

/// How many worlds are made for each zone. Read when the test is compiled: the language reads no environment.
fn rounds() -> u64 {
    option_env!("WICKET_ORACLE_ROUNDS")
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(1)
}

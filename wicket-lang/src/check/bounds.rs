//! The bounds that items state: a number, a length of time, a word of which there is one.

use super::Checker;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Duration, Name, Number};

/// The longest that anything lasts, in seconds: 30 days.
const MAX_SECONDS: u64 = 30 * 24 * 60 * 60;

/// A number from 1 to `most`; else `found` is reported, and it is 1.
pub(super) fn count(checker: &mut Checker<'_>, number: &Number, most: u32, found: Diagnostic) -> u32 {
    match number.digits.parse::<u32>() {
        Ok(count) if (1..=most).contains(&count) => count,
        Ok(_) | Err(_) => {
            checker.report(found);
            1
        }
    }
}

/// How long `what` lasts, from a second to 30 days.
pub(super) fn seconds(checker: &mut Checker<'_>, code: Code, what: &str, duration: Duration) -> u64 {
    if !(1..=MAX_SECONDS).contains(&duration.seconds) {
        let message = format!("{what} lasts from 1 second to 30 days");
        checker.report(Diagnostic::new(code, message, duration.span, "this does not"));
    }
    duration.seconds.clamp(1, MAX_SECONDS)
}

/// Reports `found` where another word stands than the one that this version knows.
pub(super) fn word(checker: &mut Checker<'_>, name: &Name, word: &str, found: Diagnostic) {
    if name.text != word {
        checker.report(found.with_help(format!("write `{word}`")));
    }
}

//! What the exit code of every command means: the one table.

use std::process::ExitCode;

/// Shown under `wicket --help`, and in the reference.
pub(super) const HELP: &str = "Exit codes:\n  \
    0  done, and nothing is wrong; a decision was made, permit or deny\n  \
    1  done, and something is wrong: an error in a policy, a failed test, a file that is not formatted\n  \
    2  could not run: wrong arguments, an unreadable file, a port in use";

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done, and nothing is wrong. A denial is a decision like any other.
    Done,
    /// Done, and something is wrong with what was looked at.
    Findings,
    /// Could not do its work.
    CouldNotRun,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Findings => 1,
            Exit::CouldNotRun => 2,
        })
    }
}

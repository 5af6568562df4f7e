//! Patterns: what stands between the slashes after `matches` and `contains`.
//!
//! A pattern is read once, when a bundle is checked or loaded, and becomes an automaton that looks at each byte of a
//! text once; so a decision takes time in proportion to the text, whatever the pattern, and nothing is allocated. The
//! price is that an automaton can be large: one over the cap is refused, and so is a bundle whose patterns are too
//! large together. What a pattern can say is in `read.rs`, and is the same for the checker and for artifacts.

mod read;

use std::ops::Range;
use std::sync::Arc;

use regex_automata::dfa::dense::{self, DFA};
use regex_automata::dfa::{Automaton, StartKind};
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::{Anchored, Input};
use regex_syntax::hir::{Hir, Look};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Truth, Value};

/// The longest pattern, in bytes.
pub const MAX_PATTERN_BYTES: usize = 1000;
/// The largest automaton of one pattern, in bytes.
pub const MAX_PATTERN_MEMORY: usize = 1024 * 1024;
/// What the automata of a bundle may take together, in bytes.
pub const MAX_PATTERNS_MEMORY: usize = 8 * 1024 * 1024;
/// How deep parentheses and repetitions may nest. Patterns are read by recursion, so this keeps the stack small.
const MAX_NESTING: u32 = 50;

/// What a pattern is made from: all that an artifact keeps of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PatternText {
    /// As it stands between the slashes.
    pub source: String,
    /// `matches`: it has to take the whole text. `contains` searches.
    pub whole: bool,
    /// It is asked of texts whose case does not matter to their connector.
    pub fold: bool,
}

/// A pattern that can be asked.
#[derive(Clone)]
pub struct Pattern {
    text: PatternText,
    exact: Arc<DFA<Vec<u32>>>,
    /// The same without regard to ASCII case, where that matters.
    folded: Option<Arc<DFA<Vec<u32>>>>,
}

/// Why a pattern is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{problem}")]
pub struct PatternError {
    /// What is wrong, for the author.
    pub problem: String,
    /// The bytes of the pattern that it is about.
    pub at: Range<usize>,
    /// What to write instead, where one thing is likely.
    pub help: Option<&'static str>,
}

impl std::fmt::Debug for Pattern {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.text.fmt(formatter)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Pattern {
    /// Reads a pattern and builds what is asked. It fails where the language does not have what stands there, or where it
    /// would become too large.
    pub fn new(text: PatternText) -> Result<Self, PatternError> {
        let source = &text.source;
        if source.len() > MAX_PATTERN_BYTES {
            return Err(PatternError {
                problem: format!("a pattern has at most {MAX_PATTERN_BYTES} characters"),
                at: 0..source.len(),
                help: None,
            });
        }
        let exact = automaton(source, text.whole, false)?;
        let folded = if text.fold {
            Some(Arc::new(automaton(source, text.whole, true)?))
        } else {
            None
        };
        Ok(Self {
            text,
            exact: Arc::new(exact),
            folded,
        })
    }

    /// What it was made from.
    #[must_use]
    pub fn text(&self) -> &PatternText {
        &self.text
    }

    /// What its automata take, in bytes.
    #[must_use]
    pub fn memory(&self) -> usize {
        let folded = self.folded.as_ref().map_or(0, |folded| folded.memory_usage());
        self.exact.memory_usage() + folded
    }

    /// Whether a value fits. Unknown where it is missing or no text, and where a text fits only with its ASCII letters
    /// folded and case does not matter to its connector.
    #[must_use]
    pub fn test(&self, value: &Value<'_>) -> Truth {
        let text = match value.text_or_missing() {
            Ok(text) => text,
            Err(missing) => return missing.into(),
        };
        match (self.holds(&self.exact, text), &self.folded) {
            (None, _) => Truth::Unknown,
            (Some(true), _) => Truth::True,
            (Some(false), None) => Truth::False,
            (Some(false), Some(folded)) => match self.holds(folded, text) {
                Some(false) => Truth::False,
                Some(true) | None => Truth::Unknown,
            },
        }
    }

    fn holds(&self, automaton: &DFA<Vec<u32>>, text: &str) -> Option<bool> {
        let anchored = if self.text.whole {
            Anchored::Yes
        } else {
            Anchored::No
        };
        let input = Input::new(text).anchored(anchored).earliest(true);
        // It fails only where an automaton gives up on certain bytes, which these are not built to do.
        Some(automaton.try_search_fwd(&input).ok()?.is_some())
    }
}

fn automaton(source: &str, whole: bool, fold: bool) -> Result<DFA<Vec<u32>>, PatternError> {
    let pattern = read::read(source, fold)?;
    let (pattern, start) = if whole {
        let ends = [Hir::look(Look::Start), pattern, Hir::look(Look::End)];
        (Hir::concat(ends.into()), StartKind::Anchored)
    } else {
        (pattern, StartKind::Unanchored)
    };
    let too_large = || PatternError {
        problem: "this pattern is too large".to_owned(),
        at: 0..source.len(),
        help: Some(
            "repeat less often, or search for a shorter piece: each `{m,n}` copies what stands before it",
        ),
    };
    let steps = thompson::Config::new()
        .which_captures(WhichCaptures::None)
        .nfa_size_limit(Some(MAX_PATTERN_MEMORY));
    let steps = thompson::Compiler::new()
        .configure(steps)
        .build_from_hir(&pattern)
        .map_err(|_| too_large())?;
    let config = dense::Config::new()
        .start_kind(start)
        .dfa_size_limit(Some(MAX_PATTERN_MEMORY))
        .determinize_size_limit(Some(4 * MAX_PATTERN_MEMORY));
    dense::Builder::new()
        .configure(config)
        .build_from_nfa(&steps)
        .map_err(|_| too_large())
}

#[cfg(test)]
mod tests;

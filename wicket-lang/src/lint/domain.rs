//! What one value may still be, after several tests of it have been answered.
//!
//! "Nothing is left" is certain; "something may be left" may be wrong. So whoever asks is never told of a contradiction
//! that is none.

use std::collections::BTreeSet;

use crate::ir::Constant;
use crate::value::{CompareOp, Decimal, TextOp, Truth, Value, text_test};

/// What is known of a value from where it comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nature {
    Any,
    /// `lower(x)`: without capital letters.
    Lower,
    /// `size(x)`: not negative.
    Count,
}

/// The values that give all the answers so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Domain {
    /// `None`: any.
    allowed: Option<BTreeSet<Constant>>,
    excluded: BTreeSet<Constant>,
    /// Each with whether the bound itself is left out.
    lower: Option<(Decimal, bool)>,
    upper: Option<(Decimal, bool)>,
    texts: Vec<(TextOp, String, bool)>,
    /// The kinds that the tests spoke of: a test that has an answer has met its own kind.
    sorts: BTreeSet<Sort>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sort {
    Bool,
    Number,
    Text,
    /// Nothing is claimed of the rest.
    Other,
}

fn sort_of(constant: &Constant) -> Sort {
    match constant {
        Constant::Bool(_) => Sort::Bool,
        Constant::Number(_) => Sort::Number,
        Constant::Text(_) => Sort::Text,
        Constant::Instant(_) | Constant::Duration(_) | Constant::Network(_) => Sort::Other,
    }
}

impl Domain {
    /// One of these, by its type: says nothing of whether there is a value.
    pub(super) fn one_of(elements: BTreeSet<Constant>) -> Self {
        Self {
            allowed: Some(elements),
            ..Self::default()
        }
    }

    pub(super) fn compare(&mut self, op: CompareOp, constant: &Constant) {
        self.sorts.insert(sort_of(constant));
        let one = std::slice::from_ref(constant);
        match (op, constant) {
            (CompareOp::Equal, _) => self.only(one),
            (CompareOp::NotEqual, _) => self.none_of(one),
            (CompareOp::Less, Constant::Number(bound)) => self.below(*bound, true),
            (CompareOp::LessEqual, Constant::Number(bound)) => self.below(*bound, false),
            (CompareOp::Greater, Constant::Number(bound)) => self.above(*bound, true),
            (CompareOp::GreaterEqual, Constant::Number(bound)) => self.above(*bound, false),
            (
                CompareOp::Less | CompareOp::LessEqual | CompareOp::Greater | CompareOp::GreaterEqual,
                Constant::Instant(_) | Constant::Duration(_) | Constant::Network(_),
            ) => {}
            // Only numbers have an order.
            (
                CompareOp::Less | CompareOp::LessEqual | CompareOp::Greater | CompareOp::GreaterEqual,
                Constant::Bool(_) | Constant::Text(_),
            ) => self.only(&[]),
        }
    }

    pub(super) fn only(&mut self, elements: &[Constant]) {
        self.sorts.extend(elements.iter().map(sort_of));
        let new: BTreeSet<Constant> = elements.iter().cloned().collect();
        self.allowed = Some(match self.allowed.take() {
            None => new,
            Some(known) => known.intersection(&new).cloned().collect(),
        });
    }

    pub(super) fn none_of(&mut self, elements: &[Constant]) {
        self.sorts.extend(elements.iter().map(sort_of));
        self.excluded.extend(elements.iter().cloned());
    }

    pub(super) fn text(&mut self, op: TextOp, pattern: &str, holds: bool) {
        self.sorts.insert(Sort::Text);
        let (op, pattern) = plainly(op, pattern);
        self.texts.push((op, pattern.to_owned(), holds));
    }

    /// Whether a test has been answered: then the value is there, and of one kind.
    pub(super) fn is_settled(&self) -> bool {
        self.sorts.len() == 1
    }

    /// Each value that may be left, where they can be counted.
    pub(super) fn left(&self, nature: Nature) -> Option<Vec<&Constant>> {
        let allowed = self.allowed.as_ref()?;
        Some(
            allowed
                .iter()
                .filter(|constant| self.takes(constant, nature))
                .collect(),
        )
    }

    fn below(&mut self, bound: Decimal, open: bool) {
        let tighter = self
            .upper
            .is_none_or(|(known, known_open)| bound < known || (bound == known && open && !known_open));
        if tighter {
            self.upper = Some((bound, open));
        }
    }

    fn above(&mut self, bound: Decimal, open: bool) {
        let tighter = self
            .lower
            .is_none_or(|(known, known_open)| bound > known || (bound == known && open && !known_open));
        if tighter {
            self.lower = Some((bound, open));
        }
    }

    /// Whether a value may be left. "No" is certain.
    pub(super) fn is_possible(&self, nature: Nature) -> bool {
        if self.sorts.len() > 1 {
            return false;
        }
        if let Some(left) = self.left(nature) {
            return !left.is_empty();
        }
        let mut bounded = self.clone();
        if nature == Nature::Count {
            bounded.above(Decimal::from_i64(0), false);
        }
        if let (Some((lower, lower_open)), Some((upper, upper_open))) = (bounded.lower, bounded.upper)
            && (lower > upper || (lower == upper && (lower_open || upper_open || self.excludes(lower))))
        {
            return false;
        }
        self.texts_agree(nature)
    }

    fn excludes(&self, number: Decimal) -> bool {
        self.excluded.contains(&Constant::Number(number))
    }

    fn takes(&self, constant: &Constant, nature: Nature) -> bool {
        let kind_fits = match (constant, nature) {
            (_, Nature::Any) | (Constant::Instant(_) | Constant::Duration(_) | Constant::Network(_), _) => {
                true
            }
            (Constant::Text(text), Nature::Lower) => !has_capitals(text),
            (Constant::Number(number), Nature::Count) => !number.is_negative(),
            (Constant::Bool(_) | Constant::Number(_), Nature::Lower)
            | (Constant::Bool(_) | Constant::Text(_), Nature::Count) => false,
        };
        let sort_fits = self.sorts.iter().all(|sort| *sort == sort_of(constant));
        if !kind_fits || !sort_fits || self.excluded.contains(constant) {
            return false;
        }
        match constant {
            Constant::Number(number) => {
                let above = self
                    .lower
                    .is_none_or(|(bound, open)| *number > bound || (*number == bound && !open));
                let below = self
                    .upper
                    .is_none_or(|(bound, open)| *number < bound || (*number == bound && !open));
                above && below
            }
            Constant::Text(text) => self.texts.iter().all(|(op, pattern, holds)| {
                let truth = text_test(*op, &Value::text(text), &Value::text(pattern), false);
                truth == Truth::from(*holds)
            }),
            Constant::Bool(_) | Constant::Instant(_) | Constant::Duration(_) | Constant::Network(_) => true,
        }
    }

    /// Whether no two of the tests on texts contradict each other.
    fn texts_agree(&self, nature: Nature) -> bool {
        let held = || self.texts.iter().filter(|(_, _, holds)| *holds);
        let denied = || self.texts.iter().filter(|(_, _, holds)| !*holds);
        if nature == Nature::Lower && held().any(|(_, pattern, _)| has_capitals(pattern)) {
            return false;
        }
        // Every text begins with the empty one.
        if denied().any(|(op, pattern, _)| *op != TextOp::Like && pattern.is_empty()) {
            return false;
        }
        for (op, pattern, _) in held() {
            let against = held().any(|(other, text, _)| match (op, other) {
                (TextOp::StartsWith, TextOp::StartsWith) => {
                    !pattern.starts_with(text.as_str()) && !text.starts_with(pattern.as_str())
                }
                (TextOp::EndsWith, TextOp::EndsWith) => {
                    !pattern.ends_with(text.as_str()) && !text.ends_with(pattern.as_str())
                }
                (
                    TextOp::StartsWith | TextOp::EndsWith | TextOp::Contains | TextOp::Like | TextOp::Under,
                    _,
                ) => false,
            });
            let denied_by = denied().any(|(other, text, _)| match (op, other) {
                (TextOp::StartsWith, TextOp::StartsWith) => pattern.starts_with(text.as_str()),
                (TextOp::EndsWith, TextOp::EndsWith) => pattern.ends_with(text.as_str()),
                (TextOp::StartsWith | TextOp::EndsWith | TextOp::Contains, TextOp::Contains) => {
                    pattern.contains(text.as_str())
                }
                (TextOp::Like, TextOp::Like) => pattern == text,
                (
                    TextOp::StartsWith | TextOp::EndsWith | TextOp::Contains | TextOp::Like | TextOp::Under,
                    _,
                ) => false,
            });
            if against || denied_by {
                return false;
            }
        }
        true
    }
}

/// A `like` whose stars stand at its ends only, as the test that says the same.
fn plainly(op: TextOp, pattern: &str) -> (TextOp, &str) {
    let is_plain = |text: &str| !text.is_empty() && !text.contains(['*', '?', '\\']);
    if op != TextOp::Like {
        return (op, pattern);
    }
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(end), None) if is_plain(end) => (TextOp::EndsWith, end),
        (None, Some(start)) if is_plain(start) => (TextOp::StartsWith, start),
        (Some(rest), Some(_)) => match rest.strip_suffix('*') {
            Some(middle) if is_plain(middle) => (TextOp::Contains, middle),
            Some(_) | None => (op, pattern),
        },
        (Some(_) | None, _) => (op, pattern),
    }
}

fn has_capitals(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Constant {
        Constant::Text(text.to_owned())
    }

    fn number(number: i64) -> Constant {
        Constant::Number(Decimal::from_i64(number))
    }

    #[test]
    fn bounds_that_cross_leave_nothing() {
        let mut domain = Domain::default();
        domain.compare(CompareOp::GreaterEqual, &number(5));
        domain.compare(CompareOp::LessEqual, &number(5));
        assert!(domain.is_possible(Nature::Any));
        domain.compare(CompareOp::NotEqual, &number(5));
        assert!(!domain.is_possible(Nature::Any));
    }

    #[test]
    fn a_count_is_not_negative() {
        let mut domain = Domain::default();
        domain.compare(CompareOp::Less, &number(0));
        assert!(domain.is_possible(Nature::Any));
        assert!(!domain.is_possible(Nature::Count));
    }

    #[test]
    fn what_is_one_of_few_is_asked_of_each() {
        let mut domain = Domain::default();
        domain.only(&[text("apple"), text("pear")]);
        domain.text(TextOp::StartsWith, "a", false);
        assert!(domain.is_possible(Nature::Any));
        domain.none_of(&[text("pear")]);
        assert!(!domain.is_possible(Nature::Any));
    }

    #[test]
    fn beginnings_can_contradict_each_other() {
        let mut domain = Domain::default();
        domain.text(TextOp::StartsWith, "/srv/", true);
        domain.text(TextOp::Like, "/srv/a*", true);
        assert!(domain.is_possible(Nature::Any));
        domain.text(TextOp::StartsWith, "/home/", true);
        assert!(!domain.is_possible(Nature::Any));
    }

    #[test]
    fn a_text_in_small_letters_has_no_capitals() {
        let mut domain = Domain::default();
        domain.only(&[text("Main")]);
        assert!(domain.is_possible(Nature::Any));
        assert!(!domain.is_possible(Nature::Lower));
    }
}

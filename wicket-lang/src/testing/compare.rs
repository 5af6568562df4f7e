//! What a test expected against what came.

use crate::decide::{Class, Decision, Explanation, Reason};
use crate::ir::Bundle;
use crate::syntax::ast::{Expect, Outcome};
use crate::value::Instant;

/// The classes as they are written in a test.
pub(super) const CLASSES: [&str; 7] = [
    "never",
    "after_reset",
    "if",
    "unknown",
    "after_approval",
    "at",
    "transient",
];

/// One thing that came otherwise than expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// `decision`, `class`, `next` or `message`.
    pub what: &'static str,
    /// What the test wants: `permit`, `deny by only_docs`, a quoted message.
    pub expected: String,
    /// What came, in the same form, or `none`.
    pub found: String,
}

impl Difference {
    /// The difference in a sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let Self {
            what,
            expected,
            found,
        } = self;
        match *what {
            "decision" => format!("expected {expected}, got {found}"),
            "message" => format!("expected a message that contains {expected}, got {found}"),
            what => format!("expected {what} {expected}, got {found}"),
        }
    }
}

/// The instants that an expectation names, by the zone of its file.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Instants {
    pub class: Option<Instant>,
    pub next: Option<Instant>,
}

pub(super) fn differences(
    bundle: &Bundle,
    expect: &Expect,
    instants: Instants,
    decision: &Decision,
    explanation: &Explanation,
) -> Vec<Difference> {
    let mut differences = Vec::new();
    let deciders = decision.deciders(bundle);
    let as_expected = match expect.outcome {
        Outcome::Permit => decision.is_permit(),
        Outcome::Deny => !decision.is_permit(),
        Outcome::Ask => decision.reason == Reason::ApprovalRequired,
        Outcome::Expired => decision.reason == Reason::Expired,
    };
    let by = expect.by.iter().all(|name| match name.text.as_str() {
        "default" => decision.reason == Reason::Default,
        text => deciders.contains(&text),
    });
    if !as_expected || !by {
        differences.push(Difference {
            what: "decision",
            expected: wanted(expect),
            found: found(decision, &deciders, explanation),
        });
        // Class and message of another decision say nothing more.
        return differences;
    }
    if let Some((class, moment)) = &expect.class {
        let is = explanation.class.as_ref().map_or("none", class_name);
        let at_another = moment.is_some() && instants.class != explanation.next;
        if is != class.text || at_another {
            differences.push(Difference {
                what: "class",
                expected: with_instant(&class.text, instants.class),
                found: with_instant(is, explanation.next),
            });
        }
    }
    if expect.next.is_some() && instants.next != explanation.next {
        differences.push(Difference {
            what: "next",
            expected: with_instant("", instants.next),
            found: explanation
                .next
                .map_or_else(|| "none".to_owned(), |next| next.to_string()),
        });
    }
    if let Some(text) = &expect.message {
        let message = explanation.message.as_deref().unwrap_or_default();
        if !message.contains(&text.value) {
            differences.push(Difference {
                what: "message",
                expected: format!("{:?}", text.value),
                found: format!("{message:?}"),
            });
        }
    }
    differences
}

fn with_instant(word: &str, instant: Option<Instant>) -> String {
    match (word, instant) {
        ("", Some(instant)) => instant.to_string(),
        (word, Some(instant)) => format!("{word} {instant}"),
        (word, None) => word.to_owned(),
    }
}

pub(super) fn class_name(class: &Class) -> &'static str {
    match class {
        Class::Never => "never",
        Class::AfterReset { .. } => "after_reset",
        Class::If { .. } => "if",
        Class::Unknown { .. } => "unknown",
        Class::AfterApproval { .. } => "after_approval",
        Class::At { .. } => "at",
        Class::Transient => "transient",
    }
}

fn found(decision: &Decision, deciders: &[&str], explanation: &Explanation) -> String {
    let verdict = if decision.is_permit() { "permit" } else { "deny" };
    let by = match (deciders, decision.reason) {
        ([], Reason::Default) => " by default".to_owned(),
        ([], reason @ Reason::Arguments) => match &decision.misfit {
            Some(misfit) => format!(" ({}: {misfit})", reason.name()),
            None => format!(" ({})", reason.name()),
        },
        ([], reason) => format!(" ({})", reason.name()),
        (names, _) => format!(" by {}", names.join(", ")),
    };
    let unknown = if explanation.unknown.is_empty() {
        String::new()
    } else {
        format!(", not known: {}", explanation.unknown.join(", "))
    };
    format!("{verdict}{by}{unknown}")
}

fn wanted(expect: &Expect) -> String {
    let outcome = match expect.outcome {
        Outcome::Permit => "permit",
        Outcome::Deny => "deny",
        Outcome::Ask => "ask",
        Outcome::Expired => "expired",
    };
    if expect.by.is_empty() {
        return outcome.to_owned();
    }
    let names: Vec<&str> = expect.by.iter().map(|name| name.text.as_str()).collect();
    format!("{outcome} by {}", names.join(", "))
}

//! A decision as JSON.

use crate::decide::{self, ApprovalNeeded, Class, Decision, Explanation, Need, Verdict};
use crate::ir::Bundle;
use crate::json::{Json, Number, Object};
use crate::request::Switches;

use super::Judged;

/// The answer of `wicket decide`: `decision`, `reason`, `class`, `policies`, `breakers`, `unknown`, `message`, `next`,
/// `others` where more than the class is in the way, and `expired` where what would permit it has ended.
#[must_use]
pub fn answer(bundle: &Bundle, switches: &Switches, judged: &Judged) -> Object {
    let Judged {
        decision,
        explanation,
        ..
    } = judged;
    let Explanation {
        class,
        others,
        next,
        expired,
        message,
        unknown,
    } = explanation;
    let verdict = match decision.verdict {
        Verdict::Permit => "permit",
        Verdict::Deny => "deny",
    };
    let breakers = decision
        .breakers
        .iter()
        .filter_map(|id| bundle.breaker(*id))
        .map(|breaker| breaker.name.clone());
    let limits = decision
        .limits
        .iter()
        .filter_map(|id| bundle.limit(*id))
        .map(|limit| limit.name.clone());
    let mut answer = object([
        ("decision", text(verdict)),
        ("reason", text(decision.reason.name())),
        ("class", class.as_ref().map_or(Json::Null, self::class)),
        ("account", decision.account(bundle).map_or(Json::Null, text)),
        ("policies", policies(bundle, switches, decision)),
        ("breakers", texts(breakers)),
        ("limits", texts(limits)),
        ("unknown", texts(unknown.iter().cloned())),
        ("message", message.as_deref().map_or(Json::Null, text)),
        (
            "next",
            next.map_or(Json::Null, |next| Json::String(next.to_string())),
        ),
    ]);
    if let Some(expired) = expired {
        answer.insert("expired", Json::String(expired.to_string()));
    }
    if !others.is_empty() {
        answer.insert("others", classes(others));
    }
    answer
}

/// What is in the way beside the class, from the hardest.
#[must_use]
pub fn classes(classes: &[Class]) -> Json {
    Json::Array(classes.iter().map(class).collect())
}

fn policies(bundle: &Bundle, switches: &Switches, decision: &Decision) -> Json {
    let policies = decide::policies(bundle, switches, decision)
        .into_iter()
        .map(|policy| {
            Json::Object(object([
                ("name", Json::String(policy.name)),
                ("digest", Json::String(policy.digest.to_string())),
                ("effect", text(policy.effect.name())),
                ("role", text(policy.role.name())),
            ]))
        });
    Json::Array(policies.collect())
}

/// A class with its kind first, and an instant as people write it.
#[must_use]
pub fn class(class: &Class) -> Json {
    let (kind, more) = match class {
        Class::Never => ("never", None),
        Class::AfterReset { breakers } => {
            ("after_reset", Some(("breakers", texts(breakers.iter().cloned()))))
        }
        Class::If { arguments } => (
            "if",
            Some(("arguments", Json::Array(arguments.iter().map(need).collect()))),
        ),
        Class::Unknown { attributes } => ("unknown", Some(("attributes", texts(attributes.iter().cloned())))),
        Class::AfterApproval { approval } => ("after_approval", Some(("approval", self::approval(approval)))),
        Class::At { at } => ("at", Some(("at", Json::String(at.to_string())))),
        Class::Transient => ("transient", None),
    };
    Json::Object(object(std::iter::once(("kind", text(kind))).chain(more)))
}

fn approval(approval: &ApprovalNeeded) -> Json {
    let number = |number: u64| Number::parse(&number.to_string()).map_or(Json::Null, Json::Number);
    let asks = approval.asks.iter().map(|asked| {
        let group = asked.terms.group.as_deref().unwrap_or("owners");
        Json::Object(object([
            ("policy", text(&asked.policy)),
            ("from", text(group)),
            ("count", number(u64::from(asked.terms.count))),
            ("within_seconds", number(asked.terms.within_seconds)),
        ]))
    });
    Json::Object(object([
        ("tool", text(&approval.tool)),
        ("definition", Json::String(approval.definition.to_string())),
        ("arguments", Json::String(approval.arguments.to_string())),
        ("asks", Json::Array(asks.collect())),
    ]))
}

fn need(need: &Need) -> Json {
    let mut told = Object::new();
    if !need.argument.is_empty() {
        told.insert("argument", text(&need.argument));
    }
    told.insert("must", text(&need.must));
    if !need.values.is_empty() {
        told.insert("values", texts(need.values.iter().cloned()));
    }
    if let Some((name, size)) = &need.set {
        let size = Number::parse(&size.to_string()).map_or(Json::Null, Json::Number);
        told.insert(
            "set",
            Json::Object(object([("name", text(name)), ("size", size)])),
        );
    }
    if let Some(track) = &need.track {
        let calls = texts(track.calls.iter().cloned());
        let held = object([("name", text(&track.name)), ("calls", calls)]);
        told.insert("track", Json::Object(held));
    }
    Json::Object(told)
}

fn object<'a>(fields: impl IntoIterator<Item = (&'a str, Json)>) -> Object {
    let mut object = Object::new();
    for (name, value) in fields {
        object.insert(name, value);
    }
    object
}

fn text(text: &str) -> Json {
    Json::String(text.to_owned())
}

fn texts(texts: impl IntoIterator<Item = String>) -> Json {
    Json::Array(texts.into_iter().map(Json::String).collect())
}

//! From what was decided to what the caller is told.

use std::time::Duration;

use wicket_lang::api;
use wicket_lang::decide::Reason;
use wicket_lang::json::{Json, Object};

use crate::gate::{Doubt, Refusal};
use crate::mcp::build::{object, text, texts};
use crate::mcp::{self, Arguments, CallAnswer, Denial};
use crate::store::Standing;
use crate::upstream::{Answer, Reply, UpstreamError};

pub(super) const RATE_MESSAGE: &str = "Too many calls with this key.";

/// The arguments as they are judged, and why two readers could read them otherwise.
pub(super) fn arguments(arguments: Arguments) -> (Object, Option<Doubt>) {
    match arguments {
        Arguments::Clear(object) => (object, None),
        // They cannot be judged, so they are not kept; the call is denied with its record.
        Arguments::Ambiguous { key } => (Object::new(), Some(Doubt::TwoSpellings(key))),
        Arguments::Rounded { key } => (Object::new(), Some(Doubt::Rounded(key))),
    }
}

/// A denial by policies.
pub(super) fn denied(name: &str, refusal: &Refusal) -> CallAnswer {
    if refusal.hidden || refusal.reason == Reason::UnknownTool {
        return CallAnswer::Refused(mcp::Refusal::UnknownTool(name.to_owned()));
    }
    let class = refusal.class.as_ref().map_or(Json::Null, api::class);
    let others = if refusal.others.is_empty() {
        Json::Null
    } else {
        api::classes(&refusal.others)
    };
    CallAnswer::Denied(Box::new(Denial {
        message: refusal.message.clone(),
        reason: refusal.reason.name().to_owned(),
        class,
        others,
        policies: texts(refusal.policies.iter().map(String::as_str)),
        next: refusal.next.map(|next| next.to_string()),
        expired: refusal.expired.map(|expired| expired.to_string()),
        record: text(refusal.call.to_string()),
    }))
}

/// A call that could not be judged or recorded, and is refused for it.
pub(super) fn not_judged(reason: Reason) -> CallAnswer {
    let message = match reason {
        Reason::Overload => "Too much is asked at once; the call was not made. Try again.",
        _ => "The call could not be recorded, so it was not made.",
    };
    transient(message.to_owned(), reason)
}

/// A call over the rate of its key.
pub(super) fn over_rate(wait: Duration) -> CallAnswer {
    let seconds = wait.as_millis().div_ceil(1000).max(1);
    transient(format!("{RATE_MESSAGE} Wait {seconds} s."), Reason::RateLimit)
}

fn transient(message: String, reason: Reason) -> CallAnswer {
    CallAnswer::Denied(Box::new(Denial {
        message,
        reason: reason.name().to_owned(),
        class: Json::Object(object([("kind", text("transient"))])),
        others: Json::Null,
        policies: texts([]),
        next: None,
        expired: None,
        record: Json::Null,
    }))
}

/// A key that may not be used.
pub(super) fn barred(standing: Standing) -> mcp::Refusal {
    match standing {
        Standing::AgentDisabled => mcp::Refusal::Forbidden("this agent is disabled"),
        Standing::NotApproved => mcp::Refusal::Forbidden("this member is not approved"),
        Standing::Good | Standing::Revoked | Standing::Expired => mcp::Refusal::Unauthenticated,
    }
}

/// How a forwarded call ended.
pub(super) fn of(service: &str, result: Result<Reply, UpstreamError>) -> CallAnswer {
    match result {
        Ok(Reply {
            answer: Answer::Result(result),
            ..
        }) => CallAnswer::Result(result),
        Ok(Reply {
            answer: Answer::Error(error),
            ..
        }) => CallAnswer::Error(error),
        Err(error) => CallAnswer::Failed(error.for_agent(service)),
    }
}

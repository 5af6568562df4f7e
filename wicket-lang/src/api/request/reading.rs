//! From JSON to a request.

use super::{Approved, DecideRequest, Event, RequestError, ToolName, fact};
use crate::diagnostic::nearest;
use crate::ir::Outcome;
use crate::json::{self, Json, Limits, Object};
use crate::request::{Approver, Definition, Setting};
use crate::value::Instant;

const KEYS: &[&str] = &[
    "tool",
    "args",
    "member",
    "agent",
    "client",
    "history",
    "session",
    "facts",
    "approvals",
    "at",
    "definition",
    "switches",
];

pub(super) fn read(bytes: &[u8]) -> Result<DecideRequest, RequestError> {
    let json = json::read(bytes, &Limits::default())
        .map_err(|error| RequestError(format!("the request cannot be read: {error}")))?;
    let object = object("the request", &json)?;
    only("", object, KEYS)?;
    let mut request = DecideRequest {
        tool: tool(object)?,
        args: args(object)?,
        now: instant(object, "at")?,
        ..DecideRequest::default()
    };
    if let Some(member) = part(object, "member")? {
        only("member", member, &["email", "groups", "attributes"])?;
        request.caller.member_email = text(member, "email")?;
        request.caller.member_groups = member
            .get("groups")
            .filter(|groups| !groups.is_null())
            .map(texts)
            .transpose()?;
        request.caller.member_attributes = part(member, "attributes")?.cloned().unwrap_or_default();
    }
    if let Some(agent) = part(object, "agent")? {
        only("agent", agent, &["name", "attributes"])?;
        request.caller.agent_name = text(agent, "name")?;
        request.caller.agent_attributes = part(agent, "attributes")?.cloned().unwrap_or_default();
    }
    if let Some(client) = part(object, "client")? {
        only("client", client, &["name", "version", "address"])?;
        request.caller.client_name = text(client, "name")?;
        request.caller.client_version = text(client, "version")?;
        request.caller.client_address = text(client, "address")?;
    }
    if let Some(session) = part(object, "session")? {
        only("session", session, &["denials"])?;
        if let Some(denials) = part(session, "denials")? {
            only("session.denials", denials, &["total", "by_policy"])?;
            request.denials = count(denials, "total")?;
            if let Some(by_policy) = part(denials, "by_policy")? {
                for name in by_policy.keys() {
                    let counted = count(by_policy, name)?;
                    request.denials_by_policy.insert(name.to_owned(), counted);
                }
            }
        }
    }
    if let Some(facts) = part(object, "facts")? {
        for (name, value) in facts.iter() {
            request.facts.insert(name.to_owned(), fact(name, value)?);
        }
    }
    if let Some(switches) = part(object, "switches")? {
        for (name, value) in switches.iter() {
            request.switches.0.insert(name.to_owned(), setting(name, value)?);
        }
    }
    request.definition = match text(object, "definition")?.as_deref() {
        None | Some("pinned") => Definition::Pinned,
        Some("changed") => Definition::Changed,
        Some(_) => return Err(wrong("definition", "\"pinned\" or \"changed\"")),
    };
    request.approvals = list(object, "approvals")?
        .iter()
        .map(approved)
        .collect::<Result<_, _>>()?;
    request.history = list(object, "history")?
        .iter()
        .map(event)
        .collect::<Result<_, _>>()?;
    Ok(request)
}

fn list<'a>(object: &'a Object, key: &str) -> Result<&'a [Json], RequestError> {
    match object.get(key).filter(|list| !list.is_null()) {
        None => Ok(&[]),
        Some(list) => list.as_array().ok_or_else(|| wrong(key, "a list")),
    }
}

fn approved(json: &Json) -> Result<Approved, RequestError> {
    let entry = object("an entry of `approvals`", json)?;
    only("approvals[]", entry, &["by", "args", "expires"])?;
    let by = list(entry, "by")?.iter().map(|one| {
        let one = object("an entry of `by`", one)?;
        only("approvals[].by[]", one, &["member", "groups", "owner"])?;
        Ok(Approver {
            member: text(one, "member")?.ok_or_else(|| wrong("member", "the email of who approved"))?,
            groups: one.get("groups").map(texts).transpose()?.unwrap_or_default(),
            is_owner: match one.get("owner") {
                None | Some(Json::Null) => false,
                Some(Json::Bool(owner)) => *owner,
                Some(_) => return Err(wrong("owner", "true or false")),
            },
        })
    });
    Ok(Approved {
        by: by.collect::<Result<_, _>>()?,
        args: part(entry, "args")?.cloned(),
        // An approval of which nobody knows how long it holds would hold for ever.
        expires: instant(entry, "expires")?
            .ok_or_else(|| wrong("expires", "the instant at which it lapses"))?,
    })
}

fn event(json: &Json) -> Result<Event, RequestError> {
    let event = object("an entry of `history`", json)?;
    only(
        "history[]",
        event,
        &["at", "tool", "args", "decision", "by", "outcome", "result"],
    )?;
    let one_of = |key: &str, words: &[&str]| -> Result<Option<String>, RequestError> {
        match text(event, key)? {
            Some(word) if !words.contains(&word.as_str()) => {
                Err(wrong(key, &format!("one of {}", words.join(", "))))
            }
            found => Ok(found),
        }
    };
    Ok(Event {
        at: instant(event, "at")?,
        tool: tool(event)?,
        args: args(event)?,
        permitted: one_of("decision", &["permit", "deny"])?.map(|word| word == "permit"),
        by: text(event, "by")?,
        outcome: one_of("outcome", &["success", "error", "failure", "unknown"])?
            .and_then(|word| Outcome::ALL.into_iter().find(|outcome| outcome.name() == word)),
        result: part(event, "result")?.cloned(),
    })
}

/// The error of a name that nothing has, with the nearest that something has.
pub(super) fn unknown<'a>(place: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> RequestError {
    let place = if place.is_empty() {
        String::new()
    } else {
        format!("`{place}`: ")
    };
    RequestError(match nearest(name, known) {
        Some(near) => format!("{place}nothing is called `{name}`; did you mean `{near}`?"),
        None => format!("{place}nothing is called `{name}`"),
    })
}

fn only(place: &str, object: &Object, known: &[&str]) -> Result<(), RequestError> {
    match object.keys().find(|key| !known.contains(key)) {
        Some(key) => Err(unknown(place, key, known.iter().copied())),
        None => Ok(()),
    }
}

fn wrong(key: &str, wanted: &str) -> RequestError {
    RequestError(format!("`{key}` is {wanted}"))
}

fn object<'a>(what: &str, json: &'a Json) -> Result<&'a Object, RequestError> {
    json.as_object()
        .ok_or_else(|| RequestError(format!("{what} is an object")))
}

/// An object under a key, if there is one.
fn part<'a>(object: &'a Object, key: &str) -> Result<Option<&'a Object>, RequestError> {
    match object.get(key) {
        None | Some(Json::Null) => Ok(None),
        Some(value) => Ok(Some(self::object(&format!("`{key}`"), value)?)),
    }
}

fn text(object: &Object, key: &str) -> Result<Option<String>, RequestError> {
    match object.get(key) {
        None | Some(Json::Null) => Ok(None),
        Some(value) => match value.as_str() {
            Some(text) => Ok(Some(text.to_owned())),
            None => Err(wrong(key, "a text")),
        },
    }
}

fn texts(json: &Json) -> Result<Vec<String>, RequestError> {
    let texts = json.as_array().and_then(|list| {
        list.iter()
            .map(|element| element.as_str().map(str::to_owned))
            .collect()
    });
    texts.ok_or_else(|| wrong("groups", "a list of texts"))
}

fn count(object: &Object, key: &str) -> Result<u64, RequestError> {
    match object.get(key) {
        None | Some(Json::Null) => Ok(0),
        Some(value) => value
            .as_number()
            .and_then(|number| number.digits().parse().ok())
            .ok_or_else(|| wrong(key, "a whole number, not negative")),
    }
}

fn instant(object: &Object, key: &str) -> Result<Option<Instant>, RequestError> {
    text(object, key)?
        .map(|text| Instant::parse(&text).map_err(|error| RequestError(format!("`{key}`: {error}"))))
        .transpose()
}

fn tool(object: &Object) -> Result<ToolName, RequestError> {
    text(object, "tool")?
        .as_deref()
        .and_then(ToolName::parse)
        .ok_or_else(|| wrong("tool", "a name like \"github.get_me\""))
}

fn args(object: &Object) -> Result<Object, RequestError> {
    Ok(part(object, "args")?.cloned().unwrap_or_default())
}

fn setting(name: &str, value: &Json) -> Result<Setting, RequestError> {
    match value.as_str() {
        Some("enforce" | "on") => Ok(Setting::Enforce),
        Some("shadow") => Ok(Setting::Shadow),
        Some("off") => Ok(Setting::Off),
        Some(_) | None => Err(wrong(
            &format!("switches.{name}"),
            "\"enforce\", \"shadow\" or \"off\"",
        )),
    }
}

//! From a body and its headers to a [`Message`]: the one way in.
//!
//! The body is read first and decides the era; the headers are then held against it. A client that claims nothing in
//! the body but names a modern version in a header is told so instead of being taken for a legacy one.

use wicket_lang::json;
use wicket_lang::value::Instant;

use super::client::conversation;
use super::era::{VERSION_KEY, is_modern};
use super::frame::Frame;
use super::headers::Headers;
use super::message::Message;
use super::refusal::{Refusal, Refused};
use super::session::Sessions;
use super::{legacy, modern};

/// What is needed to understand messages, the same for all of them.
#[derive(Debug)]
pub struct Door {
    /// How large a body may be.
    pub limits: json::Limits,
    /// The sessions of legacy clients.
    pub sessions: Sessions,
    /// The keys of `_meta` that name a conversation, the best first.
    pub conversation_keys: Vec<String>,
}

/// Understands one message of the caller whose sessions belong to `owner`.
pub fn receive(
    door: &Door,
    body: &[u8],
    headers: &Headers,
    owner: &str,
    now: Instant,
) -> Result<Message, Refused> {
    let mut frame = Frame::read(body, &door.limits)?;
    let understood = understand(door, &mut frame, headers, owner, now);
    match understood {
        Ok(Message::Request(mut request)) => {
            request.conversation = conversation(&frame.meta, &door.conversation_keys);
            Ok(Message::Request(request))
        }
        Ok(notification @ Message::Notification { .. }) => Ok(notification),
        Err(refusal) => Err(frame.refuse(refusal)),
    }
}

fn understand(
    door: &Door,
    frame: &mut Frame,
    headers: &Headers,
    owner: &str,
    now: Instant,
) -> Result<Message, Refusal> {
    if frame.meta.contains_key(VERSION_KEY) {
        return modern::check(frame, headers);
    }
    if frame.meta.look_alike(&[VERSION_KEY]).is_some() {
        return Err(Refusal::LookAlike(VERSION_KEY.to_owned()));
    }
    if frame.method == "initialize" {
        return legacy::initialize(frame, headers);
    }
    if headers.version.value().is_some_and(is_modern) {
        return match frame.id {
            Some(_) => Err(Refusal::Malformed(format!("`_meta` lacks `{VERSION_KEY}`"))),
            None => Ok(Message::Notification {
                method: frame.method.clone(),
            }),
        };
    }
    legacy::check(frame, headers, |id| door.sessions.open(owner, id, now))
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

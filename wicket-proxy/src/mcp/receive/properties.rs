//! Messages with random damage: whatever arrives is refused or understood, and an id that comes back is the one that
//! came.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue};
use proptest::prelude::*;
use wicket_lang::json::{Json, Limits, read};

use super::*;
use crate::mcp::{Revision, Session, reply};

const MESSAGES: [&str; 4] = [
    r#"{"jsonrpc":"2.0","id":"\u0061b","method":"tools/call","params":{"name":"s__t","arguments":{"a":[1.50,{"b":null}]}}}"#,
    r#"{"jsonrpc":"2.0","id":-7,"method":"tools/list","params":{"_meta":{"progressToken":"\"x\""}}}"#,
    r#"{"method":"initialize","params":{"protocolVersion":"2025-11-25","clientInfo":{"name":"é","version":"1"}},"id":1,"jsonrpc":"2.0"}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"#,
];

/// Pieces that mean something to a reader of JSON or of the protocol.
const PIECES: [&str; 16] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\"id\":",
    "\"id\":2,",
    "\"ID\":2,",
    "null",
    "1e5",
    "\u{0}",
    "ſ",
    " ",
];

fn damage() -> impl Strategy<Value = (usize, usize, Option<usize>)> {
    (0_usize..300, 0_usize..4, proptest::option::of(0..PIECES.len()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn damaged_messages_are_refused_or_understood(
        message in 0..MESSAGES.len(),
        damages in proptest::collection::vec(damage(), 0..3),
        is_in_session in any::<bool>(),
    ) {
        let mut body = MESSAGES.get(message).unwrap().as_bytes().to_vec();
        for (place, length, piece) in damages {
            let start = place.min(body.len());
            let end = (start + length).min(body.len());
            let piece = piece.and_then(|piece| PIECES.get(piece)).copied().unwrap_or_default();
            body.splice(start..end, piece.bytes());
        }
        let door = Door {
            limits: Limits::default(),
            sessions: Sessions::new(&[3; 32], Duration::from_secs(1)),
            conversation_keys: Vec::new(),
        };
        let mut headers = HeaderMap::new();
        if is_in_session {
            let session = Session { revision: Revision::November2025, client: None };
            let id = door.sessions.mint("ann", &session, Instant(0), [5; 16]);
            headers.insert("mcp-session-id", HeaderValue::try_from(id).unwrap());
        } else {
            headers.insert("mcp-protocol-version", HeaderValue::from_static("2026-07-28"));
            headers.insert("mcp-method", HeaderValue::from_static("server/discover"));
        }
        let (id, answer) = match receive(&door, &body, &Headers::pick(&headers), "ann", Instant(0)) {
            Ok(Message::Request(request)) => (Some(request.id.clone()), reply::pong(&request)),
            Ok(Message::Notification { .. }) => return Ok(()),
            Err(refused) => (refused.id.clone(), reply::refused(&refused)),
        };
        // Every answer is JSON, with the id that a reader finds in the message, or with none.
        let said = read(answer.body.unwrap().as_bytes(), &Limits::default()).unwrap();
        let asked = read(&body, &Limits::default()).ok();
        let id_of = |message: &Json| message.as_object().and_then(|message| message.get("id").cloned());
        prop_assert_eq!(id_of(&said).is_some(), id.is_some());
        if let Some(id) = id_of(&said) {
            prop_assert_eq!(Some(id), asked.as_ref().and_then(id_of));
        }
    }
}

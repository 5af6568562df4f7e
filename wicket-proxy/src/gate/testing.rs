//! A permit without a gate, for tests of what comes behind it.

use std::collections::BTreeMap;

use wicket_lang::catalog::Digest;
use wicket_lang::decide::{Reason, Verdict};
use wicket_lang::value::Instant;

use super::Permit;
use crate::audit::{BODY_VERSION, CallBody, CallId, KeyId};
use crate::clock::Chance;

impl Permit {
    /// The permit of a call that says nothing.
    #[expect(clippy::expect_used, reason = "a seeded source never fails")]
    pub(crate) fn for_test() -> Self {
        let call = CallId::draw(&Chance::seeded(1)).expect("a seeded source never fails");
        let intent = CallBody {
            v: BODY_VERSION,
            call: call.clone(),
            time: Instant(0),
            epoch: None,
            artifact: None,
            tzdata: None,
            policies: Vec::new(),
            breakers: Vec::new(),
            limits: Vec::new(),
            agent: "agent".to_owned(),
            member: "member".to_owned(),
            key: KeyId::new(1),
            session: None,
            conversation: None,
            client: None,
            address: None,
            era: String::new(),
            method: "tools/call".to_owned(),
            service: None,
            tool: None,
            definitions: BTreeMap::new(),
            arguments: Digest::default(),
            resource: BTreeMap::new(),
            inputs: Vec::new(),
            decision: Verdict::Permit,
            reason: Reason::Policy,
            class: None,
            others: Vec::new(),
            expired: None,
            message: None,
            unknowns: Vec::new(),
            count: None,
        };
        Self {
            call,
            intent: Box::new(intent),
            awaited: None,
        }
    }
}

//! Records: what is kept of each call, of each administrative act, and of each publication.
//!
//! A record is a kind and a body. The body is canonical JSON (RFC 8785) and says everything; what the store searches
//! by is derived from it. There is no room in these types for an argument's text or a credential: arguments occur as
//! their digest, and a value that a condition read occurs as an [`Input`].
//!
//! Records are only ever added. `seq` counts them without a gap, over all restarts.

mod act;
mod call;
mod canonical;
mod id;

pub use act::{AdminBody, OutcomeBody, PublicationBody, PublishedPolicy, UpstreamOutcome};
pub use call::{CallBody, ClientName, Input, PolicyUsed, verdict_word};
pub use canonical::{NoCanonicalForm, canonical};
pub use id::{AgentId, CallId, Epoch, KeyId, MalformedId, PersonId, Seq, SessionId};
use serde::Serialize;
use wicket_lang::catalog::Digest;
use wicket_lang::value::Instant;

/// The version of every body; a reader refuses one that it does not know.
pub const BODY_VERSION: u32 = 1;

/// What kind of thing a record tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A call was allowed and is about to leave. It is durable before the call does.
    Intent,
    /// A call was refused; it never left.
    Denied,
    /// How an intent ended.
    Outcome,
    /// Somebody administered agents, members, keys or sessions.
    Admin,
    /// An artifact became current for an agent.
    Publication,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 5] = [
        Self::Intent,
        Self::Denied,
        Self::Outcome,
        Self::Admin,
        Self::Publication,
    ];

    /// The word in the database and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Intent => "intent",
            Self::Denied => "denied",
            Self::Outcome => "outcome",
            Self::Admin => "admin",
            Self::Publication => "publication",
        }
    }

    /// The kind that is called `word`.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whether a record of this kind must have reached the disk before it is acknowledged.
    ///
    /// A denial survives a kill of the process anyway, and joins the disk with the next group; an outcome must never
    /// make an intent wait.
    #[must_use]
    pub const fn is_durable(self) -> bool {
        match self {
            Self::Intent | Self::Admin | Self::Publication => true,
            Self::Denied | Self::Outcome => false,
        }
    }
}

/// A record that is to be written.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    /// See [`Kind::Intent`].
    Intent(Box<CallBody>),
    /// See [`Kind::Denied`].
    Denied(Box<CallBody>),
    /// See [`Kind::Outcome`].
    Outcome(Box<OutcomeBody>),
    /// See [`Kind::Admin`].
    Admin(Box<AdminBody>),
    /// See [`Kind::Publication`].
    Publication(Box<PublicationBody>),
}

/// What the store searches records by. Derived from the body, never given beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(
    missing_docs,
    reason = "each field is the part of the body that has the same name"
)]
pub struct SearchColumns<'body> {
    pub agent: Option<&'body str>,
    pub member: Option<&'body str>,
    pub session: Option<&'body SessionId>,
    pub service: Option<&'body str>,
    pub tool: Option<&'body str>,
    pub decision: Option<&'body str>,
    pub reason: Option<&'body str>,
}

impl Record {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Intent(_) => Kind::Intent,
            Self::Denied(_) => Kind::Denied,
            Self::Outcome(_) => Kind::Outcome,
            Self::Admin(_) => Kind::Admin,
            Self::Publication(_) => Kind::Publication,
        }
    }

    /// The call that it belongs to.
    #[must_use]
    pub fn call(&self) -> Option<&CallId> {
        match self {
            Self::Intent(body) | Self::Denied(body) => Some(&body.call),
            Self::Outcome(body) => Some(&body.call),
            Self::Admin(_) | Self::Publication(_) => None,
        }
    }

    /// When it happened.
    #[must_use]
    pub fn time(&self) -> Instant {
        match self {
            Self::Intent(body) | Self::Denied(body) => body.time,
            Self::Outcome(body) => body.time,
            Self::Admin(body) => body.time,
            Self::Publication(body) => body.time,
        }
    }

    /// What it is found by.
    #[must_use]
    pub fn columns(&self) -> SearchColumns<'_> {
        match self {
            Self::Intent(body) | Self::Denied(body) => SearchColumns {
                agent: Some(&body.agent),
                member: Some(&body.member),
                session: body.session.as_ref(),
                service: body.service.as_deref(),
                tool: body.tool.as_deref(),
                decision: Some(verdict_word(body.decision)),
                reason: Some(body.reason.name()),
            },
            Self::Outcome(body) => SearchColumns {
                agent: Some(&body.agent),
                member: Some(&body.member),
                session: body.session.as_ref(),
                service: body.service.as_deref(),
                tool: body.tool.as_deref(),
                ..SearchColumns::default()
            },
            Self::Admin(body) => SearchColumns {
                agent: body.agent.as_deref(),
                member: body.member.as_deref(),
                session: body.session.as_ref(),
                ..SearchColumns::default()
            },
            Self::Publication(body) => SearchColumns {
                agent: Some(&body.agent),
                member: body.member.as_deref(),
                ..SearchColumns::default()
            },
        }
    }

    /// The body as canonical JSON.
    pub fn body(&self) -> Result<String, NoCanonicalForm> {
        match self {
            Self::Intent(body) | Self::Denied(body) => canonical(body.as_ref()),
            Self::Outcome(body) => canonical(body.as_ref()),
            Self::Admin(body) => canonical(body.as_ref()),
            Self::Publication(body) => canonical(body.as_ref()),
        }
    }
}

/// A record as the store holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRecord {
    /// Its place in the order of all records.
    pub seq: Seq,
    /// Its kind.
    pub kind: Kind,
    /// The call that it belongs to.
    pub call: Option<CallId>,
    /// Canonical JSON.
    pub body: String,
    /// SHA-256 of `body`.
    pub digest: Digest,
}

impl StoredRecord {
    /// Whether the body is still the one that was written: SQLite itself does not notice a flipped bit.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        Digest::of(self.body.as_bytes()) == self.digest
    }
}

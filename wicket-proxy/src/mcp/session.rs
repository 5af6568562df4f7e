//! MCP sessions of legacy clients, kept by the clients.
//!
//! The id of a session is its whole state, sealed with a MAC over that state and the owner. So a session costs no
//! memory, survives a restart, is known to every replica that has the key, and simply does not verify for anybody but
//! its owner. An MCP session is a matter of the transport: no limit and no breaker hangs on it, because a client can
//! open as many as it likes.
//!
//! Only ended sessions are remembered, up to a bound. An owner who ends more than that in the lifetime of a session
//! brings its own oldest ones back, which gains it nothing.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use wicket_lang::value::Instant;

use super::client::ClientInfo;
use super::era::Revision;

/// What is known of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The revision that was agreed on.
    pub revision: Revision,
    /// What the client said about itself.
    pub client: Option<ClientInfo>,
}

/// Mints and opens sessions.
#[derive(Debug)]
pub struct Sessions {
    key: hmac::Key,
    lifetime: Duration,
    ended: Mutex<VecDeque<Nonce>>,
}

/// What makes a session's id unlike any other.
pub type Nonce = [u8; 16];

const FORMAT: u8 = 1;
const TAG: usize = 32;
const MOST_ENDED: usize = 10_000;

impl Sessions {
    /// Sessions under this key ([`crate::secret::ServerKey::mcp_sessions`]), each as long as `lifetime`.
    #[must_use]
    pub fn new(key: &[u8; 32], lifetime: Duration) -> Sessions {
        Sessions {
            key: hmac::Key::new(hmac::HMAC_SHA256, key),
            lifetime,
            ended: Mutex::default(),
        }
    }

    /// Mints the id of a new session of `owner`. `nonce` must be random.
    #[must_use]
    pub fn mint(&self, owner: &str, session: &Session, now: Instant, nonce: Nonce) -> String {
        let mut bytes = vec![FORMAT, revision_byte(session.revision)];
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&now.0.to_be_bytes());
        if let Some(client) = &session.client {
            // INVARIANT: a client's name has no control characters, so the separator occurs once.
            bytes.extend_from_slice(client.name.as_bytes());
            bytes.push(0);
            bytes.extend_from_slice(client.version.as_bytes());
        }
        let tag = hmac::sign(&self.key, &bound(owner, &bytes));
        bytes.extend_from_slice(tag.as_ref());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The session of this id, if `owner` opened it and it is not over.
    #[must_use]
    pub fn open(&self, owner: &str, id: &str, now: Instant) -> Option<Session> {
        let (nonce, session) = self.verify(owner, id, now)?;
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        (!ended.contains(&nonce)).then_some(session)
    }

    /// Ends a session. False: there is none of this id for this owner.
    pub fn end(&self, owner: &str, id: &str, now: Instant) -> bool {
        let Some((nonce, _)) = self.verify(owner, id, now) else {
            return false;
        };
        let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        if ended.contains(&nonce) {
            return false;
        }
        if ended.len() >= MOST_ENDED {
            ended.pop_front();
        }
        ended.push_back(nonce);
        true
    }

    fn verify(&self, owner: &str, id: &str, now: Instant) -> Option<(Nonce, Session)> {
        let bytes = URL_SAFE_NO_PAD.decode(id).ok()?;
        let (state, tag) = bytes.split_at_checked(bytes.len().checked_sub(TAG)?)?;
        hmac::verify(&self.key, &bound(owner, state), tag).ok()?;
        let (&[format, revision], rest) = state.split_first_chunk()?;
        let (&nonce, rest) = rest.split_first_chunk()?;
        let (&opened, client) = rest.split_first_chunk()?;
        let age = now.0.saturating_sub(i64::from_be_bytes(opened));
        // A negative age means that the clock was set back, which ends no session.
        let age = Duration::from_millis(u64::try_from(age).unwrap_or_default());
        if format != FORMAT || age >= self.lifetime {
            return None;
        }
        let client = std::str::from_utf8(client).ok()?.split_once('\0');
        let client = client.map(|(name, version)| ClientInfo {
            name: name.to_owned(),
            version: version.to_owned(),
        });
        Some((
            nonce,
            Session {
                revision: byte_revision(revision)?,
                client,
            },
        ))
    }
}

/// What the tag is made over. The owner's length stands first, so that no owner and state run together as another's.
fn bound(owner: &str, state: &[u8]) -> Vec<u8> {
    let length = u64::try_from(owner.len()).unwrap_or(u64::MAX);
    [&length.to_be_bytes(), owner.as_bytes(), state].concat()
}

fn revision_byte(revision: Revision) -> u8 {
    match revision {
        Revision::June2025 => 1,
        Revision::November2025 => 2,
    }
}

fn byte_revision(byte: u8) -> Option<Revision> {
    [Revision::June2025, Revision::November2025]
        .into_iter()
        .find(|revision| revision_byte(*revision) == byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIFETIME: Duration = Duration::from_millis(100);

    fn session() -> Session {
        let client = ClientInfo {
            name: "demo".to_owned(),
            version: "1".to_owned(),
        };
        Session {
            revision: Revision::June2025,
            client: Some(client),
        }
    }

    #[test]
    fn a_session_opens_for_its_owner_until_it_is_over() {
        let sessions = Sessions::new(&[7; 32], LIFETIME);
        let id = sessions.mint("ann", &session(), Instant(1000), [1; 16]);
        assert!(id.bytes().all(|byte| byte.is_ascii_graphic()));
        assert_eq!(sessions.open("ann", &id, Instant(1099)), Some(session()));
        assert_eq!(sessions.open("bob", &id, Instant(1000)), None);
        assert_eq!(sessions.open("ann", &id, Instant(1100)), None);
        assert_eq!(
            Sessions::new(&[8; 32], LIFETIME).open("ann", &id, Instant(1000)),
            None
        );
        assert_eq!(
            Sessions::new(&[7; 32], LIFETIME).open("ann", &id, Instant(1000)),
            Some(session()),
            "after a restart"
        );
    }

    #[test]
    fn only_the_owner_ends_a_session_and_only_once() {
        let sessions = Sessions::new(&[7; 32], LIFETIME);
        let id = sessions.mint("ann", &session(), Instant(0), [1; 16]);
        let other = sessions.mint("ann", &session(), Instant(0), [2; 16]);
        assert!(!sessions.end("bob", &id, Instant(0)));
        assert!(sessions.end("ann", &id, Instant(0)));
        assert!(!sessions.end("ann", &id, Instant(0)));
        assert_eq!(sessions.open("ann", &id, Instant(0)), None);
        assert_eq!(sessions.open("ann", &other, Instant(0)), Some(session()));
    }

    #[test]
    fn any_changed_character_is_refused() {
        let sessions = Sessions::new(&[7; 32], LIFETIME);
        let id = sessions.mint("ann", &session(), Instant(0), [1; 16]);
        for place in 0..id.len() {
            let changed: String = id
                .char_indices()
                .map(|(at, character)| match (at == place, character) {
                    (false, same) => same,
                    (true, 'A') => 'B',
                    (true, _) => 'A',
                })
                .collect();
            assert_eq!(sessions.open("ann", &changed, Instant(0)), None, "{place}");
        }
        assert_eq!(sessions.open("ann", "", Instant(0)), None);
    }

    #[test]
    fn the_memory_of_ended_sessions_is_bounded() {
        let sessions = Sessions::new(&[7; 32], LIFETIME);
        for number in 0..=u128::try_from(MOST_ENDED).unwrap_or_default() {
            let id = sessions.mint("ann", &session(), Instant(0), number.to_be_bytes());
            assert!(sessions.end("ann", &id, Instant(0)));
        }
        assert_eq!(
            sessions
                .ended
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .len(),
            MOST_ENDED
        );
    }
}

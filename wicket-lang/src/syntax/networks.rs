//! Networks as they are written: `192.0.2.0/24`.

use crate::diagnostic::{Code, Diagnostic, Edit, Safety};
use crate::source::Span;
use crate::value::{Network, NetworkError};

/// Says what is wrong with a network.
pub(super) fn check(raw: &str, span: Span, found: &mut Vec<Diagnostic>) {
    let Err(error) = Network::parse(raw) else {
        return;
    };
    let diagnostic = Diagnostic::new(
        Code::E0241,
        format!("`{raw}` is no network"),
        span,
        error.to_string(),
    );
    found.push(match error {
        NetworkError::HostBits(meant) => diagnostic.with_fix(
            format!("write the network, `{meant}`, or one address with `/32` or `/128`"),
            vec![Edit::replace(span, meant.to_string())],
            Safety::Guess,
        ),
        NetworkError::Unreadable => {
            diagnostic.with_help("a network is written `192.0.2.0/24` or `2001:db8::/32`")
        }
    });
}

/// The network, or the one that was meant.
pub(super) fn read(raw: &str) -> Option<Network> {
    match Network::parse(raw) {
        Ok(network) | Err(NetworkError::HostBits(network)) => Some(network),
        Err(NetworkError::Unreadable) => None,
    }
}

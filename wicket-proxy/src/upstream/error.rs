//! What can go wrong with an upstream, what the audit calls it, and what an agent is told of it.

use crate::mcp::UpstreamFailure;

/// How a forwarded call ended, for its outcome record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The upstream answered with a result.
    Success,
    /// The upstream answered that the call failed: a JSON-RPC error, or a result with `isError`.
    Error,
    /// There was no proper answer, and the call has had no effect as far as can be told.
    Failure,
    /// There was no proper answer, and the call may have had its effect.
    Unknown,
}

impl Outcome {
    /// The word in the audit record.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Success => "success",
            Outcome::Error => "error",
            Outcome::Failure => "failure",
            Outcome::Unknown => "unknown",
        }
    }
}

/// Why there is no proper answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// No connector of this name is configured.
    UnknownService,
    /// It could not be connected to, or its program could not be started.
    Unreachable,
    /// It refused the credential with this status.
    CredentialRefused(u16),
    /// It answered with this HTTP status, and with no JSON-RPC error.
    Status(u16),
    /// It took longer than it may.
    TimedOut,
    /// It closed the connection, or its program ended, before it answered.
    ClosedEarly,
    /// Its answer is larger than is taken.
    TooLarge,
    /// Its answer is not what the protocol wants.
    Garbage,
}

/// A call, or the handshake before it, that got no proper answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", .kind.words())]
pub struct UpstreamError {
    /// Why.
    pub kind: ErrorKind,
    /// Whether the call had left by then, so that it may have had its effect.
    pub may_have_run: bool,
}

impl ErrorKind {
    /// The kind in one word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            ErrorKind::UnknownService => "unknown_service",
            ErrorKind::Unreachable => "unreachable",
            ErrorKind::CredentialRefused(_) => "credential_refused",
            ErrorKind::Status(_) => "status",
            ErrorKind::TimedOut => "timed_out",
            ErrorKind::ClosedEarly => "closed_early",
            ErrorKind::TooLarge => "too_large",
            ErrorKind::Garbage => "garbage",
        }
    }

    /// What happened, after the name of the service.
    fn words(self) -> &'static str {
        match self {
            ErrorKind::UnknownService => "is not configured",
            ErrorKind::Unreachable => "could not be reached",
            ErrorKind::CredentialRefused(_) => "refused the credential",
            ErrorKind::Status(_) => "answered with an HTTP error",
            ErrorKind::TimedOut => "did not answer in time",
            ErrorKind::ClosedEarly => "closed the connection before it answered",
            ErrorKind::TooLarge => "answered with more than is accepted",
            ErrorKind::Garbage => "gave an answer that cannot be understood",
        }
    }

    /// Whether this kind of answer says that nothing was done.
    fn says_not_run(self) -> bool {
        match self {
            ErrorKind::UnknownService | ErrorKind::Unreachable | ErrorKind::CredentialRefused(_) => true,
            // A client error refuses the request; a server error can come after the effect.
            ErrorKind::Status(status) => status < 500,
            ErrorKind::TimedOut | ErrorKind::ClosedEarly | ErrorKind::TooLarge | ErrorKind::Garbage => false,
        }
    }
}

impl UpstreamError {
    /// A failure before the call left.
    #[must_use]
    pub fn before(kind: ErrorKind) -> UpstreamError {
        UpstreamError {
            kind,
            may_have_run: false,
        }
    }

    /// A failure after the first byte of the call may have left.
    #[must_use]
    pub fn after(kind: ErrorKind) -> UpstreamError {
        UpstreamError {
            kind,
            may_have_run: !kind.says_not_run(),
        }
    }

    /// The same failure, of something that came before the call.
    #[must_use]
    pub fn not_run(self) -> UpstreamError {
        UpstreamError {
            may_have_run: false,
            ..self
        }
    }

    /// What the outcome record says.
    #[must_use]
    pub fn outcome(self) -> Outcome {
        if self.may_have_run {
            Outcome::Unknown
        } else {
            Outcome::Failure
        }
    }

    /// The HTTP status of the upstream, if it sent one.
    #[must_use]
    pub fn status(self) -> Option<u16> {
        match self.kind {
            ErrorKind::CredentialRefused(status) | ErrorKind::Status(status) => Some(status),
            ErrorKind::UnknownService
            | ErrorKind::Unreachable
            | ErrorKind::TimedOut
            | ErrorKind::ClosedEarly
            | ErrorKind::TooLarge
            | ErrorKind::Garbage => None,
        }
    }

    /// What the agent is told. It names the service, which the agent knows from the tool's name, and nothing else.
    #[must_use]
    pub fn for_agent(self, service: &str) -> UpstreamFailure {
        let effect = if self.may_have_run {
            "The call may have been carried out: look before you repeat it."
        } else {
            "The call was not carried out."
        };
        let message = format!("The service `{service}` {}. {effect}", self.kind.words());
        UpstreamFailure {
            message,
            kind: self.kind.word(),
            may_have_run: self.may_have_run,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_have_run_is_unknown() {
        assert_eq!(
            UpstreamError::after(ErrorKind::TimedOut).outcome(),
            Outcome::Unknown
        );
        assert_eq!(
            UpstreamError::before(ErrorKind::TimedOut).outcome(),
            Outcome::Failure
        );
        assert_eq!(
            UpstreamError::after(ErrorKind::Status(502)).outcome(),
            Outcome::Unknown
        );
        assert_eq!(
            UpstreamError::after(ErrorKind::Status(404)).outcome(),
            Outcome::Failure
        );
        assert_eq!(
            UpstreamError::after(ErrorKind::Unreachable).outcome(),
            Outcome::Failure
        );
    }

    #[test]
    fn the_agent_learns_the_service_and_the_effect() {
        let failure = UpstreamError::after(ErrorKind::TimedOut).for_agent("github");
        let text = "The service `github` did not answer in time. \
                    The call may have been carried out: look before you repeat it.";
        assert_eq!(failure.message, text);
        assert_eq!(failure.kind, "timed_out");
    }
}

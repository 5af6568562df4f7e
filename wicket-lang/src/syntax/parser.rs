//! The door to the generated parser: nothing else names lalrpop.
//!
//! A run reads one item or one piece of it and gives the node or the first place where it does not go on; there is no
//! recovery inside a run.

use lalrpop_util::{ParseError, lalrpop_mod};

use super::nodes::{Context, Part};
use super::token::{Lexeme, Start, Tok};

lalrpop_mod!(
    #[expect(
        clippy::all,
        clippy::pedantic,
        clippy::allow_attributes,
        clippy::allow_attributes_without_reason,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used,
        unreachable_pub,
        unused,
        reason = "generated from the grammar"
    )]
    generated,
    "/wicket.rs"
);

/// Where a run could not go on.
#[derive(Debug)]
pub(super) struct Failure<'a> {
    /// The token, or `None` at the end of the piece.
    pub(super) found: Option<Tok<'a>>,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Terminals as the grammar names them.
    pub(super) expected: Vec<String>,
}

/// Reads `lexemes` as what `start` says.
pub(super) fn run<'a>(context: &Context, start: Start, lexemes: &[Lexeme<'a>]) -> Result<Part, Failure<'a>> {
    let at = lexemes.first().map_or(0, |first| first.start);
    let marker = std::iter::once((at, Tok::Start(start), at));
    let tokens = marker.chain(
        lexemes
            .iter()
            .map(|lexeme| (lexeme.start, lexeme.tok, lexeme.end)),
    );
    generated::PartParser::new()
        .parse(context, tokens.map(Ok::<_, ()>))
        .map_err(|error| failure(error, lexemes))
}

fn failure<'a>(error: ParseError<usize, Tok<'a>, ()>, lexemes: &[Lexeme<'a>]) -> Failure<'a> {
    let end = lexemes.last().map_or(0, |last| last.end);
    match error {
        ParseError::UnrecognizedToken {
            token: (start, tok, end),
            expected,
        } => Failure {
            found: Some(tok),
            start,
            end,
            expected,
        },
        ParseError::ExtraToken {
            token: (start, tok, end),
        } => Failure {
            found: Some(tok),
            start,
            end,
            expected: Vec::new(),
        },
        ParseError::UnrecognizedEof { expected, .. } => Failure {
            found: None,
            start: end,
            end,
            expected,
        },
        ParseError::InvalidToken { .. } | ParseError::User { .. } => Failure {
            found: None,
            start: end,
            end,
            expected: Vec::new(),
        },
    }
}

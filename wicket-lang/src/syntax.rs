//! Text to AST.
//!
//! [`parse`] never fails: it gives what could be read, the comments, and what is wrong. The text is cut into tokens
//! ([`lexer`]), the tokens into items, and each item is read by the generated parser, so a mistake in one item never
//! hides another.

pub mod ast;
pub mod lexer;
pub mod token;
mod text;
mod dates;
mod networks;
mod nodes;
mod schedules;
mod lexical;
mod parser;
mod split;
mod mend;
mod expected;
mod habits;
mod recovery;
mod print;

use crate::diagnostic::{self, Code, Diagnostic};
use crate::source::{FileId, MAX_SOURCE_BYTES, Span};
use lexer::{Kind, Token};
pub use nodes::TYPE_WORDS;
pub use print::{print_ast, print_tokens};

/// What was read from a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    pub file: ast::File,
    pub comments: Comments,
    pub diagnostics: Vec<Diagnostic>,
}

/// The comments of a text, in the order in which they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comments {
    pub list: Vec<Comment>,
}

/// `// …` or `/// …`, without the end of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    pub span: Span,
    /// Whether it is written with three slashes.
    pub doc: bool,
}

/// The most findings that are reported for one text.
const MAX_DIAGNOSTICS: usize = 200;

/// Reads a text. Whatever its bytes, this ends without a panic and in time linear in the text.
#[must_use]
pub fn parse(file: FileId, text: &str) -> Parsed {
    if text.len() > MAX_SOURCE_BYTES {
        let span = Span::new(file, 0, 0);
        return Parsed {
            diagnostics: vec![Diagnostic::new(
                Code::E0106,
                format!("a file has at most {MAX_SOURCE_BYTES} bytes"),
                span,
                "this file is longer",
            )],
            ..Parsed::default()
        };
    }
    if let Some(found) = lexical::encoding(file, text) {
        return Parsed {
            diagnostics: vec![found],
            ..Parsed::default()
        };
    }
    let tokens = lexer::lex(file, text);
    let comments = comments(&tokens, text);
    let mut diagnostics = lexical::check(&tokens, text);
    let lexemes = token::significant(&tokens, text);
    let slices = split::split(file, &lexemes, &mut diagnostics);
    let context = nodes::Context::new(file);
    let mut docs = Docs {
        tokens: tokens.iter().peekable(),
        text,
    };
    let mut items = Vec::new();
    for slice in &slices {
        if diagnostics.len() > MAX_DIAGNOSTICS {
            break;
        }
        let mut item = recovery::item(&context, slice, &mut diagnostics);
        item.docs = docs.before(item.span);
        items.push(item);
    }
    diagnostic::sort(&mut diagnostics);
    diagnostics.truncate(MAX_DIAGNOSTICS);
    Parsed {
        file: ast::File { items },
        comments,
        diagnostics,
    }
}

fn comments(tokens: &[Token], text: &str) -> Comments {
    let list = tokens
        .iter()
        .filter(|token| matches!(token.kind, Kind::Comment | Kind::Doc))
        .map(|token| {
            let trimmed = token.text(text).trim_end().len();
            let start = token.span.start as usize;
            Comment {
                span: Span::new(token.span.file, start, start + trimmed),
                doc: token.kind == Kind::Doc,
            }
        })
        .collect();
    Comments { list }
}

/// Hands out the comments that document items, from the front to the back of the text.
struct Docs<'t> {
    tokens: std::iter::Peekable<std::slice::Iter<'t, Token>>,
    text: &'t str,
}

impl Docs<'_> {
    /// The `///` lines between the item before and `item`; one behind the end of the item before is none.
    fn before(&mut self, item: Span) -> Vec<ast::Text> {
        let mut docs = Vec::new();
        let mut line_is_empty = true;
        while let Some(token) = self.tokens.next_if(|token| token.span.start < item.start) {
            match token.kind {
                Kind::Newline => line_is_empty = true,
                Kind::Doc if line_is_empty => docs.push(ast::Text {
                    value: doc_text(token.text(self.text)),
                    span: token.span,
                }),
                Kind::Space => {}
                _ => line_is_empty = false,
            }
        }
        // Comments inside of the item document nothing.
        while self.tokens.next_if(|token| token.span.end <= item.end).is_some() {}
        // What follows on the item's last line belongs to it.
        while self
            .tokens
            .next_if(|token| matches!(token.kind, Kind::Doc | Kind::Space))
            .is_some()
        {}
        docs
    }
}

fn doc_text(comment: &str) -> String {
    let text = comment.trim_start_matches('/').trim_end();
    text.strip_prefix(' ').unwrap_or(text).to_owned()
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) mod samples;

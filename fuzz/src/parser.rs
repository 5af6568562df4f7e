//! Text to tree: it ends, and what it says fits the text.

use wicket_lang::diagnostic::render::{Style, render};
use wicket_lang::source::{FileId, Sources};
use wicket_lang::syntax::{lexer, parse, print_ast, print_tokens};

pub(crate) fn check(text: &str) {
    let tokens = lexer::lex(FileId(0), text);
    let pieces: usize = tokens.iter().map(|token| token.text(text).len()).sum();
    assert_eq!(pieces, text.len(), "every byte belongs to one token");
    let _ = print_tokens(&tokens, text);
    let parsed = parse(FileId(0), text);
    let _ = print_ast(&parsed.file);
    for comment in &parsed.comments.list {
        let span = comment.span.start as usize..comment.span.end as usize;
        assert!(text.get(span).is_some_and(|comment| comment.starts_with("//")));
    }
    let _ = render(
        &parsed.diagnostics,
        &Sources::single("fuzz.wkt", text),
        Style::Plain,
    );
}

//! The formatter keeps a comment wherever it stands: one is put at each border of two tokens, in every example and golden.

#![expect(clippy::panic, reason = "tests")]

use std::path::{Path, PathBuf};

use wicket_lang::diagnostic::Diagnostic;
use wicket_lang::format::format;
use wicket_lang::source::FileId;
use wicket_lang::syntax::lexer::lex;
use wicket_lang::syntax::{parse, print_ast};
use wicket_tests::files;

/// How many places of one text are tried.
const MOST: usize = 25;

fn texts() -> Vec<(PathBuf, String)> {
    let root = files::root();
    let examples = root.join("../examples");
    let folders: [&Path; 2] = [&examples, &root.join("lang")];
    let mut texts = Vec::new();
    for folder in folders {
        for path in files::walk(folder, "wkt").unwrap_or_else(|error| panic!("{error:#}")) {
            let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{error}"));
            texts.push((path, text));
        }
    }
    texts
}

fn has_mistakes(text: &str) -> bool {
    parse(FileId(0), text)
        .diagnostics
        .iter()
        .any(Diagnostic::is_error)
}

fn comments(text: &str) -> Vec<String> {
    let parsed = parse(FileId(0), text);
    let spans = parsed.comments.list.iter().map(|comment| comment.span);
    spans
        .filter_map(|span| text.get(span.start as usize..span.end as usize))
        .map(str::to_owned)
        .collect()
}

/// What is wrong with the layout of a text, if anything is.
fn problem(text: &str, tree: &str) -> Option<String> {
    let Ok(once) = format(text) else {
        return Some("it is no longer read".to_owned());
    };
    if comments(&once) != comments(text) {
        return Some(format!("its comments changed:\n{once}"));
    }
    if print_ast(&parse(FileId(0), &once).file) != tree {
        return Some(format!("its meaning changed:\n{once}"));
    }
    (format(&once).as_deref() != Ok(once.as_str())).then(|| format!("a second time changes it:\n{once}"))
}

#[test]
fn a_comment_is_kept_at_every_border_of_tokens() {
    let mut tried = 0;
    let mut problems = Vec::new();
    for (path, text) in texts() {
        if has_mistakes(&text) {
            continue;
        }
        let tree = print_ast(&parse(FileId(0), &text).file);
        let borders: Vec<usize> = lex(FileId(0), &text)
            .iter()
            .map(|token| token.span.end as usize)
            .collect();
        // Of a long text every nth border; which ones depends on its length, and so differs from text to text.
        let step = borders.len().div_ceil(MOST).max(1);
        for at in borders.iter().skip(text.len() % step).step_by(step) {
            let (before, after) = text.split_at(*at);
            for comment in ["\n// put here\n", "  // put here\n"] {
                let put = format!("{before}{comment}{after}");
                // Behind a comment or a line of documentation it is a part of that.
                if comments(&put).len() != comments(&text).len() + 1 || has_mistakes(&put) {
                    continue;
                }
                tried += 1;
                let found = problem(&put, &tree);
                problems.extend(found.map(|found| format!("{}:{at}: {found}", path.display())));
            }
        }
    }
    assert!(tried > 500, "only {tried} places were tried");
    assert!(
        problems.is_empty(),
        "{} of {tried}: {}",
        problems.len(),
        problems.first().map(String::as_str).unwrap_or_default()
    );
}

//! W1034: two tests that are the same but for their titles.

use std::collections::BTreeMap;

use super::context::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::ItemKind;

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut first: BTreeMap<String, Span> = BTreeMap::new();
    let mut found = Vec::new();
    for item in context.items() {
        let ItemKind::Test(test) = &item.kind else {
            continue;
        };
        let body = context.text(Span {
            start: test.title.span.end,
            ..item.span
        });
        let mut words = String::new();
        for line in body.lines() {
            // A comment may stand for what the test is about; the words in a text are left as they are.
            words.push_str(line.trim());
            words.push('\n');
        }
        match first.get(&words) {
            Some(known) => found.push(
                Diagnostic::new(
                    Code::W1034,
                    "this test is there already",
                    test.title.span,
                    "it says nothing new",
                )
                .with_label(*known, "the same steps")
                .with_help("take it out, or let it test what its title says"),
            ),
            None => {
                first.insert(words, test.title.span);
            }
        }
    }
    found
}

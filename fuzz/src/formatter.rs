//! Text to text: the tree stays, the comments stay, and a second time changes nothing.

use wicket_lang::format::format;
use wicket_lang::source::FileId;
use wicket_lang::syntax::{parse, print_ast};

pub(crate) fn check(text: &str) {
    let Ok(once) = format(text) else {
        return;
    };
    let twice = format(&once).expect("what was formatted can be formatted");
    assert_eq!(once, twice, "a second time changes the text");
    assert_eq!(tree(text), tree(&once), "the tree changed");
    assert_eq!(comments(text), comments(&once), "the comments changed");
}

fn tree(text: &str) -> String {
    print_ast(&parse(FileId(0), text).file)
}

fn comments(text: &str) -> Vec<&str> {
    let parsed = parse(FileId(0), text);
    let spans = parsed.comments.list.iter().map(|comment| comment.span);
    spans
        .filter_map(|span| text.get(span.start as usize..span.end as usize))
        .collect()
}

//! Just enough reading of Rust text to answer "which paths does this file name, and where?".
//!
//! It is a scanner and no parser: comments and literals are blanked out, and what is left is read as identifiers
//! joined by `::`. It sees through `use a::{b, c::d}`, but not through renames or macros; clippy's bans, which resolve
//! names, stand behind it.

use crate::project::TextFile;

/// A path such as `std::fs::read`, and the line on which its last part stands.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NamedPath {
    pub(crate) line: usize,
    pub(crate) path: String,
}

/// `text` with comments blanked out, and literals too unless `literals` are wanted. Lines keep their numbers.
pub(crate) fn blank(text: &str, literals: Literals) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut previous = ' ';
    while let Some(first) = rest.chars().next() {
        let (length, keep) = match token_length(rest, first, previous) {
            Some((length, Kind::Comment)) => (length, false),
            Some((length, Kind::Literal)) => (length, matches!(literals, Literals::Keep)),
            None => (first.len_utf8(), true),
        };
        let (token, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        if keep {
            out.push_str(token);
        } else {
            out.extend(token.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        }
        previous = token.chars().last().unwrap_or(' ');
        rest = after;
    }
    out
}

/// Whether [`blank`] leaves string and character literals as they are.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Literals {
    Keep,
    Blank,
}

enum Kind {
    Comment,
    Literal,
}

/// The length of the comment or literal at the start of `rest`.
fn token_length(rest: &str, first: char, previous: char) -> Option<(usize, Kind)> {
    let continues_name = previous.is_alphanumeric() || previous == '_';
    if rest.starts_with("//") {
        return Some((rest.find('\n').unwrap_or(rest.len()), Kind::Comment));
    }
    if rest.starts_with("/*") {
        return Some((block_comment_length(rest), Kind::Comment));
    }
    if first == '"' {
        return Some((quoted_length(rest, '"'), Kind::Literal));
    }
    if first == 'r' && !continues_name {
        let hashes = rest.chars().skip(1).take_while(|c| *c == '#').count();
        if rest.chars().nth(hashes + 1) == Some('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            let body = hashes + 2;
            let found = rest.get(body..).and_then(|text| text.find(&end));
            return Some((
                found.map_or(rest.len(), |at| body + at + end.len()),
                Kind::Literal,
            ));
        }
    }
    // A character literal closes after one character or an escape; otherwise the quote starts a lifetime.
    if first == '\'' {
        let mut chars = rest.chars().skip(1);
        let (second, third) = (chars.next(), chars.next());
        if second == Some('\\') || third == Some('\'') {
            return Some((quoted_length(rest, '\''), Kind::Literal));
        }
    }
    None
}

fn quoted_length(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

fn block_comment_length(rest: &str) -> usize {
    let mut depth = 0usize;
    let mut at = 0;
    while let Some(text) = rest.get(at..).filter(|text| !text.is_empty()) {
        if text.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text.starts_with("*/") {
            depth = depth.saturating_sub(1);
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// What a file gives to the product: blanked, and without its unit tests, which may look where the product may not.
pub(crate) fn product_code(file: &TextFile, literals: Literals) -> String {
    if file.path.ends_with("/tests.rs") {
        return String::new();
    }
    without_tests(&blank(&file.text, literals))
}

/// `code` (blanked text) with each item under `#[cfg(test)]` blanked out. Lines keep their numbers.
fn without_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some((before, after)) = rest.split_once(MARK) {
        out.push_str(before);
        let (item, after) = after.split_at_checked(item_length(after)).unwrap_or((after, ""));
        out.extend(item.chars().filter(|c| *c == '\n'));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The length of the item at the start of `code`: up to its `;`, or to the brace that closes its first one.
fn item_length(code: &str) -> usize {
    let mut depth = 0usize;
    for (at, c) in code.char_indices() {
        match c {
            ';' if depth == 0 => return at + 1,
            '{' => depth += 1,
            '}' if depth <= 1 => return at + 1,
            '}' => depth -= 1,
            _ => {}
        }
    }
    code.len()
}

/// Every path of two or more parts in `code` (blanked text), with braces spelled out.
pub(crate) fn named_paths(code: &str) -> Vec<NamedPath> {
    let tokens = tokens(code);
    let mut paths = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        at = read_path(&tokens, at, "", &mut paths).max(at + 1);
    }
    paths
}

/// Reads one path, or a group of paths, that begins at `at` behind `prefix`; returns where it ended.
fn read_path(tokens: &[(usize, &str)], mut at: usize, prefix: &str, paths: &mut Vec<NamedPath>) -> usize {
    let mut path = prefix.to_owned();
    while let Some((line, token)) = tokens.get(at) {
        if *token == "{" && path.ends_with("::") {
            at += 1;
            while tokens.get(at).is_some_and(|(_, token)| *token != "}") {
                at = read_path(tokens, at, &path, paths).max(at + 1);
            }
            return at + 1;
        }
        if !is_name(token) && *token != "*" {
            return at;
        }
        path.push_str(token);
        at += 1;
        if tokens.get(at).is_some_and(|(_, token)| *token == "::") {
            path.push_str("::");
            at += 1;
            continue;
        }
        if path.contains("::") {
            paths.push(NamedPath { line: *line, path });
        }
        return at;
    }
    at
}

fn is_name(token: &str) -> bool {
    token
        .chars()
        .next()
        .is_some_and(|c| c.is_alphabetic() || c == '_')
}

/// Names, `::`, and single other characters, each with its line.
fn tokens(code: &str) -> Vec<(usize, &str)> {
    let mut tokens = Vec::new();
    for (number, line) in code.lines().enumerate() {
        let mut rest = line;
        while let Some(first) = rest.chars().next() {
            let length = if first.is_alphanumeric() || first == '_' {
                rest.find(|c: char| !(c.is_alphanumeric() || c == '_'))
                    .unwrap_or(rest.len())
            } else if rest.starts_with("::") {
                2
            } else {
                first.len_utf8()
            };
            let (token, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
            if !first.is_whitespace() {
                tokens.push((number + 1, token));
            }
            rest = after;
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<String> {
        named_paths(&blank(text, Literals::Blank))
            .into_iter()
            .map(|path| path.path)
            .collect()
    }

    #[test]
    fn groups_are_spelled_out() {
        assert_eq!(
            paths("use crate::{a, b::{c, d::*}};\nlet x = std::fs::read(y);"),
            ["crate::a", "crate::b::c", "crate::b::d::*", "std::fs::read"]
        );
    }

    #[test]
    fn comments_and_literals_are_not_read() {
        assert_eq!(
            paths("// a::b\n/* c::d /* e::f */ */ let s = \"g::h\\\"\"; let r = r#\"i::j\"#; 'x'; k::l"),
            ["k::l"]
        );
    }

    #[test]
    fn a_lifetime_is_no_literal() {
        assert_eq!(paths("fn f<'a>(x: &'a a::B) {} 'b: loop {}"), ["a::B"]);
    }

    #[test]
    fn unit_tests_are_left_out() {
        let file = |path: &str, text: &str| TextFile {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let text = "#[cfg(test)]\nmod tests;\na::b\n#[cfg(test)]\nmod t { fn f() { c::d } }\ne::f";
        let code = product_code(&file("a/src/x.rs", text), Literals::Blank);
        let found: Vec<(usize, String)> = named_paths(&code).into_iter().map(|p| (p.line, p.path)).collect();
        assert_eq!(found, [(3, "a::b".to_owned()), (6, "e::f".to_owned())]);
        assert_eq!(product_code(&file("a/src/x/tests.rs", text), Literals::Blank), "");
    }

    #[test]
    fn blanking_keeps_lines() {
        let text = "a\n/* b\nc */ d \"e\nf\" g";
        let blanked = blank(text, Literals::Blank);
        assert_eq!(blanked.lines().count(), text.lines().count());
        assert!(blank(text, Literals::Keep).contains("\"e\nf\""));
    }
}

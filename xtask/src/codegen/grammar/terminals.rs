//! What a terminal looks like: the pattern and the comment of its kind in the lexer.

use std::fmt::Write as _;

use anyhow::{Context as _, Result};

pub(super) fn table(terminals: &[String], lexer: &str) -> Result<String> {
    let mut text = "| terminal | pattern | |\n|---|---|---|\n".to_owned();
    for terminal in terminals {
        let (pattern, comment) = of(&kind(terminal), lexer)
            .with_context(|| format!("the lexer has no kind for the terminal `{terminal}`"))?;
        // A bar would end the cell.
        let pattern = pattern.replace('|', "\\|");
        let pattern = if pattern.is_empty() {
            pattern
        } else {
            format!("`{pattern}`")
        };
        let comment = comment
            .replace('|', "\\|")
            .replace("[`Kind::Star`]", "a sign of its own");
        writeln!(text, "| `{terminal}` | {pattern} | {comment} |")?;
    }
    Ok(text)
}

/// `time_range` is `TimeRange`.
fn kind(terminal: &str) -> String {
    terminal
        .split('_')
        .map(|part| {
            let (first, rest) = part.split_at_checked(1).unwrap_or((part, ""));
            first.to_uppercase() + rest
        })
        .collect()
}

/// The pattern and the comment that stand above the kind.
fn of(kind: &str, lexer: &str) -> Option<(String, String)> {
    let (mut pattern, mut comment) = (String::new(), Vec::new());
    for line in lexer.lines().map(str::trim) {
        if let Some(words) = line.strip_prefix("/// ") {
            comment.push(words);
        } else if let Some(rest) = line.strip_prefix("#[regex(r") {
            let bare = rest.trim_start_matches('#').strip_prefix('"')?;
            let end = bare.rfind('"')?;
            bare.get(..end)?.clone_into(&mut pattern);
        } else if line.strip_suffix(',') == Some(kind) {
            return Some((pattern, comment.join(" ")));
        } else if !line.starts_with("#[") {
            pattern.clear();
            comment.clear();
        }
    }
    None
}

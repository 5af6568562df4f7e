//! Markdown for a terminal: headings stand out, everything else is left as it is written.

use std::fmt::Write as _;

use anstyle::Style;

const HEADING: Style = Style::new().bold();

/// `markdown` with styled headings. Where the terminal wants no colour, the stream takes the styles out again.
pub(super) fn render(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len() + 64);
    let mut fenced = false;
    for line in markdown.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
            continue;
        }
        // Writing to a String does not fail.
        let _ = if fenced && !line.is_empty() {
            writeln!(out, "    {line}")
        } else if line.starts_with('#') && !fenced {
            writeln!(
                out,
                "{HEADING}{}{HEADING:#}",
                line.trim_start_matches('#').trim_start()
            )
        } else {
            writeln!(out, "{line}")
        };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fences_become_indents() {
        let plain =
            anstream::adapter::strip_str("").to_string() + &render("## Bad\n\n```wkt\n# x\n```\ntext\n");
        let plain = anstream::adapter::strip_str(&plain).to_string();
        assert_eq!(plain, "Bad\n\n    # x\ntext\n");
    }
}

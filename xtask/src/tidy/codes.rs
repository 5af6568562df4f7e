//! Every code of the registry has a page with one failing and one corrected example, and every page has a code.
//!
//! That the examples do what they say is for the golden tests; this check only keeps the shape.

use wicket_lang::diagnostic::Code;

use super::Finding;
use crate::project::TextFile;

const REGISTRY: &str = "wicket-lang/src/diagnostic/code.rs";
const PAGES: &str = "wicket-lang/errors/";

pub(super) fn check(files: &[TextFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for pair in Code::ALL.windows(2) {
        if let [first, second] = pair
            && (section(first.name()), first.name()) >= (section(second.name()), second.name())
        {
            findings.push(Finding::error(
                REGISTRY,
                1,
                format!("{} stands before {}", first.name(), second.name()),
            ));
        }
    }
    for code in Code::ALL {
        check_page(code.name(), code.title(), code.page(), &mut findings);
    }
    for file in files {
        let Some(stem) = file
            .path
            .strip_prefix(PAGES)
            .and_then(|name| name.strip_suffix(".md"))
        else {
            continue;
        };
        if Code::find(stem).is_none() {
            findings.push(Finding::error(
                &file.path,
                1,
                format!("`{stem}` is not in the registry"),
            ));
        }
    }
    findings
}

/// Errors stand before warnings, and warnings before notes.
fn section(name: &str) -> usize {
    name.chars()
        .next()
        .and_then(|letter| "EWN".find(letter))
        .unwrap_or(usize::MAX)
}

fn check_page(code: &str, title: &str, page: &str, findings: &mut Vec<Finding>) {
    let path = format!("{PAGES}{code}.md");
    let mut wrong = |line: usize, message: String| {
        findings.push(Finding::error(&path, line, message));
    };
    let heading = format!("# {code}: {title}");
    if page.lines().next() != Some(heading.as_str()) {
        wrong(1, format!("the first line must be `{heading}`"));
    }
    for name in ["## Bad", "## Good"] {
        let section = page
            .split_once(&format!("\n{name}\n"))
            .map(|(_, rest)| rest.split("\n## ").next().unwrap_or(rest));
        match section {
            None => wrong(1, format!("there is no section `{name}`")),
            Some(text) => {
                let count = |start: &str| text.lines().filter(|line| line.starts_with(start)).count();
                // Beside the example may stand what a server lists. A bound is told in words: nobody reads an example of
                // two hundred arguments.
                if count("```") > 2 + 2 * count("```json tools ") || text.trim().is_empty() {
                    wrong(
                        1,
                        format!("`{name}` needs one example, or words where one would be too long"),
                    );
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_without_an_example_is_found() {
        let mut findings = Vec::new();
        let page = "# E0101: unexpected token\n\n## Bad\n\n```wkt\nx\n```\n\n## Good\n";
        check_page("E0101", "unexpected token", page, &mut findings);
        assert_eq!(findings.len(), 1);
    }
}

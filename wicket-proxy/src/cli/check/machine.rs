//! What was found, in the forms that code hosts and test runners read: SARIF 2.1.0, JUnit XML, annotations of GitHub.

use std::fmt::Write as _;

use serde_json::{Value, json};
use wicket_lang::diagnostic::{Code, Diagnostic, Severity};
use wicket_lang::source::{Sources, Span};
use wicket_lang::testing::TestResult;

use super::super::report::help_of;
use super::super::subject::{Examined, place};

/// A failed test, as a finding of its own.
const FAILED: &str = "failed-test";

/// One log of one run, with the codes that were found as its rules.
pub(super) fn sarif(examined: &Examined) -> String {
    let sources = &examined.subject.shown;
    let mut codes: Vec<Code> = examined.diagnostics.iter().map(|found| found.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let mut rules: Vec<Value> = codes
        .iter()
        .map(|code| {
            json!({
                "id": code.name(),
                "shortDescription": { "text": code.title() },
                "help": { "text": code.page(), "markdown": code.page() },
                "defaultConfiguration": { "level": code.severity().name() },
            })
        })
        .collect();
    let mut results: Vec<Value> = examined
        .diagnostics
        .iter()
        .map(|found| {
            let related: Vec<Value> = found
                .secondary
                .iter()
                .map(|label| {
                    json!({
                        "physicalLocation": location(sources, label.span),
                        "message": { "text": label.text },
                    })
                })
                .collect();
            json!({
                "ruleId": found.code.name(),
                "level": found.severity.name(),
                "message": { "text": told(found) },
                "locations": [{ "physicalLocation": location(sources, found.primary.span) }],
                "relatedLocations": related,
            })
        })
        .collect();
    for (test, span, detail) in failures(examined) {
        results.push(json!({
            "ruleId": FAILED,
            "level": "error",
            "message": { "text": format!("test {:?}: {detail}", test.name) },
            "locations": [{ "physicalLocation": location(sources, span) }],
        }));
    }
    if examined.failed_tests() > 0 {
        rules.push(json!({ "id": FAILED, "shortDescription": { "text": "a test of the policies failed" } }));
    }
    let log = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "wicket", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn location(sources: &Sources, span: Span) -> Value {
    let (file, line, column) = place(sources, span.file, span.start);
    let (_, end_line, end_column) = place(sources, span.file, span.end);
    json!({
        "artifactLocation": { "uri": uri(&file) },
        "region": {
            "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column,
        },
    })
}

/// A path as a reference: what is no plain character of a path is escaped.
fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String does not fail, here and below.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// One suite of the bundle's tests; what is wrong with the policies themselves is a suite before it.
pub(super) fn junit(examined: &Examined) -> String {
    let sources = &examined.subject.shown;
    let errors: Vec<&Diagnostic> = examined
        .diagnostics
        .iter()
        .filter(|found| found.is_error())
        .collect();
    let (count, failed) = (examined.tests.len(), examined.failed_tests());
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        out,
        "<testsuites name=\"wicket\" tests=\"{}\" failures=\"{failed}\" errors=\"{}\">",
        count + errors.len(),
        errors.len()
    );
    if !errors.is_empty() {
        let count = errors.len();
        let _ = writeln!(
            out,
            "  <testsuite name=\"policies\" tests=\"{count}\" failures=\"0\" errors=\"{count}\">"
        );
        for found in errors {
            let (file, line, column) = place(sources, found.primary.span.file, found.primary.span.start);
            let message = xml(&format!("{}: {}", found.code.name(), told(found)));
            let _ = writeln!(
                out,
                "    <testcase name=\"{} {}:{line}:{column}\" classname=\"{}\">\n      <error message=\"{message}\" type=\"{}\"/>\n    </testcase>",
                found.code.name(),
                xml(&file),
                xml(&file),
                found.code.name()
            );
        }
        out.push_str("  </testsuite>\n");
    }
    let _ = writeln!(
        out,
        "  <testsuite name=\"tests\" tests=\"{count}\" failures=\"{failed}\" errors=\"0\">"
    );
    for test in &examined.tests {
        let (file, line, _) = place(sources, test.span.file, test.span.start);
        let _ = write!(
            out,
            "    <testcase name=\"{}\" classname=\"{}\"",
            xml(&test.name),
            xml(&file)
        );
        if test.ok {
            out.push_str("/>\n");
            continue;
        }
        let details: Vec<String> = test
            .failures
            .iter()
            .map(|failure| {
                let (_, line, _) = place(sources, failure.span.file, failure.span.start);
                format!("{file}:{line}: {}", failure.detail)
            })
            .collect();
        let first = test
            .failures
            .first()
            .map_or("the test itself has an error", |failure| failure.detail.as_str());
        let _ = writeln!(
            out,
            ">\n      <failure message=\"{}\" type=\"{FAILED}\">{}</failure>\n    </testcase>",
            xml(first),
            xml(&if details.is_empty() {
                format!("{file}:{line}")
            } else {
                details.join("\n")
            })
        );
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

/// Text in XML; a character that XML cannot hold is replaced.
fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// A workflow command for each finding and each failed expectation.
pub(super) fn github(examined: &Examined, with_notes: bool) -> String {
    let sources = &examined.subject.shown;
    let mut out = String::new();
    for found in &examined.diagnostics {
        let level = match found.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note if with_notes => "notice",
            Severity::Note => continue,
        };
        command(
            &mut out,
            sources,
            level,
            found.primary.span,
            found.code.name(),
            &told(found),
        );
    }
    for (test, span, detail) in failures(examined) {
        command(
            &mut out,
            sources,
            "error",
            span,
            &format!("test failed: {}", test.name),
            &detail,
        );
    }
    out
}

fn command(out: &mut String, sources: &Sources, level: &str, span: Span, title: &str, text: &str) {
    let (file, line, column) = place(sources, span.file, span.start);
    let (_, end_line, end_column) = place(sources, span.file, span.end);
    let _ = writeln!(
        out,
        "::{level} file={},line={line},col={column},endLine={end_line},endColumn={end_column},title={}::{}",
        property(&file),
        property(title),
        data(text)
    );
}

/// The text of a workflow command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of one: what separates properties is escaped as well.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// What was found and what to do about it.
fn told(found: &Diagnostic) -> String {
    match help_of(found) {
        Some(help) => format!("{}\n{}\nhelp: {help}", found.message, found.primary.text),
        None => format!("{}\n{}", found.message, found.primary.text),
    }
}

/// Each expectation that did not hold; a test that has an error itself is told by its finding.
fn failures(examined: &Examined) -> impl Iterator<Item = (&TestResult, Span, String)> {
    examined.tests.iter().flat_map(|test| {
        test.failures
            .iter()
            .map(move |failure| (test, failure.span, failure.detail.clone()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_separates_is_escaped() {
        assert_eq!(property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
        assert_eq!(data("a:b,c%\r\n"), "a:b,c%25%0D%0A");
        assert_eq!(xml("<a b=\"&\">\u{1b}"), "&lt;a b=&quot;&amp;&quot;&gt;\u{fffd}");
        assert_eq!(uri("policies/ä b.wkt"), "policies/%C3%A4%20b.wkt");
    }
}

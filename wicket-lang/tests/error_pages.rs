//! Each code has a page, and its examples are executed: the bad one yields the code, the good one no error and not the
//! code.

use wicket_lang::api::{self, Analysis, BundleFiles, analyze};
use wicket_lang::catalog::pin;
use wicket_lang::diagnostic::{Code, Diagnostic};
use wicket_lang::json::{Limits, read};
use wicket_lang::request::Switches;
use wicket_lang::value::Instant;
use wicket_lang::{decide, interpret, testing};

/// Codes about files and bounds: their pages tell in words or by a transcript.
const WITHOUT_EXAMPLES: &[&str] = &["E0312", "E0405", "E0410", "E0503", "W1046"];

/// What stands under a heading.
fn section<'a>(page: &'a str, heading: &str) -> Option<&'a str> {
    let rest = page.split(&format!("## {heading}\n")).nth(1)?;
    rest.split("\n## ").next()
}

/// The bundle of the first `wkt` fence under a heading, if there is one; a `json tools NAME` fence is the `tools/list` of
/// a server.
fn example(page: &str, heading: &str) -> Option<BundleFiles> {
    let section = section(page, heading)?;
    let text = section.split("```wkt\n").nth(1)?.split("```").next()?;
    let mut bundle = BundleFiles::single("page.wkt", text);
    for fence in section.split("```json tools ").skip(1) {
        let (name, rest) = fence.split_once('\n')?;
        let listed = read(rest.split("```").next()?.as_bytes(), &Limits::default()).ok()?;
        let catalog = pin(&listed).ok()?.catalog.write();
        bundle.catalogs.insert(format!("{name}.tools.json"), catalog);
    }
    Some(bundle)
}

/// The first of May 2026, on which the pages are read.
const TODAY: Instant = Instant(1_777_593_600_000);

/// Everything that checking and testing finds.
fn found(bundle: &BundleFiles) -> Vec<Diagnostic> {
    let analysis = analyze(bundle);
    let of_dates = api::lints(bundle, &analysis, Some(TODAY));
    let Analysis {
        files,
        checked,
        mut diagnostics,
        ..
    } = analysis;
    diagnostics.extend(of_dates);
    if diagnostics.iter().any(Diagnostic::is_error) {
        return diagnostics;
    }
    let bundle = &checked.bundle;
    let switches = Switches::default();
    let judge: testing::Decide<'_> =
        &|request, state| decide::decide(bundle, &switches, request, state, interpret::findings);
    let (_, more) = testing::run(bundle, &checked.names, &files, judge, &|_, _| Vec::new());
    diagnostics.into_iter().chain(more).collect()
}

#[test]
fn each_page_has_its_title() {
    for code in Code::ALL {
        let expected = format!("# {}: {}", code.name(), code.title());
        assert_eq!(code.page().lines().next(), Some(expected.as_str()));
        for heading in ["Bad", "Good"] {
            let heading = format!("\n## {heading}\n");
            assert!(
                code.page().contains(&heading),
                "{} has no `{}`",
                code.name(),
                heading.trim()
            );
        }
    }
}

#[test]
fn bad_examples_are_bad_and_good_ones_good() {
    let mut wrong = Vec::new();
    for code in Code::ALL {
        let (Some(bad), Some(good)) = (example(code.page(), "Bad"), example(code.page(), "Good")) else {
            let known = WITHOUT_EXAMPLES.contains(&code.name()) || code.name().starts_with("E06");
            assert!(known, "{} has no executable examples", code.name());
            continue;
        };
        let of_bad = found(&bad);
        if !of_bad.iter().any(|diagnostic| diagnostic.code == *code) {
            wrong.push(format!(
                "the bad example of {} yields {}",
                code.name(),
                shown(&of_bad)
            ));
        }
        let of_good: Vec<Diagnostic> = found(&good)
            .into_iter()
            .filter(|diagnostic| diagnostic.is_error() || diagnostic.code == *code)
            .collect();
        if !of_good.is_empty() {
            wrong.push(format!(
                "the good example of {} yields {}",
                code.name(),
                shown(&of_good)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn shown(found: &[Diagnostic]) -> String {
    let lines = found.iter().map(|diagnostic| {
        let (code, message) = (diagnostic.code.name(), &diagnostic.message);
        format!("\n  {code}: {message} ({})", diagnostic.primary.text)
    });
    lines.collect()
}

#[test]
fn codes_are_found_by_name_in_any_case() {
    assert_eq!(Code::find("e0101"), Some(Code::E0101));
    assert_eq!(Code::find("E9999"), None);
}

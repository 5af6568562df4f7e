//! Lints say nothing of what is shipped, and are silenced where an author means what they find.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use wicket_lang::api::{self, BundleFiles, analyze};
use wicket_lang::calendar::{self, ScheduleId};
use wicket_lang::ir::Bundle;
use wicket_lang::source::{SourceFile, Sources};
use wicket_lang::value::Instant;
use wicket_tests::bundle::findings;
use wicket_tests::files;

/// The bundles of `examples`, by folder.
fn examples() -> Vec<(PathBuf, BundleFiles)> {
    let root = files::root().parent().unwrap().join("examples");
    let mut folders: BTreeMap<_, BundleFiles> = BTreeMap::new();
    let mut sources: BTreeMap<_, Vec<SourceFile>> = BTreeMap::new();
    let read = |path: &std::path::Path| SourceFile {
        name: path.file_name().unwrap().to_string_lossy().into_owned(),
        text: std::fs::read_to_string(path).unwrap(),
    };
    for path in files::walk(&root, "wkt").unwrap() {
        let folder = path.parent().unwrap().to_owned();
        folders.entry(folder.clone()).or_default();
        sources.entry(folder).or_default().push(read(&path));
    }
    for path in files::walk(&root, "tools.json").unwrap() {
        if let Some(bundle) = folders.get_mut(path.parent().unwrap()) {
            let file = read(&path);
            bundle.catalogs.insert(file.name, file.text);
        }
    }
    folders
        .into_iter()
        .map(|(folder, bundle)| {
            let sources = Sources::new(sources.remove(&folder).unwrap());
            (folder, BundleFiles { sources, ..bundle })
        })
        .collect()
}

#[test]
fn no_lint_speaks_of_the_examples() {
    let examples = examples();
    assert!(examples.len() > 2, "only {} examples", examples.len());
    let mut spoken = Vec::new();
    for (folder, bundle) in examples {
        let analysis = analyze(&bundle);
        let warned = analysis
            .diagnostics
            .iter()
            .any(|found| found.code.name().starts_with('W'));
        if warned {
            spoken.push(format!("{}\n{}", folder.display(), findings(&bundle, &analysis)));
        }
    }
    assert!(spoken.is_empty(), "{}", spoken.join("\n"));
}

/// 24 November 2026, and two years later.
const TODAY: Instant = Instant(1_795_478_400_000);
const IN_TWO_YEARS: Instant = Instant(TODAY.0 + 730 * DAY);
const DAY: i64 = 86_400_000;

/// What has expired stays expired, and a warning before it only ends where the other begins. So a bundle can speak up
/// anew only 30 days before a schedule ends, and when it does.
fn turns(bundle: &Bundle) -> Vec<Instant> {
    let schedules = 0..u32::try_from(bundle.calendar.schedules.len()).unwrap();
    let ends = schedules.filter_map(|id| calendar::last_open(&bundle.calendar, ScheduleId(id)));
    let turns = ends.flat_map(|end| [end.0 - 30 * DAY, end.0 - 1, end.0].map(Instant));
    let mut turns: Vec<Instant> = turns
        .filter(|turn| (TODAY..IN_TWO_YEARS).contains(turn))
        .chain([TODAY, IN_TWO_YEARS])
        .collect();
    turns.sort();
    turns
}

#[test]
fn nothing_in_the_examples_expires_within_two_years() {
    let mut spoken = Vec::new();
    for (folder, bundle) in examples() {
        let analysis = analyze(&bundle);
        for at in turns(&analysis.checked.bundle) {
            let found = api::lints(&bundle, &analysis, Some(at));
            let codes: Vec<&str> = found.iter().map(|found| found.code.name()).collect();
            if !codes.is_empty() {
                spoken.push(format!("{} at {at}: {codes:?}", folder.display()));
            }
        }
    }
    assert!(spoken.is_empty(), "{}", spoken.join("\n"));
}

/// What is said of the bundle at each of these days of 2026.
fn on(text: &str, days: &[&str]) -> Vec<String> {
    let bundle = BundleFiles::single("a.wkt", text);
    let analysis = analyze(&bundle);
    assert!(!analysis.has_errors(), "{}", findings(&bundle, &analysis));
    let found = days.iter().map(|day| {
        let at = Instant::parse(&format!("2026-{day}T00:00:00Z")).unwrap();
        let found = api::lints(&bundle, &analysis, Some(at));
        let told = found
            .iter()
            .map(|found| format!("{} {}", found.code.name(), found.message));
        told.collect::<Vec<_>>().join("; ")
    });
    found.collect()
}

const SPRING: &str = "use slack
zone \"UTC\"
schedule spring { 2026-03-02..2026-03-31 }
schedule days { mon..fri 09:00-17:00 }
";

#[test]
fn point_40_what_has_expired_is_told_and_what_soon_will() {
    let rule = format!("{SPRING}policy p {{ permit slack:write when now in spring and now in days }}\n");
    assert_eq!(
        on(&rule, &["02-01", "03-02", "03-31", "04-01"]),
        [
            "",
            "W1040 this condition expires Tue 31 Mar 17:00 UTC",
            "W1040 this condition expires Tue 31 Mar 17:00 UTC",
            "W1039 this condition has expired: it ended Tue 31 Mar 17:00 UTC",
        ]
    );
    let holidays = format!(
        "{SPRING}schedule open {{ 09:00-17:00 except spring }}\npolicy p {{ permit slack:write when now in open or now in days }}\n"
    );
    assert_eq!(
        on(&holidays, &["03-31", "04-01"]),
        [
            "W1040 schedule `spring` expires Wed 1 Apr 00:00 UTC",
            "W1039 schedule `spring` has expired: it ended Wed 1 Apr 00:00 UTC",
        ]
    );
    let limit = format!(
        "{SPRING}policy p {{ permit slack:write when now in days }}
limit few {{ at most 5 calls of slack:write when now in spring per session message \"Five.\" }}\n"
    );
    assert_eq!(
        on(&limit, &["04-01"]),
        ["W1039 `few` has expired: it ended Wed 1 Apr 00:00 UTC"]
    );
}

#[test]
fn point_40_bounds_on_now_and_zones_of_attributes_expire_as_well() {
    let of = |rule: &str| format!("use slack\nzone \"UTC\"\npolicy p {{ permit slack:write when {rule} }}\n");
    let bound = of("now < 2026-03-20 and now in { mon..fri 09:00-17:00 }");
    assert_eq!(
        on(&bound, &["02-01", "03-19", "03-20"]),
        [
            "",
            "W1040 this condition expires Thu 19 Mar 17:00 UTC",
            "W1039 this condition has expired: it ended Thu 19 Mar 17:00 UTC",
        ]
    );
    let opens = of("now - 2026-03-02 > 3d or now in { 2026-03-02..2026-03-31 }");
    assert_eq!(on(&opens, &["12-01"]), [""]);
    // In the last zone of all.
    let fair = "use slack
zone \"UTC\"
directory { member { time_zone: string } }
policy p { permit slack:write when now in zone member.time_zone { 2026-03-02..2026-03-31 } }
";
    assert_eq!(
        on(fair, &["04-01", "04-02"]),
        [
            "W1040 this condition expires Wed 1 Apr 12:00 UTC",
            "W1039 this condition has expired: it ended Wed 1 Apr 12:00 UTC",
        ]
    );
}

#[test]
fn what_has_expired_is_silenced_where_it_is_meant() {
    let text = format!(
        "{SPRING}@allow \"W1039, W1040\"\npolicy p {{ permit slack:write when now in spring }}\npolicy q {{ permit slack:write when now in days }}\n"
    );
    assert_eq!(on(&text, &["03-31", "04-01"]), ["", ""]);
}

fn codes(text: &str) -> Vec<&'static str> {
    let analysis = analyze(&BundleFiles::single("a.wkt", text));
    analysis
        .diagnostics
        .iter()
        .map(|found| found.code.name())
        .collect()
}

#[test]
fn an_annotation_silences_the_lint_that_it_names_and_no_other() {
    let policy = "policy p { forbid slack.conversations_leave, slack:destructive }\n";
    let with = |annotation: &str| codes(&format!("use slack\n{annotation}\n{policy}"));
    assert_eq!(with(""), ["W1003", "W1010"]);
    assert_eq!(with("@allow \"W1010\""), ["W1003"]);
    assert_eq!(with("@allow \"w1003, W1010\""), [""; 0]);
    assert_eq!(with("@allow \"W1003\" @allow \"W1010\""), [""; 0]);
}

#[test]
fn to_allow_what_no_lint_finds_is_an_error() {
    let text = "use slack\n@allow \"W10O1\"\npolicy p { permit slack:read }\n";
    assert_eq!(codes(text), ["E0207"]);
    assert_eq!(codes(&text.replace("W10O1", "E0101")), ["E0207"]);
}

/// What is said of a policy for tools of Slack.
fn of(rules: &str) -> Vec<&'static str> {
    codes(&format!("use slack\npolicy p {{ {rules} }}\n"))
}

#[test]
fn what_is_never_true_is_told_from_its_parts() {
    let posting = |condition: &str| {
        of(&format!(
            "permit slack.conversations_add_message when {condition}"
        ))
    };
    assert_eq!(
        posting("args.channel_id is \"a\" and not args.channel_id is \"b\""),
        ["W1013"]
    );
    for never in [
        "args.channel_id is \"a\" and args.channel_id in [\"b\", \"c\"]",
        "args.channel_id starts_with \"C\" and args.channel_id starts_with \"D\"",
        "lower(args.channel_id) is \"C02\"",
        "size(args.channel_id) < 0",
        "args.channel_id is \"a\" and not has args.channel_id",
    ] {
        assert!(posting(never).contains(&"W1011"), "{never}");
    }
    for may_be in [
        "args.channel_id is \"a\" or args.channel_id is \"b\"",
        "args.channel_id starts_with \"C\" and args.channel_id ends_with \"D\"",
        "lower(args.channel_id) is \"c02\"",
        "size(args.channel_id) > 0",
        "not has args.thread_ts and args.channel_id is \"a\"",
        "not has args.thread_ts and (args.thread_ts else \"x\") is \"x\"",
    ] {
        assert_eq!(posting(may_be), [""; 0], "{may_be}");
    }
}

#[test]
fn a_forbid_is_implied_only_where_it_is_surely_false_as_well() {
    let two = |first: &str, second: &str| {
        of(&format!(
            "permit slack:write forbid slack:write when {first} message \"a\" forbid slack.conversations_add_message when {second} message \"b\""
        ))
    };
    // Where no thread is named the narrower one forbids, and the wider one does not.
    assert_eq!(
        codes(
            "use slack\npolicy p { permit slack:write forbid slack.conversations_add_message when args.channel_id starts_with \"C\" message \"a\" forbid slack.conversations_add_message when args.channel_id is \"C1\" and args.thread_ts is \"1\" message \"b\" }"
        ),
        ["W1014"]
    );
    assert_eq!(
        two(
            "agent.name is \"a\"",
            "agent.name is \"a\" or args.thread_ts is \"1\""
        ),
        [""; 0]
    );
    assert_eq!(
        two("agent.name in [\"a\", \"b\"]", "agent.name is \"a\""),
        ["W1014"]
    );
}

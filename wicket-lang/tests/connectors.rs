//! How tools of a connector stand to its resources, seen through a checked bundle.

#![expect(clippy::unwrap_used, reason = "tests")]

use wicket_lang::api::{Analysis, BundleFiles, analyze};
use wicket_lang::catalog::{SHIPPED, pin, shipped};
use wicket_lang::format::format;
use wicket_lang::ir::{Tool, print};
use wicket_lang::json::{Limits, read};

const LIST: &str = r#"{"tools":[
    {"name":"look","inputSchema":{"type":"object","properties":{"box":{"type":"string"}},"required":["box"]}},
    {"name":"find","inputSchema":{"type":"object","properties":{"box":{"type":"string"},"query":{"type":"string"}}}},
    {"name":"ping","inputSchema":{"type":"object","properties":{"box":{"type":"string"},"shelf":{"type":"string"}}}}]}"#;

/// A bundle whose only connector has these lines beside its tiers, and a policy about its boxes.
fn bundle(lines: &str) -> Analysis {
    bundle_with(lines, "policy p { permit store.look when box.open }")
}

fn bundle_with(lines: &str, policy: &str) -> Analysis {
    let text = format!(
        "connector store {{
          tools \"store.tools.json\"
          read look, find, ping
          {lines}
          resource box (name: args.box) {{ open: bool }}
          resource shelf (name: args.shelf) {{ open: bool }}
        }}
        {policy}"
    );
    let mut files = BundleFiles::single("p.wkt", &text);
    let catalog = pin(&read(LIST.as_bytes(), &Limits::default()).unwrap())
        .unwrap()
        .catalog;
    files
        .catalogs
        .insert("store.tools.json".to_owned(), catalog.write());
    analyze(&files)
}

fn tool<'a>(analysis: &'a Analysis, name: &str) -> &'a Tool {
    analysis
        .checked
        .bundle
        .tools
        .iter()
        .find(|tool| tool.name == name)
        .unwrap()
}

/// How many resources a tool binds, and how many it is declared to leave alone.
fn stands(analysis: &Analysis, name: &str) -> (usize, usize) {
    let tool = tool(analysis, name);
    (tool.bindings.len(), tool.without.len())
}

fn codes(analysis: &Analysis) -> Vec<&'static str> {
    analysis
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.is_error())
        .map(|diagnostic| diagnostic.code.name())
        .collect()
}

#[test]
fn a_tool_binds_what_its_arguments_name() {
    let plain = bundle("");
    assert_eq!(codes(&plain), [""; 0]);
    assert_eq!(stands(&plain, "look"), (1, 0));
    assert_eq!(stands(&plain, "ping"), (2, 0));
}

#[test]
fn a_tool_beyond_a_resource_does_not_bind_it() {
    let said = bundle("beyond box: find, ping\n without shelf: ping, look");
    assert_eq!(codes(&said), [""; 0]);
    assert_eq!(stands(&said, "look"), (1, 1));
    assert_eq!(stands(&said, "find"), (0, 0));
    assert_eq!(stands(&said, "ping"), (0, 1));
}

#[test]
fn of_a_tool_that_is_said_to_be_both_the_worse_is_believed() {
    assert_eq!(
        stands(&bundle("beyond box: find\n without box: find"), "find"),
        (0, 0)
    );
}

#[test]
fn a_slip_in_these_lines_is_an_error() {
    assert_eq!(codes(&bundle("beyond box: fnid")), ["E0401"]);
    assert_eq!(codes(&bundle("beyond bx: find")), ["E0406"]);
}

#[test]
fn nobody_knows_that_an_open_tool_was_not_sent_something() {
    let guards = |lines: &str, condition: &str| {
        let policy = format!("policy p {{ forbid store.look when {condition} }}");
        let analysis = bundle_with(lines, &policy);
        assert_eq!(codes(&analysis), [""; 0]);
        let printed = tool(&analysis, "look")
            .guards
            .iter()
            .map(|guard| print(&analysis.checked.bundle, guard.condition));
        printed.collect::<Vec<_>>()
    };
    assert_eq!(guards("", "has args.force"), [""; 0], "never sent");
    assert_eq!(guards("open look", "has args.force"), ["unknown(args.force)"]);
    assert_eq!(guards("open find", "has args.force"), [""; 0]);
    // A text may hold the JSON of a record.
    assert_eq!(guards("", "has args.box.force"), ["unknown(args.box.force)"]);
}

#[test]
fn every_shipped_connector_can_be_used_and_all_its_tools_are_classified() {
    let text = format!("use {}\n", SHIPPED.join(", "));
    let analysis = analyze(&BundleFiles::single("p.wkt", &text));
    assert_eq!(codes(&analysis), [""; 0]);
    assert!(
        analysis
            .checked
            .bundle
            .tools
            .iter()
            .all(|tool| tool.tier.is_some())
    );
}

/// `search_issues` takes an owner and a repository, and lets a `repo:` in its query win over them.
#[test]
fn a_search_on_github_says_nothing_of_the_repository_in_its_arguments() {
    let analysis = analyze(&BundleFiles::single("p.wkt", "use github\n"));
    for (name, expected) in [
        ("issue_read", (1, 0)),
        ("search_issues", (0, 0)),
        ("search_pull_requests", (0, 0)),
        ("pull_request_review_write", (0, 0)),
        ("search_code", (0, 0)),
        ("get_me", (0, 1)),
    ] {
        assert_eq!(stands(&analysis, name), expected, "{name}");
    }
}

#[test]
fn shipped_connectors_are_as_the_formatter_writes_them() {
    for name in SHIPPED {
        let source = shipped(name).unwrap().source;
        assert!(format(source).unwrap() == source, "{name}.wkt: run `wicket fmt`");
    }
}

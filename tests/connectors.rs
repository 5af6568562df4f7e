//! The connectors that ship with Wicket, as a bundle meets them.
//!
//! What `docs/reference/connectors.md` says of their tiers is held against the connectors themselves.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};

use wicket_lang::api::{self, Analysis, BundleFiles, analyze};
use wicket_lang::catalog::{Catalog, Pull, Pulling, SHIPPED, Tier, pull, shipped};
use wicket_lang::json::{Json, Object};
use wicket_lang::source::{SourceFile, Sources};
use wicket_tests::files;

fn bundle(text: &str) -> BundleFiles {
    BundleFiles {
        sources: Sources::new(vec![SourceFile {
            name: "a.wkt".to_owned(),
            text: text.to_owned(),
        }]),
        catalogs: BTreeMap::new(),
        lock: None,
    }
}

fn checked(files: &BundleFiles) -> Analysis {
    let analysis = analyze(files);
    assert!(!analysis.has_errors(), "{:#?}", analysis.diagnostics);
    analysis
}

/// The size of the artifact of this bundle.
fn size(text: &str) -> usize {
    let files = bundle(text);
    let analysis = checked(&files);
    api::compile(&files, &analysis).unwrap().encode().len()
}

#[test]
fn each_shipped_connector_is_used_by_a_small_policy() {
    for name in SHIPPED {
        let text = format!("use {name}\npolicy reading {{ permit {name}.* }}\n");
        let files = bundle(&text);
        let analysis = checked(&files);
        let bundle = &analysis.checked.bundle;
        let catalog = Catalog::read(shipped(name).unwrap().tools.as_bytes()).unwrap();
        assert_eq!(bundle.tools.len(), catalog.tools().len(), "{name}");
        for tool in &bundle.tools {
            assert!(tool.tier.is_some(), "{name}.{} is in no tier", tool.name);
            assert_eq!(tool.guards.len(), 1, "{name}.{}", tool.name);
        }
    }
}

#[test]
fn an_artifact_carries_the_connectors_that_it_uses_and_no_other() {
    let one = size("use time\npolicy reading { permit time.* }\n");
    assert!(one < 4_096, "one small connector: {one} bytes");
    let uses = SHIPPED.join(", ");
    let all = size(&format!("use {uses}\npolicy reading {{ permit *:read }}\n"));
    assert!(all < 512 * 1_024, "all connectors: {all} bytes");
}

/// `| tier | tools |` of each section of the page.
fn documented() -> BTreeMap<String, BTreeMap<Tier, BTreeSet<String>>> {
    let page = files::root().join("../docs/reference/connectors.md");
    let text = std::fs::read_to_string(page).unwrap();
    let mut sections: BTreeMap<String, BTreeMap<Tier, BTreeSet<String>>> = BTreeMap::new();
    let mut section = None;
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("## ") {
            section = Some(name.to_owned());
        }
        let Some((name, row)) = section.as_ref().zip(line.strip_prefix("| `")) else {
            continue;
        };
        let Some((word, tools)) = row.split_once("` | ") else {
            continue;
        };
        if let Some(tier) = Tier::find(word) {
            let tools = tools.split('`').skip(1).step_by(2).map(str::to_owned).collect();
            let before = sections.entry(name.clone()).or_default().insert(tier, tools);
            assert_eq!(before, None, "{name} {word} twice");
        }
    }
    sections
}

#[test]
fn the_page_of_connectors_says_what_they_say() {
    let documented = documented();
    let names: Vec<&str> = documented.keys().map(String::as_str).collect();
    assert_eq!(names, SHIPPED);
    for name in SHIPPED {
        let files = bundle(&format!("use {name}\npolicy reading {{ permit {name}.* }}\n"));
        let analysis = checked(&files);
        let mut declared: BTreeMap<Tier, BTreeSet<String>> = BTreeMap::new();
        for tool in &analysis.checked.bundle.tools {
            declared
                .entry(tool.tier.unwrap())
                .or_default()
                .insert(tool.name.clone());
        }
        assert_eq!(documented.get(*name), Some(&declared), "{name}");
    }
}

/// A pull of the shipped connector `name` under `alias`, from a server that lists these tools beside the pinned ones.
fn pulled(analysis: &Analysis, alias: &str, more: &[&str]) -> Pull {
    let pins = &analysis.checked.pins;
    let declaration = pins.declarations.get(alias).unwrap();
    let before = pins.catalogs.get(alias).unwrap();
    let definition = |name: &str, input: &Json, output: Option<&Json>| {
        let mut definition = Object::new();
        definition.insert("name", Json::String(name.to_owned()));
        definition.insert("inputSchema", input.clone());
        if let Some(output) = output {
            definition.insert("outputSchema", output.clone());
        }
        Json::Object(definition)
    };
    let mut tools: Vec<Json> = before
        .tools()
        .iter()
        .map(|tool| definition(&tool.name, &tool.input, tool.output.as_ref()))
        .collect();
    let mut object = Object::new();
    object.insert("type", Json::String("object".to_owned()));
    let empty = Json::Object(object);
    tools.extend(more.iter().map(|name| definition(name, &empty, None)));
    let mut list = Object::new();
    list.insert("tools", Json::Array(tools));
    let pulling = Pulling {
        name: &declaration.declared,
        source: declaration.source,
        patterns: &declaration.patterns,
        before: Some(before),
        locked: pins.lock.connectors.get(alias),
        accept: &BTreeSet::new(),
    };
    pull(&pulling, &Json::Object(list)).unwrap()
}

/// A second instance is locked under its own name, and the lock says which connector it is.
#[test]
fn point_41_each_shipped_connector_is_locked_under_its_alias() {
    for name in SHIPPED {
        let mut files = bundle(&format!(
            "use {name}, {name} as second\npolicy reading {{ permit second.* }}\n"
        ));
        let analysis = checked(&files);
        let lock = &analysis.checked.pins.lock;
        let locked = lock.connectors.get("second").unwrap();
        assert_eq!(locked.name, *name);
        assert_eq!(Some(locked), lock.connectors.get(*name));
        // The lock that a pull would write is one that the next check agrees with.
        files.lock = Some(lock.write());
        let _ = checked(&files);
    }
}

/// The text of a shipped connector names each tool, so an upstream puts none into a tier by calling it so.
#[test]
fn point_43_a_new_tool_of_a_shipped_connector_waits_whatever_it_is_called() {
    for name in SHIPPED {
        let mut files = bundle(&format!("use {name}\npolicy reading {{ permit {name}.* }}\n"));
        let analysis = checked(&files);
        let new = ["get_everything", "list_all", "read_more"];
        let pulled = pulled(&analysis, name, &new);
        let waiting: Vec<_> = pulled
            .waiting
            .iter()
            .map(|waiting| (waiting.tool.as_str(), waiting.tier))
            .collect();
        assert_eq!(waiting, new.map(|tool| (tool, None)), "{name}");
        let mut lock = analysis.checked.pins.lock.clone();
        lock.connectors.insert((*name).to_owned(), pulled.locked);
        files
            .catalogs
            .insert(format!("{name}.tools.json"), pulled.catalog.write());
        files.lock = Some(lock.write());
        let after = checked(&files).checked.bundle;
        for tool in new {
            let tool = after.tool(after.find_tool(name, tool).unwrap()).unwrap();
            assert_eq!(tool.tier, None, "{name}.{}", tool.name);
        }
    }
}

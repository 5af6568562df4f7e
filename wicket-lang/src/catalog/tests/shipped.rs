//! The connectors that ship with Wicket.

use std::collections::BTreeMap;

use crate::catalog::{Catalog, DROPPED_KEYWORDS, SHIPPED, Tier, reduce, shipped};
use crate::json::{Json, Object};
use crate::source::FileId;
use crate::syntax::ast::{self, ConnectorMember};
use crate::syntax::parse;
use crate::types::Schema;

fn catalog_of(name: &str) -> Catalog {
    Catalog::read(shipped(name).unwrap().tools.as_bytes()).unwrap()
}

#[test]
fn every_shipped_catalog_reads_and_is_in_its_written_form() {
    for name in SHIPPED {
        let catalog = catalog_of(name);
        assert!(
            catalog.write() == shipped(name).unwrap().tools,
            "{name} is not as `cargo xtask pin` writes it"
        );
        assert!(!catalog.tools().is_empty(), "{name}");
    }
    assert_eq!(shipped("nowhere"), None);
}

#[test]
fn no_shipped_catalog_holds_a_sentence() {
    for name in SHIPPED {
        for tool in catalog_of(name).tools() {
            for schema in [Some(&tool.input), tool.output.as_ref()].into_iter().flatten() {
                assert_eq!(
                    &reduce(schema),
                    schema,
                    "{name} {}: {DROPPED_KEYWORDS:?}",
                    tool.name
                );
                let mut longest = 0;
                count_words(schema, &mut longest);
                assert!(longest <= 2, "{name} {}: a text of {longest} words", tool.name);
            }
        }
    }
}

fn count_words(value: &Json, longest: &mut usize) {
    match value {
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
        Json::String(text) => *longest = (*longest).max(text.split_whitespace().count()),
        Json::Array(elements) => elements.iter().for_each(|element| count_words(element, longest)),
        Json::Object(object) => object.iter().for_each(|(key, value)| {
            *longest = (*longest).max(key.split_whitespace().count());
            count_words(value, longest);
        }),
    }
}

fn connector_of(name: &str) -> ast::Connector {
    let parsed = parse(FileId(0), shipped(name).unwrap().source);
    assert_eq!(parsed.diagnostics, [], "{name}");
    let [item] = parsed.file.items.try_into().unwrap();
    let ast::ItemKind::Connector(connector) = item.kind else {
        panic!("{name} is no connector");
    };
    connector
}

/// The tools of each list, under its tier, `without` or `beyond`.
fn lists(name: &str) -> BTreeMap<String, Vec<String>> {
    let mut lists: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for member in connector_of(name).members {
        let (list, tools) = match member {
            ConnectorMember::Tier { tier, tools } => (tier.text, tools),
            ConnectorMember::Without { tools, .. } => ("without".to_owned(), tools),
            ConnectorMember::Beyond { tools, .. } => ("beyond".to_owned(), tools),
            ConnectorMember::Upstream(_)
            | ConnectorMember::Tools(_)
            | ConnectorMember::Open(_)
            | ConnectorMember::Resource(_) => continue,
        };
        lists
            .entry(list)
            .or_default()
            .extend(tools.into_iter().map(|tool| tool.text));
    }
    lists
}

#[test]
fn a_connector_has_the_name_and_the_catalog_of_its_files() {
    for name in SHIPPED {
        let connector = connector_of(name);
        assert_eq!(&connector.name.text, name);
        let tools = connector.members.iter().find_map(|member| match member {
            ConnectorMember::Tools(file) => Some(file.value.as_str()),
            ConnectorMember::Upstream(_)
            | ConnectorMember::Open(_)
            | ConnectorMember::Tier { .. }
            | ConnectorMember::Without { .. }
            | ConnectorMember::Beyond { .. }
            | ConnectorMember::Resource(_) => None,
        });
        assert_eq!(tools, Some(format!("{name}.tools.json").as_str()));
    }
}

#[test]
fn every_tool_is_in_exactly_one_tier_by_its_name() {
    for name in SHIPPED {
        let lists = lists(name);
        let mut listed: Vec<&str> = Tier::ALL
            .iter()
            .flat_map(|tier| {
                lists
                    .get(tier.name())
                    .unwrap_or_else(|| panic!("{name} has no {tier}"))
            })
            .map(String::as_str)
            .collect();
        listed.sort_unstable();
        let catalog = catalog_of(name);
        assert_eq!(listed, catalog.names().collect::<Vec<_>>(), "{name}");
    }
}

#[test]
fn every_shipped_tool_has_typed_arguments() {
    for name in SHIPPED {
        for tool in catalog_of(name).tools() {
            let schema = Schema::from_json_schema(&tool.input)
                .unwrap_or_else(|error| panic!("{name} {}: {error}", tool.name));
            let named = tool
                .input
                .as_object()
                .and_then(|input| input.get("properties"))
                .and_then(Json::as_object)
                .map_or(0, Object::len);
            assert_eq!(schema.arguments.fields.len(), named, "{name} {}", tool.name);
        }
    }
}

/// What the guide's first policies say, and what an owner would be surprised by.
#[test]
fn well_known_tools_stand_where_an_owner_looks_for_them() {
    for (name, tier, tools) in [
        (
            "github",
            "read",
            "get_me get_teams issue_read pull_request_read list_issues search_code get_file_contents",
        ),
        (
            "github",
            "write",
            "issue_write create_branch create_pull_request push_files add_issue_comment",
        ),
        (
            "github",
            "write",
            "update_pull_request create_or_update_file sub_issue_write",
        ),
        (
            "github",
            "destructive",
            "merge_pull_request delete_file fork_repository create_repository",
        ),
        (
            "github",
            "destructive",
            "delete_repository actions_run_trigger pull_request_review_write",
        ),
        ("slack", "read", "conversations_history users_search"),
        ("slack", "write", "conversations_add_message reactions_add"),
        ("linear", "read", "linear_getIssues linear_searchIssues"),
        (
            "linear",
            "write",
            "linear_createIssue linear_updateIssue linear_createComment",
        ),
        (
            "linear",
            "destructive",
            "linear_archiveIssue linear_deleteComment linear_createWebhook",
        ),
        ("filesystem", "destructive", "write_file"),
        ("everything", "read", "echo get-sum"),
    ] {
        let lists = lists(name);
        for tool in tools.split(' ') {
            assert!(
                lists.get(tier).unwrap().iter().any(|listed| listed == tool),
                "{name}:{tier} lacks {tool}"
            );
        }
    }
}

/// To each tool of GitHub, a rule about `repo` reads the one that the arguments name, passes over the tool, or is
/// unknown. A new tool must be thought about, so the last are written out.
#[test]
fn each_github_tool_stands_somewhere_to_its_repository() {
    let lists = lists("github");
    let listed = |list: &str, tool: &str| lists.get(list).unwrap().iter().any(|listed| listed == tool);
    let mut unknown = Vec::new();
    for tool in catalog_of("github").tools() {
        let schema = Schema::from_json_schema(&tool.input).unwrap();
        let named = schema.argument("owner").is_some() && schema.argument("repo").is_some();
        let (without, beyond) = (listed("without", &tool.name), listed("beyond", &tool.name));
        // Saying `without` of a tool that names a repository, or `beyond` of one that names none, would be a slip.
        assert!(if named { !without } else { !beyond }, "{}", tool.name);
        if !without && (!named || beyond) {
            unknown.push(tool.name.clone());
        }
    }
    assert_eq!(
        unknown,
        [
            "add_sub_issue",
            "create_repository",
            "discussion_comment_write",
            "get_notification_details",
            "issue_dependency_write",
            "list_org_repository_security_advisories",
            "list_starred_repositories",
            "projects_get",
            "projects_list",
            "projects_write",
            "pull_request_review_write",
            "remove_sub_issue",
            "resolve_review_thread",
            "search_code",
            "search_commits",
            "search_issues",
            "search_pull_requests",
            "search_repositories",
            "sub_issue_write",
            "unresolve_review_thread",
        ]
    );
}

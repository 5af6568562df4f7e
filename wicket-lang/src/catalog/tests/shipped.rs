//! The connectors that ship with Wicket.

use std::collections::BTreeMap;

use crate::catalog::{Catalog, DROPPED_KEYWORDS, Digest, SHIPPED, Tier, reduce, shape_digest, shipped};
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
            | ConnectorMember::Type { .. }
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
            | ConnectorMember::Type { .. }
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
            .filter_map(|tier| lists.get(tier.name()))
            .flatten()
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
        ("notion", "read", "API-post-search API-retrieve-a-page"),
        ("notion", "write", "API-post-page API-patch-block-children"),
        ("notion", "destructive", "API-delete-a-block API-move-page"),
        ("atlassian", "read", "jira_search confluence_get_page"),
        ("atlassian", "write", "jira_create_issue confluence_create_page"),
        (
            "atlassian",
            "destructive",
            "jira_delete_issue confluence_set_page_restrictions",
        ),
        ("gitlab", "read", "get_project list_merge_requests"),
        (
            "gitlab",
            "write",
            "create_issue create_branch create_merge_request",
        ),
        (
            "gitlab",
            "destructive",
            "merge_merge_request create_note push_files update_project",
        ),
        ("stripe", "read", "list_customers retrieve_balance"),
        (
            "stripe",
            "destructive",
            "create_refund finalize_invoice create_payment_link",
        ),
        ("kubernetes", "read", "kubectl_get kubectl_logs"),
        (
            "kubernetes",
            "destructive",
            "exec_in_pod kubectl_generic kubectl_context kubectl_create",
        ),
        ("git", "write", "git_commit git_checkout"),
        ("git", "destructive", "git_reset"),
        ("memory", "destructive", "delete_entities"),
        ("fetch", "destructive", "fetch"),
        ("time", "read", "get_current_time"),
        ("sqlite", "read", "read_query"),
        ("sqlite", "destructive", "write_query"),
        ("postgres", "destructive", "query"),
        ("playwright", "write", "browser_snapshot"),
        (
            "playwright",
            "destructive",
            "browser_evaluate browser_run_code_unsafe browser_navigate browser_click",
        ),
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

/// `without` and `beyond` are said tool by tool, of tools that are there, and of none twice.
#[test]
fn what_a_connector_says_of_its_resources_is_said_of_tools_that_are_there() {
    for name in SHIPPED {
        let catalog = catalog_of(name);
        let mut said = BTreeMap::new();
        for member in connector_of(name).members {
            let (word, resource, tools) = match member {
                ConnectorMember::Without { resource, tools, .. } => ("without", resource, tools),
                ConnectorMember::Beyond { resource, tools, .. } => ("beyond", resource, tools),
                ConnectorMember::Upstream(_)
                | ConnectorMember::Tools(_)
                | ConnectorMember::Tier { .. }
                | ConnectorMember::Open(_)
                | ConnectorMember::Type { .. }
                | ConnectorMember::Resource(_) => continue,
            };
            for tool in tools {
                assert!(catalog.get(&tool.text).is_some(), "{name} {}", tool.text);
                let before = said.insert((resource.text.clone(), tool.text.clone()), word);
                assert_eq!(before, None, "{name} {}", tool.text);
            }
        }
        for ((resource, tool), word) in said {
            let names_it = keys_of(name, &resource)
                .iter()
                .all(|key| arguments_of(&catalog, &tool).contains(key));
            // `without` of a tool that takes the key, or `beyond` of one that does not, would be a slip.
            assert_eq!(names_it, word == "beyond", "{name} {tool} {word} {resource}");
        }
    }
}

/// The arguments that name a resource.
fn keys_of(connector: &str, resource: &str) -> Vec<String> {
    connector_of(connector)
        .members
        .into_iter()
        .find_map(|member| match member {
            ConnectorMember::Resource(found) if found.name.text == resource => Some(found.keys),
            ConnectorMember::Upstream(_)
            | ConnectorMember::Tools(_)
            | ConnectorMember::Tier { .. }
            | ConnectorMember::Open(_)
            | ConnectorMember::Without { .. }
            | ConnectorMember::Beyond { .. }
            | ConnectorMember::Type { .. }
            | ConnectorMember::Resource(_) => None,
        })
        .unwrap()
        .into_iter()
        .filter_map(|(_, path)| Some(path.segments.last()?.text.clone()))
        .collect()
}

fn arguments_of(catalog: &Catalog, tool: &str) -> Vec<String> {
    let schema = Schema::from_json_schema(&catalog.get(tool).unwrap().input).unwrap();
    schema
        .arguments
        .fields
        .into_iter()
        .map(|field| field.name)
        .collect()
}

/// The digest of a catalog and of each tool is what the definitions themselves give, computed anew.
#[test]
fn each_digest_is_the_one_that_its_definition_gives() {
    for name in SHIPPED {
        let catalog = catalog_of(name);
        let mut shapes = Object::new();
        for tool in catalog.tools() {
            let shape = shape_digest(&tool.name, &tool.input, tool.output.as_ref());
            assert_eq!(shape, tool.shape, "{name} {}", tool.name);
            shapes.insert(tool.name.clone(), Json::String(shape.to_string()));
        }
        assert_eq!(catalog.digest(), Digest::of_json(&Json::Object(shapes)), "{name}");
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

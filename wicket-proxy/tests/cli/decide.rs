//! `wicket decide`.

use serde_json::{Value, json};

use super::folder::{Folder, GOOD, Ran};

fn decide(request: &Value, more: &[&str]) -> Ran {
    let folder = Folder::with(GOOD);
    let mut arguments = vec!["decide", "policies", "--request", "-", "--format", "json"];
    arguments.extend(more);
    folder.run_with(&arguments, &request.to_string())
}

fn posting(channel: &str) -> Value {
    json!({"tool": "slack.conversations_add_message", "args": {"channel_id": channel, "text": "hi"}})
}

fn reading() -> Value {
    json!({"tool": "github.list_branches", "args": {"owner": "acme", "repo": "site"}})
}

#[test]
fn a_permit_names_its_policy() {
    let ran = decide(&posting("C1"), &[]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let answer = ran.json();
    assert_eq!(answer["decision"], "permit");
    assert_eq!(answer["reason"], "policy");
    assert_eq!(answer["class"], Value::Null);
    assert_eq!(answer["message"], Value::Null);
    assert_eq!(answer["next"], Value::Null);
    assert_eq!(answer["unknown"], json!([]));
    assert_eq!(answer["policies"][0]["name"], "posting");
    assert_eq!(answer["policies"][0]["effect"], "permit");
    assert!(
        answer["policies"][0]["digest"]
            .as_str()
            .unwrap()
            .starts_with("sha256:")
    );
}

#[test]
fn a_denial_is_a_decision_like_any_other() {
    let ran = decide(&posting("C9"), &[]);
    assert_eq!(ran.code, 0);
    let answer = ran.json();
    assert_eq!(answer["decision"], "deny");
    assert_eq!(answer["class"]["kind"], "if");
    assert!(
        answer["message"].as_str().unwrap().starts_with("Only "),
        "{answer:#}"
    );
    let answer = decide(&json!({"tool": "slack.nothing", "args": {}}), &[]).json();
    assert_eq!(answer["reason"], "unknown_tool");
    let folder = Folder::with(GOOD);
    let ran = folder.run_with(
        &["decide", "policies", "--request", "-"],
        &posting("C9").to_string(),
    );
    assert!(ran.out.starts_with("deny (policy)\n  Only "), "{}", ran.out);
}

#[test]
fn what_is_not_given_is_unknown_or_asked_for() {
    let answer = decide(&reading(), &[]).json();
    assert_eq!(answer["decision"], "deny");
    assert_eq!(answer["unknown"], json!(["repo.visibility"]));
    let answer = decide(&reading(), &["--needs"]).json();
    assert_eq!(answer["needs"][0]["connector"], "github");
    assert_eq!(answer["needs"][0]["resource"], "repo");
    assert_eq!(
        answer["needs"][0]["key"],
        json!({"owner": "acme", "name": "site"})
    );
    let mut request = reading();
    request["facts"] = json!({"repo": {"visibility": "public"}});
    for more in [&[][..], &["--needs"]] {
        assert_eq!(decide(&request, more).json()["decision"], "permit");
    }
}

#[test]
fn a_trace_shows_each_clause_and_its_value() {
    let mut request = reading();
    request["facts"] = json!({"repo": {"visibility": "private"}});
    let answer = decide(&request, &["--trace"]).json();
    let clauses = answer["trace"].as_array().unwrap();
    let forbid = clauses
        .iter()
        .find(|clause| clause["policy"] == "public_only")
        .unwrap();
    assert_eq!(forbid["value"], "true");
    assert_eq!(forbid["effect"], "forbid");
    assert_eq!(forbid["at"], "agent.wkt:15:3");
    assert_eq!(
        forbid["inputs"][0],
        json!({"path": "repo.visibility", "value": "\"private\"", "missing": null})
    );
    let folder = Folder::with(GOOD);
    let ran = folder.run_with(
        &["decide", "policies", "--request", "-", "--trace"],
        &request.to_string(),
    );
    assert!(
        ran.out.contains("forbid by public_only (agent.wkt:15:3)"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("repo.visibility = \"private\""), "{}", ran.out);
}

#[test]
fn a_trace_names_a_private_set_and_tells_no_element_of_it() {
    let folder = Folder::with(GOOD);
    folder.write(
        "policies/quiet.wkt",
        "private set quiet = [\"C9SECRET\"]\npolicy calm {\n  forbid slack.conversations_add_message when args.channel_id in quiet\n    message \"Not there.\"\n}\n",
    );
    for format in [&["--format", "json"][..], &[]] {
        let mut arguments = vec!["decide", "policies", "--request", "-", "--trace"];
        arguments.extend(format);
        let ran = folder.run_with(&arguments, &posting("C1").to_string());
        assert!(ran.out.contains("(args.channel_id in quiet)"), "{}", ran.out);
        assert!(!ran.out.contains("C9SECRET"), "{}", ran.out);
    }
}

#[test]
fn an_approval_in_the_request_removes_the_ask() {
    let folder = Folder::with(GOOD);
    folder.write(
        "policies/asking.wkt",
        "policy asking {\n  ask slack:write within 1h\n    message \"An owner has to agree.\"\n}\n",
    );
    let mut request = posting("C1");
    request["at"] = json!("2026-03-02T15:00:00Z");
    request["member"] = json!({"email": "ada@example.com"});
    let ask = |request: &Value| {
        let arguments = ["decide", "policies", "--request", "-", "--format", "json"];
        folder.run_with(&arguments, &request.to_string()).json()
    };
    assert_eq!(ask(&request)["reason"], "approval_required");
    request["approvals"] =
        json!([{"by": [{"member": "bo@example.com", "owner": true}], "expires": "2026-03-02T15:30:00Z"}]);
    assert_eq!(ask(&request)["decision"], "permit");
    request["approvals"][0]["expires"] = json!("2026-03-02T14:30:00Z");
    assert_eq!(ask(&request)["reason"], "approval_required");
}

#[test]
fn history_and_counts_move_breakers() {
    let mut request = posting("C1");
    let denied =
        json!({"tool": "slack.conversations_add_message", "args": {}, "decision": "deny", "by": "posting"});
    request["history"] = json!([denied, denied]);
    let answer = decide(&request, &[]).json();
    assert_eq!(answer["reason"], "breaker");
    assert_eq!(answer["message"], "Stopped.");
    let traced = decide(&request, &["--trace"]).json();
    assert_eq!(traced["state"]["breakers"].as_object().unwrap().len(), 1);
    request["history"] = json!([denied]);
    assert_eq!(decide(&request, &[]).json()["decision"], "permit");
    assert_eq!(decide(&request, &[]).json()["state"], Value::Null);
    request["session"] = json!({"denials": {"total": 1, "by_policy": {"posting": 1}}});
    assert_eq!(decide(&request, &[]).json()["reason"], "breaker");
}

#[test]
fn a_request_that_cannot_be_read_ends_with_2() {
    for (request, said) in [
        (json!({"tool": "slack.x", "arg": {}}), "`args`"),
        (json!({"tool": "slack", "args": {}}), "tool"),
        (json!({"tool": "slack.x", "args": {}, "at": "monday"}), "at"),
        (
            json!({"tool": "slack.x", "args": {}, "facts": {"rep": {}}}),
            "`repo`",
        ),
        (json!([]), "object"),
    ] {
        let ran = decide(&request, &[]);
        assert_eq!(ran.code, 2, "{request}: {ran:?}");
        assert!(ran.json()["error"].as_str().unwrap().contains(said), "{ran:?}");
    }
    let folder = Folder::with("policy {");
    let ran = folder.run_with(
        &["decide", "policies", "--request", "-"],
        &posting("C1").to_string(),
    );
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("policies/agent.wkt:1"), "{}", ran.err);
    assert_eq!(
        folder.run(&["decide", "policies", "--request", "none.json"]).code,
        2
    );
}

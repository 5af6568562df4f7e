//! Arguments against schemas.

use super::{json, schema};
use crate::types::fit;

/// Why arguments do not fit, or "fits".
fn check_with(open: bool, schema_text: &str, arguments: &str) -> String {
    match fit(json(arguments).as_object().unwrap(), &schema(schema_text), open) {
        Ok(()) => "fits".to_owned(),
        Err(misfit) => misfit.to_string(),
    }
}

fn check(schema_text: &str, arguments: &str) -> String {
    check_with(false, schema_text, arguments)
}

const ISSUE: &str = r#"{"type":"object","required":["owner","number"],"properties":{
    "owner":{"type":"string"},"number":{"type":"integer"},"state":{"enum":["open","closed"]},
    "body":{"type":["string","null"]},"labels":{"type":"array","items":{"type":"object","required":["name"],
        "properties":{"name":{"type":"string"},"color":{"type":"string"}},"additionalProperties":true}},
    "inputs":{"type":"object","properties":{}},"none":{"type":"object","additionalProperties":false},
    "env":{"type":"object","additionalProperties":{"type":"string"}}}}"#;

#[test]
fn arguments_that_fit() {
    for arguments in [
        r#"{"owner":"acme","number":7}"#,
        r#"{"number":7.0,"owner":""}"#,
        r#"{"owner":"acme","number":7,"state":"open","body":null,"labels":[{"name":"a"},{"name":"b","color":"c"}]}"#,
        r#"{"owner":"acme","number":7,"labels":[],"inputs":{"any":[1,{"thing":null}]},"none":{},"env":{"A":"b"}}"#,
        // `null` in place of what may be left out is missing, whatever its type.
        r#"{"owner":"acme","number":7,"state":null,"labels":null}"#,
    ] {
        assert_eq!(check(ISSUE, arguments), "fits", "{arguments}");
    }
}

#[test]
fn arguments_that_do_not_fit() {
    for (arguments, problem) in [
        (r#"{"owner":"acme"}"#, "`number` is missing"),
        (
            r#"{"owner":null,"number":7}"#,
            "`owner` is null and has to be a string",
        ),
        (r#"{"owner":5,"number":7}"#, "`owner` has to be a string"),
        (
            r#"{"owner":"acme","number":"7"}"#,
            "`number` has to be a whole number",
        ),
        (
            r#"{"owner":"acme","number":7.5}"#,
            "`number` has to be a whole number",
        ),
        (
            r#"{"owner":"acme","number":9223372036854775808}"#,
            "`number` has to be a whole number",
        ),
        (
            r#"{"owner":"a","number":7,"state":"Open"}"#,
            "`state` has to be one of `open`, `closed`",
        ),
        (
            r#"{"owner":"a","number":7,"body":1}"#,
            "`body` has to be a string or null",
        ),
        (
            r#"{"owner":"a","number":7,"x":1}"#,
            "`x` is not named by the schema of the tool",
        ),
        (
            r#"{"owner":"a","number":7,"Owner":1}"#,
            "`Owner` is not named by the schema of the tool; it has `owner`",
        ),
        (
            r#"{"owner":"a","number":7,"labels":["a"]}"#,
            "`labels[0]` has to be a record with `name`, `color`",
        ),
        (
            r#"{"owner":"a","number":7,"labels":[{"name":"a"},{"name":1}]}"#,
            "`labels[1].name` has to be a string",
        ),
        (
            r#"{"owner":"a","number":7,"labels":[{}]}"#,
            "`labels[0].name` is missing",
        ),
        // The schema says `additionalProperties: true`, but a rule could not name it.
        (
            r#"{"owner":"a","number":7,"labels":[{"name":"a","x":1}]}"#,
            "`labels[0].x` is not named by the schema of the tool",
        ),
        (
            r#"{"owner":"a","number":7,"none":{"a":1}}"#,
            "`none.a` is not named by the schema of the tool",
        ),
        (
            r#"{"owner":"a","number":7,"env":{"A":1}}"#,
            "`env.A` has to be a string",
        ),
        (
            r#"{"owner":"a","number":7,"env":{"A":null}}"#,
            "`env.A` is null and has to be a string",
        ),
    ] {
        assert_eq!(check(ISSUE, arguments), problem, "{arguments}");
    }
}

#[test]
fn an_open_tool_takes_names_that_the_schema_does_not_know() {
    assert_eq!(
        check_with(
            true,
            ISSUE,
            r#"{"owner":"a","number":7,"x":1,"labels":[{"name":"b","y":2}]}"#
        ),
        "fits"
    );
    assert_eq!(
        check_with(true, ISSUE, r#"{"owner":"a","number":"7","x":1}"#),
        "`number` has to be a whole number"
    );
    assert_eq!(
        check_with(true, ISSUE, r#"{"owner":"a","number":7,"OWNER":"b"}"#),
        "`OWNER` is not named by the schema of the tool; it has `owner`"
    );
    for free in [
        r#"{"type":"object"}"#,
        r#"{"type":"object","additionalProperties":true}"#,
    ] {
        assert_eq!(
            check(free, r#"{"x":1}"#),
            "`x` is not named by the schema of the tool"
        );
        assert_eq!(check_with(true, free, r#"{"x":1}"#), "fits");
    }
}

#[test]
fn of_alternatives_the_one_that_was_meant_is_explained() {
    let schema = r#"{"type":"object","properties":{"parent":{"anyOf":[{"type":"string"},
        {"type":"object","properties":{"id":{"type":"string"}},"required":["id"]}]}}}"#;
    assert_eq!(check(schema, r#"{"parent":"x"}"#), "fits");
    assert_eq!(check(schema, r#"{"parent":{"id":"x"}}"#), "fits");
    assert_eq!(check(schema, r#"{"parent":{}}"#), "`parent.id` is missing");
    assert_eq!(
        check(schema, r#"{"parent":1}"#),
        "`parent` has to be a string or a record with `id`"
    );
}

#[test]
fn names_from_the_caller_are_shown_short_and_on_one_line() {
    let long = format!(r#"{{"{}":1}}"#, "x".repeat(10_000));
    assert!(check(r#"{"type":"object"}"#, &long).len() < 150);
    assert_eq!(
        check(r#"{"type":"object"}"#, r#"{"a\n\u202eb":1}"#),
        r"`a\n\u{202e}b` is not named by the schema of the tool"
    );
}

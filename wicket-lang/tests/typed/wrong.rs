//! The other side: a test that no value of the type could pass is an error, and so a mistake is no rule that sleeps.

use crate::{analyzed, json};
use wicket_lang::diagnostic::Code;

fn codes(schema: &str, condition: &str) -> Vec<Code> {
    let (_, analysis) = analyzed(&json(schema), &[condition.to_owned()]);
    let errors = analysis.diagnostics.iter().filter(|found| found.is_error());
    errors.map(|found| found.code).collect()
}

/// Each property with a test that can never hold, and one that can.
const PAIRS: &[(&str, &str, &str)] = &[
    (r##"{"$ref":"#/$defs/n"}"##, "args.x is \"a\"", "args.x is 1"),
    (
        r#"{"anyOf":[{"type":"integer"},{"type":"null"}]}"#,
        "args.x is \"a\"",
        "args.x is 1",
    ),
    (r#"{"type":["string","null"]}"#, "args.x is 1", "args.x is \"1\""),
    (
        r#"{"allOf":[{"type":"string"},{"enum":["a","b",1]}]}"#,
        "args.x is 1",
        "args.x is a",
    ),
    (
        r#"{"enum":["a",1,true,null]}"#,
        "args.x is \"b\"",
        "args.x is true",
    ),
    (r#"{"const":"page"}"#, "args.x is \"pages\"", "args.x is page"),
    (
        r#"{"oneOf":[{"const":1},{"const":2}]}"#,
        "args.x is 3",
        "args.x is 2",
    ),
    (
        r#"{"type":"array","items":{"type":"string"},"minItems":1}"#,
        "any y in args.x (y is 1)",
        "any y in args.x (y is \"a\")",
    ),
    (
        r##"{"type":"array","items":{"$ref":"#/$defs/n"}}"##,
        "\"a\" in args.x",
        "1 in args.x",
    ),
    (
        r#"{"type":"object","properties":{"y":{"type":"boolean"}},"required":["y"]}"#,
        "args.x.y is 1",
        "args.x.y",
    ),
    (
        r#"{"type":"object","additionalProperties":{"type":"string"}}"#,
        "has args.x.y and args.x.y is 1",
        "has args.x.y and args.x.y is \"a\"",
    ),
    (
        r#"{"type":"string","format":"date"}"#,
        "args.x > 5",
        "args.x > 2026-01-01",
    ),
    (
        r#"{"type":"string","format":"date-time"}"#,
        "args.x is true",
        "args.x < now",
    ),
    (
        r#"{"type":"string","format":"uri"}"#,
        "args.x > now",
        "url(args.x).host is \"a.example\"",
    ),
    (
        r#"{"type":"string","format":"email"}"#,
        "args.x > now",
        "args.x ends_with \"@a.example\"",
    ),
    (
        r#"{"type":"string","format":"ipv4"}"#,
        "args.x > now",
        "address(args.x) in 10.0.0.0/8",
    ),
    (
        r#"{"type":"string","format":"ipv6"}"#,
        "args.x is 1",
        "address(args.x) in fc00::/7",
    ),
];

#[test]
fn what_no_value_of_the_type_could_be_is_an_error() {
    for (property, never, sometimes) in PAIRS {
        let schema = format!(
            r#"{{"type":"object","properties":{{"x":{property}}},"required":["x"],"$defs":{{"n":{{"type":"integer"}}}}}}"#
        );
        assert_ne!(codes(&schema, never), [], "{property}: {never}");
        assert_eq!(codes(&schema, sometimes), [], "{property}: {sometimes}");
    }
}

/// A reference that leads back to itself stands for anything at the point where it does, and never for nothing.
#[test]
fn what_refers_to_itself_is_typed_as_far_as_it_goes() {
    let schema = r##"{"type":"object","properties":{"tree":{"$ref":"#/definitions/node"}},"required":["tree"],
        "definitions":{"node":{"type":"object","required":["name"],
        "properties":{"name":{"type":"string"},"children":{"type":"array","items":{"$ref":"#/definitions/node"}}}}}}"##;
    assert_eq!(codes(schema, "args.tree.name is \"a\""), []);
    assert_eq!(codes(schema, "args.tree.name is 1"), [Code::E0301]);
    assert_eq!(codes(schema, "any c in args.tree.children (c.name is \"a\")"), []);
    assert_eq!(
        codes(
            schema,
            "any c in args.tree.children (any d in c.children (d is \"a\"))"
        ),
        []
    );
}

//! From schemas to types, and what the checker asks of them.

use super::{json, schema, ty};
use crate::types::{Schema, SchemaProblem, Type};
use crate::value::{Decimal, Kind};

fn words(text: &str) -> String {
    ty(text).to_string()
}

fn refused(text: &str) -> (String, SchemaProblem) {
    let error = Schema::from_json_schema(&json(text)).unwrap_err();
    (error.path, error.problem)
}

#[test]
fn types_are_told_in_plain_words() {
    for (schema, expected) in [
        (r#"{"type":"string","minLength":1}"#, "a string"),
        (r#"{"type":"integer"}"#, "a whole number"),
        (r#"{"type":"number"}"#, "a number"),
        (r#"{"type":"boolean"}"#, "true or false"),
        (r#"{"const":true,"type":"boolean"}"#, "`true`"),
        (r#"{"type":["string","null"]}"#, "a string or null"),
        (
            r#"{"type":"array","items":{"type":"string"}}"#,
            "a list of strings",
        ),
        (r#"{"type":"array"}"#, "a list of anything"),
        (
            r#"{"type":"array","items":{"type":"array","items":{"type":"integer"}}}"#,
            "a list of lists of whole numbers",
        ),
        (r#"{"enum":["a","b"],"type":"string"}"#, "one of `a`, `b`"),
        (r#"{"enum":[0,1,2.5],"type":"number"}"#, "one of `0`, `1`, `2.5`"),
        (r#"{"enum":[0,1,2.5],"type":"integer"}"#, "one of `0`, `1`"),
        (r#"{"enum":["a",1,null]}"#, "`a` or `1` or null"),
        (r#"{"const":"page_id"}"#, "`page_id`"),
        (
            r#"{"anyOf":[{"type":"string"},{"type":"integer"}]}"#,
            "a string or a whole number",
        ),
        (r#"{"oneOf":[{"type":"integer"},{"type":"number"}]}"#, "a number"),
        (
            r#"{"oneOf":[{"enum":["a"]},{"type":"null"},{"enum":["b"]}]}"#,
            "one of `a`, `b` or null",
        ),
        (r#"{"type":"object","properties":{"a":{}}}"#, "a record with `a`"),
        (r#"{"type":"object"}"#, "a record"),
        ("{}", "anything"),
        ("true", "anything"),
        ("false", "nothing"),
        (r#"{"type":"string","enum":[1]}"#, "nothing"),
        (
            r#"{"allOf":[{"type":"string"},{"enum":["a","b"]}]}"#,
            "one of `a`, `b`",
        ),
        (r#"{"not":{"type":"string"}}"#, "anything"),
    ] {
        assert_eq!(words(schema), expected, "{schema}");
    }
    let many = ty(r#"{"enum":["a","b","c","d","e","f","g","h"]}"#);
    assert_eq!(
        many.to_string(),
        "one of `a`, `b`, `c`, `d`, `e`, `f`, … (8 in all)"
    );
}

#[test]
fn the_checker_can_ask() {
    let nullable = ty(r#"{"type":["string","null"]}"#);
    assert!(nullable.allows_null() && nullable.must_be(Kind::Text) && nullable.may_be(Kind::Text));
    assert_eq!(nullable.without_null(), Type::Text);
    let either = ty(r#"{"type":["string","integer"]}"#);
    assert!(either.may_be(Kind::Text) && either.may_be(Kind::Integer) && !either.must_be(Kind::Text));
    assert!(!either.may_be(Kind::List));
    assert!(Type::Integer.must_be(Kind::Decimal) && !Type::Decimal.must_be(Kind::Integer));
    assert!(Type::Decimal.may_be(Kind::Integer));
    assert!(Type::Any.may_be(Kind::List) && !Type::Any.must_be(Kind::List));
    assert!(!Type::NOTHING.must_be(Kind::Text) && !Type::Null.must_be(Kind::Text));
    assert_eq!(
        ty(r#"{"type":["array","null"],"items":{"type":"string"}}"#).element(),
        Some(Type::Text)
    );
    assert_eq!(Type::Text.element(), None);

    let parent = ty(
        r#"{"oneOf":[{"type":"object","properties":{"type":{"const":"page"},"id":{"type":"string"}},"required":["type"]},
                     {"type":"object","properties":{"type":{"const":"block"}},"required":["type"]}]}"#,
    );
    let found = parent.field("type").unwrap();
    assert_eq!(
        (found.ty.to_string().as_str(), found.always),
        ("one of `page`, `block`", true)
    );
    assert!(!parent.field("id").unwrap().always);
    assert_eq!(parent.field("other"), None);
    assert_eq!(Type::Any.field("x").map(|found| found.ty), Some(Type::Any));
}

#[test]
fn what_can_never_be_equal_is_known() {
    let visibility = ty(r#"{"enum":["public","private"]}"#);
    let literal = |text: &str| Type::Enum(vec![text.to_owned()]);
    assert!(visibility.can_equal(&literal("public")));
    assert!(!visibility.can_equal(&literal("publik")));
    assert!(!Type::Text.can_equal(&Type::Integer));
    assert!(Type::Integer.can_equal(&Type::Numbers(vec![Decimal::from_i64(5)])));
    assert!(!Type::Integer.can_equal(&Type::Numbers(vec![Decimal::parse("1.5").unwrap()])));
    assert!(ty(r#"{"type":["string","integer"]}"#).can_equal(&Type::Integer));
    assert!(Type::Any.can_equal(&Type::Text));
    // Two nulls are missing on both sides, which is never a comparison.
    assert!(!ty(r#"{"type":["string","null"]}"#).can_equal(&ty(r#"{"type":["integer","null"]}"#)));
}

#[test]
fn references_stay_in_the_document_and_end() {
    let schema = schema(
        r##"{"type":"object","properties":{"a":{"$ref":"#/$defs/name"},"b":{"$ref":"#/definitions/tree"},
             "c":{"$ref":"#/properties/a"},"d":{"$ref":"#/$defs/a~1b"},"e":{"$ref":"#"}},
             "$defs":{"name":{"type":"string"},"a/b":{"type":"integer"}},
             "definitions":{"tree":{"type":"object","properties":{"below":{"$ref":"#/definitions/tree"}}}}}"##,
    );
    let ty = |name| schema.argument(name).unwrap().ty.clone();
    assert_eq!(
        (ty("a"), ty("c"), ty("d"), ty("e")),
        (Type::Text, Type::Text, Type::Integer, Type::Any)
    );
    assert_eq!(ty("b").field("below").unwrap().ty, Type::Any);
    for (reference, problem) in [
        ("https://example.com/schema.json", SchemaProblem::RemoteReference),
        ("#/$defs/none", SchemaProblem::DeadReference),
        ("#anchor", SchemaProblem::DeadReference),
    ] {
        let text = format!(r#"{{"type":"object","properties":{{"x":{{"$ref":"{reference}"}}}}}}"#);
        assert_eq!(refused(&text), ("#/properties/x/$ref".to_owned(), problem));
    }
}

#[test]
fn a_schema_that_multiplies_itself_is_refused() {
    let mut definitions = vec![r#""d0":{"type":"string"}"#.to_owned()];
    for level in 1..12 {
        let below = format!(r##"{{"$ref":"#/$defs/d{}"}}"##, level - 1);
        let fields: Vec<_> = (0..10).map(|name| format!(r#""p{name}":{below}"#)).collect();
        definitions.push(format!(
            r#""d{level}":{{"type":"object","properties":{{{}}}}}"#,
            fields.join(",")
        ));
    }
    let text = format!(
        r##"{{"type":"object","properties":{{"x":{{"$ref":"#/$defs/d11"}}}},"$defs":{{{}}}}}"##,
        definitions.join(",")
    );
    assert_eq!(refused(&text).1, SchemaProblem::TooLarge);
}

#[test]
fn schemas_that_cannot_be_read_are_refused() {
    let at = |path: &str, problem| (path.to_owned(), problem);
    assert_eq!(refused("[]"), at("#", SchemaProblem::NotASchema));
    assert_eq!(refused("true"), at("#", SchemaProblem::NotAnObject));
    assert_eq!(refused("{}"), at("#", SchemaProblem::NotAnObject));
    assert_eq!(
        refused(r#"{"type":"string"}"#),
        at("#", SchemaProblem::NotAnObject)
    );
    assert_eq!(
        refused(r#"{"type":"object","properties":[]}"#),
        at("#/properties", SchemaProblem::BadKeyword)
    );
    assert_eq!(
        refused(r#"{"type":"object","required":["a",1]}"#),
        at("#/required", SchemaProblem::BadKeyword)
    );
    assert_eq!(
        refused(r#"{"type":"object","properties":{"a/b":{"type":"text"}}}"#),
        at("#/properties/a~1b/type", SchemaProblem::UnknownType)
    );
    assert_eq!(
        refused(r#"{"type":"object","properties":{"a":{"anyOf":[{},3]}}}"#),
        at("#/properties/a/anyOf/1", SchemaProblem::NotASchema)
    );
}

#[test]
fn parts_and_alternatives_of_the_arguments_become_one_record() {
    let parts = schema(
        r#"{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],
            "allOf":[{"properties":{"b":{"type":"integer"}},"required":["b"]}],
            "anyOf":[{"required":["a"]},{"required":["b"]}]}"#,
    );
    assert!(parts.argument("a").unwrap().required && parts.argument("b").unwrap().required);
    let either = schema(
        r#"{"type":"object","properties":{"id":{"type":"string"}},"required":["id"],
            "oneOf":[{"properties":{"kind":{"const":"a"},"x":{"type":"string"}},"required":["kind","x"]},
                     {"properties":{"kind":{"const":"b"}},"required":["kind"]}]}"#,
    );
    let kind = either.argument("kind").unwrap();
    assert!(kind.required && either.argument("id").unwrap().required);
    assert_eq!(kind.ty.to_string(), "one of `a`, `b`");
    assert!(!either.argument("x").unwrap().required);
}

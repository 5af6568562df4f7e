#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;

use super::{Field, Record, Schema, SchemaProblem, Type, fit, intersection, union};
use crate::json::{Json, Limits, Object, read};
use crate::value::{Decimal, Kind};

fn json(text: &str) -> Json {
    read(text.as_bytes(), &Limits::default()).unwrap()
}

fn schema(text: &str) -> Schema {
    Schema::from_json_schema(&json(text)).unwrap()
}

/// The type of one argument with this schema.
fn ty(text: &str) -> Type {
    let schema = schema(&format!(r#"{{"type":"object","properties":{{"x":{text}}}}}"#));
    schema.argument("x").unwrap().ty.clone()
}

fn words(text: &str) -> String {
    ty(text).to_string()
}

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

#[test]
fn a_stored_type_is_checked_when_it_is_read() {
    let read = |text: &str| serde_json::from_str::<Type>(text).map_err(|error| error.to_string());
    assert_eq!(
        read(r#"["Text",{"List":0}]"#),
        Ok(Type::List(Box::new(Type::Text)))
    );
    for bad in [
        "[]",
        r#"[{"List":0}]"#,
        r#"["Text",{"Union":[0,0]}]"#,
        r#"["Text","Text"]"#,
        r#"["Text",{"List":7}]"#,
    ] {
        assert!(read(bad).unwrap_err().contains("refers to a row"), "{bad}");
    }
    let deep: Vec<String> = (0..100_000).map(|row| format!(r#"{{"List":{row}}}"#)).collect();
    assert!(
        read(&format!(r#"["Text",{}]"#, deep.join(",")))
            .unwrap_err()
            .contains("too deeply")
    );
}

/// Types of every kind.
fn types() -> impl Strategy<Value = Type> {
    let small = (-2_i64..3).prop_map(Decimal::from_i64);
    let leaf = prop_oneof![
        Just(Type::Any),
        Just(Type::Null),
        Just(Type::Bool),
        any::<bool>().prop_map(Type::Only),
        Just(Type::Integer),
        Just(Type::Decimal),
        prop::collection::vec(small, 1..3).prop_map(Type::Numbers),
        Just(Type::Text),
        prop::collection::vec("[ab]", 1..3).prop_map(Type::Enum),
    ];
    leaf.prop_recursive(3, 16, 3, |inner| {
        let field = ("[a-c]", inner.clone(), any::<bool>());
        let record = (
            prop::collection::vec(field, 0..3),
            prop::option::of(inner.clone()),
        );
        prop_oneof![
            inner.clone().prop_map(|ty| Type::List(Box::new(ty))),
            record.prop_map(|(fields, rest)| {
                let mut record = Record {
                    fields: Vec::new(),
                    rest: rest.map(Box::new),
                };
                for (name, ty, required) in fields {
                    if record.field(&name).is_none() {
                        record.fields.push(Field { name, ty, required });
                    }
                }
                // As in a schema: what has names has no others.
                if !record.fields.is_empty() {
                    record.rest = None;
                }
                Type::Record(record)
            }),
            prop::collection::vec(inner, 0..3).prop_map(union),
        ]
    })
}

fn values() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        (-3_i64..4).prop_map(|value| Json::Number(value.into())),
        Just(json("0.5")),
        "[a-c]".prop_map(Json::String),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Json::Array),
            prop::collection::vec(("[a-d]", inner), 0..3)
                .prop_map(|pairs| Json::Object(pairs.into_iter().collect())),
        ]
    })
}

fn fits(value: &Json, ty: &Type) -> bool {
    let field = Field {
        name: "x".to_owned(),
        ty: ty.clone(),
        required: true,
    };
    let arguments = Record {
        fields: vec![field],
        rest: None,
    };
    let object: Object = [("x".to_owned(), value.clone())].into_iter().collect();
    fit(&object, &Schema { arguments }, false).is_ok()
}

/// The kind by which conditions see a value; none for `null`.
fn kind_of(value: &Json) -> Option<Kind> {
    match value {
        Json::Null => None,
        Json::Bool(_) => Some(Kind::Bool),
        Json::Number(number) if number.value().to_i64().is_some() => Some(Kind::Integer),
        Json::Number(_) => Some(Kind::Decimal),
        Json::String(_) => Some(Kind::Text),
        Json::Array(_) => Some(Kind::List),
        Json::Object(_) => Some(Kind::Record),
    }
}

proptest! {
    #[test]
    fn a_union_has_what_either_has(left in types(), right in types(), value in values()) {
        let both = union([left.clone(), right.clone()]);
        prop_assert_eq!(fits(&value, &both), fits(&value, &left) || fits(&value, &right), "{} | {}", left, right);
    }

    #[test]
    fn an_intersection_has_what_both_have(left in types(), right in types(), value in values()) {
        if fits(&value, &left) && fits(&value, &right) {
            prop_assert!(fits(&value, &intersection(&left, &right)), "{:?} & {:?}: {:?}", left, right, value);
            prop_assert!(value.is_null() || left.can_equal(&right));
        }
    }

    #[test]
    fn a_value_that_fits_is_of_a_kind_that_was_foreseen(ty in types(), value in values()) {
        if fits(&value, &ty) {
            match kind_of(&value) {
                None => prop_assert!(ty.allows_null()),
                Some(kind) => {
                    prop_assert!(ty.may_be(kind));
                    for other in [Kind::Bool, Kind::Text, Kind::List, Kind::Record, Kind::Integer] {
                        prop_assert!(other == kind || !ty.must_be(other), "{}", ty);
                    }
                }
            }
        }
    }

    #[test]
    fn a_type_is_stored_and_read_back(ty in types()) {
        let bytes = postcard::to_stdvec(&ty).unwrap();
        prop_assert_eq!(postcard::from_bytes::<Type>(&bytes).unwrap(), ty.clone());
        let text = serde_json::to_string(&ty).unwrap();
        prop_assert_eq!(serde_json::from_str::<Type>(&text).unwrap(), ty);
    }
}

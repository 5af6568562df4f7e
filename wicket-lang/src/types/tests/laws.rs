//! What holds for every type and value.

use proptest::prelude::*;

use super::json;
use crate::json::{Json, Object, write};
use crate::types::{Field, Record, Schema, Type, fit, intersection, union};
use crate::value::{Decimal, Kind};

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
    for bad in [r#"["Any","Null",{"Union":[0,1]}]"#, r#"["Text",{"Union":[0]}]"#] {
        assert!(read(bad).unwrap_err().contains("no alternatives"), "{bad}");
    }
    let deep: Vec<String> = (0..100_000).map(|row| format!(r#"{{"List":{row}}}"#)).collect();
    assert!(
        read(&format!(r#"["Text",{}]"#, deep.join(",")))
            .unwrap_err()
            .contains("too deeply")
    );
}

/// Schemas, nearly.
fn schemas() -> impl Strategy<Value = Json> {
    const KEYS: &str =
        "(type|properties|required|items|enum|const|anyOf|oneOf|allOf|\\$ref|\\$defs|additionalProperties|a)";
    let leaf = prop_oneof![
        Just(json("true")),
        Just(json("false")),
        Just(json("null")),
        Just(json(r#"["a","b"]"#)),
        Just(json("[1,null,{}]")),
        "(string|integer|number|boolean|null|array|object|text|a)".prop_map(Json::String),
        "#(/(x|\\$defs|properties|items|anyOf|0|a)){0,3}".prop_map(Json::String),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Json::Array),
            prop::collection::vec((KEYS, inner), 0..5)
                .prop_map(|pairs| Json::Object(pairs.into_iter().collect())),
        ]
    })
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
    fn whatever_a_schema_says_it_is_read_or_refused(schema in schemas(), value in values()) {
        let text = format!(r#"{{"type":"object","properties":{{"x":{}}}}}"#, write(&schema));
        if let Ok(schema) = Schema::from_json_schema(&json(&text)) {
            let object: Object = [("x".to_owned(), value)].into_iter().collect();
            if let Err(misfit) = fit(&object, &schema, false) {
                prop_assert!(misfit.path.starts_with('x'));
            }
            let bytes = postcard::to_stdvec(&schema).unwrap();
            prop_assert_eq!(postcard::from_bytes::<Schema>(&bytes).unwrap(), schema);
        }
        let _ = Schema::from_json_schema(&schema);
    }

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

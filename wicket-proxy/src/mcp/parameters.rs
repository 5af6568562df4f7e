//! Tool parameters that are repeated in headers: `x-mcp-header` in an input schema, `Mcp-Param-…` in a request.
//!
//! Such a header is for proxies that do not read bodies. Wicket does, so here the header can only agree or be refused.

use wicket_lang::json::{Json, Number, Object};

use super::headers::{Field, Headers};
use super::refusal::Refusal;

/// A parameter that has a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Designated {
    /// The header's name after `Mcp-Param-`.
    pub header: String,
    /// The keys that lead to it in the arguments.
    pub path: Vec<String>,
}

/// The schema uses `x-mcp-header` in a way that the protocol forbids. Such a tool is not offered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`x-mcp-header` {0}")]
pub struct Misuse(&'static str);

const MARK: &str = "x-mcp-header";

/// The keywords of JSON Schema that hold one schema, a list of schemas, or a map of schemas.
const HOLDERS: [&str; 20] = [
    "items",
    "prefixItems",
    "additionalItems",
    "unevaluatedItems",
    "contains",
    "additionalProperties",
    "unevaluatedProperties",
    "patternProperties",
    "propertyNames",
    "dependentSchemas",
    "dependencies",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "then",
    "else",
    "$defs",
    "definitions",
];

/// Finds the parameters of an input schema that have headers.
pub fn designated(schema: &Object) -> Result<Vec<Designated>, Misuse> {
    let mut found = Vec::new();
    if schema.contains_key(MARK) {
        return Err(Misuse("stands on the whole input"));
    }
    walk(schema, &mut Vec::new(), &mut found)?;
    let mut names: Vec<_> = found.iter().map(|one| one.header.to_ascii_lowercase()).collect();
    names.sort_unstable();
    names.dedup();
    if names.len() < found.len() {
        return Err(Misuse("names the same header twice"));
    }
    Ok(found)
}

fn walk(schema: &Object, path: &mut Vec<String>, found: &mut Vec<Designated>) -> Result<(), Misuse> {
    if HOLDERS
        .iter()
        .filter_map(|keyword| schema.get(keyword))
        .any(is_marked)
    {
        return Err(Misuse("stands where the place of the value is not fixed"));
    }
    let properties = schema.get("properties").and_then(Json::as_object);
    for (key, property) in properties.into_iter().flat_map(Object::iter) {
        let Some(property) = property.as_object() else {
            continue;
        };
        path.push(key.to_owned());
        if let Some(mark) = property.get(MARK) {
            let header = mark
                .as_str()
                .filter(|name| is_token(name))
                .ok_or(Misuse("is not a header's name"))?;
            let kind = property.get("type").and_then(Json::as_str);
            if !kind.is_some_and(|kind| ["string", "integer", "boolean"].contains(&kind)) {
                return Err(Misuse(
                    "stands on something else than a string, integer or boolean",
                ));
            }
            found.push(Designated {
                header: header.to_owned(),
                path: path.clone(),
            });
        }
        walk(property, path, found)?;
        path.pop();
    }
    Ok(())
}

/// Whether the mark stands anywhere inside. Harmless data named like it (an `enum`, an `example`) counts too: a schema
/// that cannot be told from a misuse is treated as one.
fn is_marked(value: &Json) -> bool {
    match value {
        Json::Object(object) => object.contains_key(MARK) || object.iter().any(|(_, inner)| is_marked(inner)),
        Json::Array(elements) => elements.iter().any(is_marked),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => false,
    }
}

fn is_token(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// Holds the headers of a modern call against its arguments.
pub fn check(designated: &[Designated], arguments: &Object, headers: &Headers) -> Result<(), Refusal> {
    for one in designated {
        let field = headers.parameter(&one.header);
        let agrees = match value_at(arguments, &one.path) {
            None | Some(Json::Null) => *field == Field::Absent,
            Some(Json::String(text)) => field.confirms(text),
            Some(Json::Bool(value)) => field.confirms(if *value { "true" } else { "false" }),
            Some(Json::Number(number)) => field
                .value()
                .and_then(|text| Number::parse(text).ok())
                .is_some_and(|named| named == *number),
            Some(Json::Array(_) | Json::Object(_)) => false,
        };
        if !agrees {
            return Err(Refusal::HeaderMismatch(format!("Mcp-Param-{}", one.header)));
        }
    }
    Ok(())
}

/// The headers that a modern call to an upstream carries for these arguments: name and value.
#[must_use]
pub fn headers_for(designated: &[Designated], arguments: &Object) -> Vec<(String, String)> {
    designated
        .iter()
        .filter_map(|one| {
            let value = match value_at(arguments, &one.path)? {
                Json::String(text) => super::headers::encode(text),
                Json::Bool(value) => value.to_string(),
                Json::Number(number) => number.digits().into_owned(),
                Json::Null | Json::Array(_) | Json::Object(_) => return None,
            };
            Some((format!("Mcp-Param-{}", one.header), value))
        })
        .collect()
}

fn value_at<'a>(arguments: &'a Object, path: &[String]) -> Option<&'a Json> {
    let (first, rest) = path.split_first()?;
    rest.iter()
        .try_fold(arguments.get(first)?, |value, key| value.as_object()?.get(key))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use axum::http::{HeaderMap, HeaderName, HeaderValue};
    use wicket_lang::json;

    use super::*;

    fn object(text: &str) -> Object {
        json::read(text.as_bytes(), &json::Limits::default())
            .unwrap()
            .as_object()
            .unwrap()
            .clone()
    }

    const SCHEMA: &str = r#"{"type":"object","properties":{
        "region":{"type":"string","x-mcp-header":"Region"},
        "page":{"type":"object","properties":{"size":{"type":"integer","x-mcp-header":"Size"}}}}}"#;

    fn checked(arguments: &str, headers: &[(&str, &str)]) -> bool {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(
                HeaderName::try_from(*name).unwrap(),
                HeaderValue::from_str(value).unwrap(),
            );
        }
        let designated = designated(&object(SCHEMA)).unwrap();
        check(&designated, &object(arguments), &Headers::pick(&map)).is_ok()
    }

    #[test]
    fn a_header_has_to_say_what_the_argument_says() {
        let both = [("mcp-param-region", "eu"), ("Mcp-Param-Size", "10.0")];
        assert!(checked(r#"{"region":"eu","page":{"size":10}}"#, &both));
        assert!(!checked(r#"{"region":"us","page":{"size":10}}"#, &both));
        assert!(!checked(r#"{"region":"eu","page":{"size":11}}"#, &both));
        assert!(!checked(r#"{"region":"eu","page":{"size":10}}"#, &both[..1]));
        assert!(!checked(r#"{"region":"eu"}"#, &both));
        assert!(checked(r#"{"region":null}"#, &[("mcp-param-other", "x")]));
        assert!(checked(
            r#"{"region":"é"}"#,
            &[("mcp-param-region", "=?base64?w6k=?=")]
        ));
        assert!(!checked(r#"{"region":["eu"]}"#, &both[..1]));
    }

    #[test]
    fn what_is_sent_is_what_is_checked() {
        let designated = designated(&object(SCHEMA)).unwrap();
        let arguments = object(r#"{"region":" é","page":{"size":1e2}}"#);
        let headers = headers_for(&designated, &arguments);
        let mut map = HeaderMap::new();
        for (name, value) in &headers {
            map.append(
                HeaderName::try_from(name.as_str()).unwrap(),
                HeaderValue::from_str(value).unwrap(),
            );
        }
        assert_eq!(headers.len(), 2);
        assert_eq!(check(&designated, &arguments, &Headers::pick(&map)), Ok(()));
    }

    #[test]
    fn misuse_is_found() {
        let cases = [
            r#"{"x-mcp-header":"A"}"#,
            r#"{"properties":{"a":{"type":"number","x-mcp-header":"A"}}}"#,
            r#"{"properties":{"a":{"type":"string","x-mcp-header":"A b"}}}"#,
            r#"{"properties":{"a":{"type":"string","x-mcp-header":""}}}"#,
            r#"{"properties":{"a":{"type":"string","x-mcp-header":1}}}"#,
            r#"{"properties":{"a":{"type":"string","x-mcp-header":"A"},"b":{"type":"string","x-mcp-header":"a"}}}"#,
            r#"{"properties":{"a":{"type":"array","items":{"type":"string","x-mcp-header":"A"}}}}"#,
            r#"{"anyOf":[{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}]}"#,
        ];
        for schema in cases {
            assert!(designated(&object(schema)).is_err(), "{schema}");
        }
    }
}

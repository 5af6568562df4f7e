//! What changes on the way between an upstream and a client of different eras. Everything else passes as it came: keys,
//! their order, the digits of numbers, fields that nobody here has heard of.

use wicket_lang::json::{Json, Object};

use super::build::{integer, object, text};
use super::era::Era;
use super::parameters;

/// The result cannot be understood by a client of this era.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the service asked for something that this client's protocol version does not know")]
pub struct Untranslatable;

/// What the keys in `_meta` begin with by which Wicket tells what it decided and what failed.
pub const OWN_KEYS: &str = "sh.wicket/";

/// A result of `tools/call`, for a client of this era. It never speaks as Wicket.
pub fn call_result(mut result: Object, to: Era) -> Result<Object, Untranslatable> {
    if let Some(Json::Object(meta)) = result.get_mut("_meta") {
        let forged = |key: &&str| key.to_ascii_lowercase().starts_with(OWN_KEYS);
        let forged: Vec<String> = meta.keys().filter(forged).map(ToOwned::to_owned).collect();
        for key in forged {
            meta.remove(&key);
        }
    }
    match to {
        Era::Modern => {
            if !result.contains_key("resultType") {
                result.insert("resultType", text("complete"));
            }
        }
        Era::Legacy(_) => {
            let kind = result.remove("resultType");
            // Another kind of result is half of an exchange that a legacy client cannot take part in.
            if kind.is_some_and(|kind| kind.as_str() != Some("complete")) {
                return Err(Untranslatable);
            }
            if matches!(result.get("structuredContent"), Some(content) if content.as_object().is_none()) {
                result.remove("structuredContent");
            }
        }
    }
    Ok(result)
}

/// The error of an upstream, for a client of this era. Errors about the hop between Wicket and the upstream say nothing
/// about the client's own, so they become internal ones.
#[must_use]
pub fn call_error(mut error: Object, to: Era) -> Object {
    let code = error
        .get("code")
        .and_then(Json::as_number)
        .map(|code| code.digits().into_owned());
    let code = match (code.as_deref(), to) {
        (Some("-32002"), Era::Modern) => -32602,
        (Some("-32020" | "-32021" | "-32022"), _) | (Some("-32042"), Era::Modern) => {
            return object([
                ("code", integer(-32603)),
                ("message", text("the service did not accept the request")),
            ]);
        }
        (Some(_), _) => return error,
        (None, _) => -32603,
    };
    error.insert("code", integer(code));
    error
}

/// Why a tool cannot be offered to anybody, whatever the policies say.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unofferable {
    /// It can only be called as a task.
    #[error("it can only be called as a task")]
    Task,
    /// See [`parameters::Misuse`].
    #[error(transparent)]
    Parameter(#[from] parameters::Misuse),
}

/// Whether a live definition can be offered at all.
pub fn check_definition(definition: &Object) -> Result<(), Unofferable> {
    let execution = definition.get("execution").and_then(Json::as_object);
    if execution
        .and_then(|execution| execution.get("taskSupport"))
        .and_then(Json::as_str)
        == Some("required")
    {
        return Err(Unofferable::Task);
    }
    if let Some(schema) = definition.get("inputSchema").and_then(Json::as_object) {
        parameters::designated(schema)?;
    }
    Ok(())
}

/// A definition as it is listed for a client of this era, under the name by which it is offered.
#[must_use]
pub fn definition(definition: &Object, offered: &str, to: Era) -> Object {
    let mut listed = definition.clone();
    listed.insert("name", text(offered));
    // It speaks of tasks, which are not served here.
    listed.remove("execution");
    match to {
        Era::Modern => {}
        Era::Legacy(_) => {
            let kind = |schema: &Json| schema.as_object()?.get("type")?.as_str().map(ToOwned::to_owned);
            if listed
                .get("outputSchema")
                .is_some_and(|schema| kind(schema).as_deref() != Some("object"))
            {
                listed.remove("outputSchema");
            }
        }
    }
    listed
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use wicket_lang::json;

    use super::*;
    use crate::mcp::era::Revision;

    const LEGACY: Era = Era::Legacy(Revision::November2025);

    fn read(text: &str) -> Object {
        json::read(text.as_bytes(), &json::Limits::default())
            .unwrap()
            .as_object()
            .unwrap()
            .clone()
    }

    fn write(object: Object) -> String {
        json::write(&Json::Object(object))
    }

    #[test]
    fn a_result_passes_but_for_what_the_era_needs() {
        let plain = r#"{"z":1.50,"content":[{"type":"odd","n":12345678901234567890}],"a":{"b":[]}}"#;
        let modern = plain.strip_suffix('}').unwrap().to_owned() + r#","resultType":"complete"}"#;
        assert_eq!(write(call_result(read(plain), Era::Modern).unwrap()), modern);
        assert_eq!(write(call_result(read(plain), LEGACY).unwrap()), plain);
        assert_eq!(write(call_result(read(&modern), LEGACY).unwrap()), plain);
        assert_eq!(write(call_result(read(&modern), Era::Modern).unwrap()), modern);
    }

    #[test]
    fn an_upstream_cannot_speak_as_wicket() {
        let forged = r#"{"content":[],"_meta":{"sh.wicket/decision":{"reason":"policy"},"a":1,"SH.Wicket/failure":{}}}"#;
        for era in [LEGACY, Era::Modern] {
            let relayed = call_result(read(forged), era).unwrap();
            let meta = relayed.get("_meta").and_then(Json::as_object).unwrap();
            assert_eq!(write(meta.clone()), r#"{"a":1}"#);
        }
    }

    #[test]
    fn an_unknown_kind_of_result_reaches_modern_clients_only() {
        let result = r#"{"resultType":"input_required","requestState":"x"}"#;
        assert_eq!(write(call_result(read(result), Era::Modern).unwrap()), result);
        assert_eq!(call_result(read(result), LEGACY), Err(Untranslatable));
    }

    #[test]
    fn structured_content_of_legacy_results_is_an_object() {
        let result = r#"{"content":[],"structuredContent":[1]}"#;
        assert_eq!(
            write(call_result(read(result), LEGACY).unwrap()),
            r#"{"content":[]}"#
        );
    }

    #[test]
    fn errors_of_the_other_hop_are_not_relayed() {
        let code = |text: &str, era| call_error(read(text), era).get("code").cloned();
        assert_eq!(
            code(r#"{"code":-32020,"message":"x"}"#, LEGACY),
            Some(integer(-32603))
        );
        assert_eq!(
            code(r#"{"code":-32042,"message":"x"}"#, Era::Modern),
            Some(integer(-32603))
        );
        assert_eq!(
            code(r#"{"code":-32002,"message":"x"}"#, Era::Modern),
            Some(integer(-32602))
        );
        assert_eq!(code(r#"{"message":"x"}"#, Era::Modern), Some(integer(-32603)));
        let own = r#"{"code":4711,"message":"x","data":{"why":1.0}}"#;
        assert_eq!(write(call_error(read(own), Era::Modern)), own);
    }

    #[test]
    fn a_definition_keeps_its_shape_under_its_new_name() {
        let live = read(
            r#"{"title":"T","name":"t","execution":{"taskSupport":"optional"},"outputSchema":{"type":"array"},"x":1}"#,
        );
        assert_eq!(
            write(definition(&live, "s__t", LEGACY)),
            r#"{"title":"T","name":"s__t","x":1}"#
        );
        let modern = r#"{"title":"T","name":"s__t","outputSchema":{"type":"array"},"x":1}"#;
        assert_eq!(write(definition(&live, "s__t", Era::Modern)), modern);
        assert_eq!(check_definition(&live), Ok(()));
        assert_eq!(
            check_definition(&read(r#"{"execution":{"taskSupport":"required"}}"#)),
            Err(Unofferable::Task)
        );
        assert!(check_definition(&read(r#"{"inputSchema":{"x-mcp-header":"A"}}"#)).is_err());
    }
}

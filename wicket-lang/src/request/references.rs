//! Which record a resource means for a call: its key is in the arguments, or in a record that was read before.
//!
//! An attribute may refer to another resource (`issue.project`). The record of that one cannot be asked for before the
//! first is there, so one decision may ask for facts several times; each step of the way may be unknown.

use super::{Environment, Fact, FactRef};
use crate::ir::{FactSource, Path, PathId, ResourceId};
use crate::value::{Missing, Value};

impl Environment<'_> {
    /// The record that `resource` means for this call, or `None` where the call does not name one, or not yet.
    #[must_use]
    pub fn fact_ref(&self, resource: ResourceId) -> Option<FactRef> {
        self.reference(resource).ok()
    }

    /// The record that `resource` means for this call; pending while its key is in a record that nobody has asked for.
    pub(crate) fn reference(&self, resource: ResourceId) -> Result<FactRef, Missing> {
        let declared = self
            .bundle
            .resources
            .get(resource.index())
            .ok_or(Missing::Unknown)?;
        let keys = self.key_paths(resource).ok_or(Missing::Unknown)?;
        let mut key = Vec::with_capacity(keys.len());
        let mut is_pending = false;
        for (name, path) in declared.keys.iter().zip(keys) {
            match key_part(&self.load(*path)) {
                Ok(part) => key.push((name.clone(), part)),
                Err(Missing::Pending) => is_pending = true,
                Err(Missing::Unknown | Missing::Absent) => return Err(Missing::Unknown),
            }
        }
        if is_pending {
            return Err(Missing::Pending);
        }
        let connector = self.bundle.connectors.get(declared.connector.index());
        Ok(FactRef {
            resource,
            connector: connector.ok_or(Missing::Unknown)?.name.clone(),
            name: declared.kind.clone(),
            key,
            ignoring_case: declared.ignoring_case,
            fresh_seconds: declared.source.as_ref().map(|source| source.fresh_seconds),
        })
    }

    /// Whether the call names `resource`, as [`Self::reference`] says it; without an allocation, because a decision asks
    /// for it with each attribute.
    pub(super) fn reference_state(&self, resource: ResourceId) -> Result<(), Missing> {
        let keys = self.key_paths(resource).ok_or(Missing::Unknown)?;
        let mut state = Ok(());
        for path in keys {
            match names_a_segment(&self.load(*path)) {
                Ok(()) => {}
                Err(Missing::Pending) => state = Err(Missing::Pending),
                Err(Missing::Unknown | Missing::Absent) => return Err(Missing::Unknown),
            }
        }
        state
    }

    /// The records to ask for next, so that something becomes known of `resource`: its own, or those that lead to it.
    pub(crate) fn records_wanted(&self, resource: ResourceId, wanted: &mut Vec<FactRef>) {
        match self.reference(resource) {
            Ok(reference) => wanted.push(reference),
            Err(Missing::Pending) => {
                for path in self.key_paths(resource).unwrap_or_default() {
                    // INVARIANT: an attribute in a key belongs to a resource with a smaller number, so this ends.
                    if let (Some(Path::Attribute { resource: parent, .. }), Value::Missing(Missing::Pending)) =
                        (self.bundle.path(*path), self.load(*path))
                        && *parent < resource
                    {
                        self.records_wanted(*parent, wanted);
                    }
                }
            }
            Err(Missing::Unknown | Missing::Absent) => {}
        }
    }

    /// Whether nothing is known of `resource` because a record on the way could not be fetched just now.
    pub(crate) fn could_not_be_fetched(&self, resource: ResourceId) -> bool {
        match self.request.facts.get(resource) {
            Some(Fact::Failed) => true,
            Some(Fact::Known { .. }) => false,
            Some(Fact::Unknown) | None => self.key_paths(resource).unwrap_or_default().iter().any(|path| {
                matches!(self.bundle.path(*path), Some(Path::Attribute { resource: parent, .. })
                    if *parent < resource && self.could_not_be_fetched(*parent))
            }),
        }
    }

    fn key_paths(&self, resource: ResourceId) -> Option<&[PathId]> {
        let mut bindings = self.bundle.tool(self.tool)?.bindings.iter();
        let binding = bindings.find(|binding| binding.resource == resource)?;
        Some(&binding.keys)
    }
}

/// Whether a value can be a part of a key. An empty text, `.` and `..` name nothing: they would read another record
/// than the tool acts on.
fn names_a_segment(value: &Value<'_>) -> Result<(), Missing> {
    match value {
        Value::Text(text) if matches!(text.as_ref(), "" | "." | "..") => Err(Missing::Unknown),
        Value::Text(_) | Value::Number(_) => Ok(()),
        Value::Missing(missing) => Err(*missing),
        Value::Bool(_)
        | Value::List(_)
        | Value::Record(_)
        | Value::Between(_)
        | Value::Instant(_)
        | Value::Duration(_)
        | Value::Address(_) => Err(Missing::Unknown),
    }
}

/// A part of a key as text.
fn key_part(value: &Value<'_>) -> Result<String, Missing> {
    names_a_segment(value)?;
    match value {
        Value::Text(text) => Ok(text.to_string()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(_)
        | Value::List(_)
        | Value::Record(_)
        | Value::Between(_)
        | Value::Instant(_)
        | Value::Duration(_)
        | Value::Address(_)
        | Value::Missing(_) => Err(Missing::Unknown),
    }
}

impl FactSource {
    /// The address of one record: each `{name}` is a part of the key, encoded as one segment of a path (RFC 3986,
    /// section 3.3), so that `a/../b` and `x?y` stay the names that they are.
    ///
    /// `None` where the address names a part that the key does not have.
    #[must_use]
    pub fn address_of(&self, reference: &FactRef) -> Option<String> {
        let mut address = String::new();
        let mut rest = self.address.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}')?;
            let (_, part) = reference.key.iter().find(|(key, _)| key == name)?;
            address.push_str(before);
            push_segment(&mut address, part);
            rest = after;
        }
        address.push_str(rest);
        Some(address)
    }
}

fn push_segment(address: &mut String, part: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            address.push(char::from(byte));
        } else {
            let digit = |value: u8| HEX.get(usize::from(value)).copied().map_or('0', char::from);
            address.push('%');
            address.push(digit(byte >> 4));
            address.push(digit(byte & 15));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{Attribute, Binding, Bundle, Connector, ConnectorId, Digest, Resource, Tool, ToolId};
    use crate::json::Json;
    use crate::request::{Caller, Definition, Facts, Request, Scope, State, record};
    use crate::types::{Schema, Type};

    fn address(owner: &str, name: &str) -> Option<String> {
        let source = FactSource {
            address: "https://api.example.com/repos/{owner}/{name}?full=1".to_owned(),
            fresh_seconds: 60,
        };
        let reference = FactRef {
            resource: ResourceId(0),
            connector: "github".to_owned(),
            name: "repo".to_owned(),
            key: vec![
                ("owner".to_owned(), owner.to_owned()),
                ("name".to_owned(), name.to_owned()),
            ],
            ignoring_case: true,
            fresh_seconds: Some(60),
        };
        source.address_of(&reference)
    }

    #[test]
    fn point_8_a_key_is_one_segment_of_the_address() {
        for (name, written) in [
            ("site", "site"),
            ("a/../b", "a%2F..%2Fb"),
            ("x?y", "x%3Fy"),
            ("x#y", "x%23y"),
            ("%2e%2e", "%252e%252e"),
            ("a b\\c", "a%20b%5Cc"),
            ("{owner}", "%7Bowner%7D"),
            ("größe", "gr%C3%B6%C3%9Fe"),
        ] {
            let wanted = format!("https://api.example.com/repos/acme/{written}?full=1");
            assert_eq!(address("acme", name).as_deref(), Some(wanted.as_str()), "{name}");
        }
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "one story, told in steps")]
    fn point_7_each_record_on_the_way_is_asked_for_when_its_key_is_known() {
        let attribute = |refers: Option<u32>| Attribute {
            name: "of".to_owned(),
            ty: Type::Text,
            refers: refers.map(ResourceId),
        };
        let resource = |name: &str, refers: Option<u32>| Resource {
            connector: ConnectorId(0),
            name: name.to_owned(),
            kind: name.rsplit('.').next().unwrap_or_default().to_owned(),
            keys: vec!["key".to_owned()],
            ignoring_case: false,
            attributes: vec![attribute(refers)],
            source: None,
        };
        let binding = |resource: u32, key: u32| Binding {
            resource: ResourceId(resource),
            keys: vec![PathId(key)],
        };
        let through = |resource: u32| Path::Attribute {
            resource: ResourceId(resource),
            attribute: 0,
        };
        let mut bundle = Bundle {
            resources: vec![resource("issue", Some(1)), resource("issue.project", None)],
            paths: vec![Path::Argument(vec!["issue".to_owned()]), through(0), through(1)],
            ..Bundle::default()
        };
        let name = "tracker".to_owned();
        bundle.connectors.push(Connector {
            declared: name.clone(),
            name,
            upstream: None,
        });
        bundle.tools.push(Tool {
            connector: ConnectorId(0),
            name: "comment".to_owned(),
            tier: None,
            shape: Digest::of(b""),
            text: None,
            schema: Schema::default(),
            open: false,
            bindings: vec![binding(0, 0), binding(1, 1)],
            without: Vec::new(),
            guards: Vec::new(),
            tallies: Vec::new(),
            stopped: Vec::new(),
        });
        let args = record([("issue".to_owned(), Json::String("WEB-7".to_owned()))]);
        let (caller, state) = (Caller::default(), State::default());
        let mut facts = Facts::none_yet();
        let known = |of: &str| Fact::Known {
            attributes: record([("of".to_owned(), Json::String(of.to_owned()))]),
            read_at: None,
        };
        let asked = |facts: &Facts| {
            let request = Request {
                connector: "tracker",
                tool: "comment",
                args: &args,
                caller: &caller,
                facts,
                definition: Definition::Pinned,
                approvals: &[],
                now: None,
            };
            let env = Environment {
                bundle: &bundle,
                tool: ToolId(0),
                request: &request,
                state: &state,
                scope: Scope::Call,
            };
            let mut wanted = Vec::new();
            let value = match env.load(PathId(2)) {
                Value::Missing(missing) => Some(missing),
                _ => None,
            };
            env.records_wanted(ResourceId(1), &mut wanted);
            let wanted: Vec<String> = wanted
                .into_iter()
                .map(|one| {
                    format!(
                        "{} {}",
                        one.name,
                        one.key.into_iter().map(|(_, part)| part).collect::<String>()
                    )
                })
                .collect();
            (value, wanted, env.could_not_be_fetched(ResourceId(1)))
        };
        assert_eq!(
            asked(&facts),
            (Some(Missing::Pending), vec!["issue WEB-7".to_owned()], false)
        );
        facts.insert(ResourceId(0), known("WEB"));
        assert_eq!(
            asked(&facts),
            (Some(Missing::Pending), vec!["project WEB".to_owned()], false)
        );
        facts.insert(ResourceId(0), known(".."));
        assert_eq!(asked(&facts), (Some(Missing::Unknown), Vec::new(), false));
        facts.insert(ResourceId(0), Fact::Failed);
        assert_eq!(asked(&facts), (Some(Missing::Unknown), Vec::new(), true));
    }

    #[test]
    fn point_8_what_names_no_segment_is_no_key() {
        for text in ["", ".", ".."] {
            assert_eq!(
                key_part(&Value::Text(text.into())),
                Err(Missing::Unknown),
                "{text:?}"
            );
        }
        assert_eq!(key_part(&Value::Text("...".into())), Ok("...".to_owned()));
    }
}

//! Reading values: the one place where a path becomes a value, for machine and interpreter alike.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::{Elements, Fact, Key, Request, State, spelled};
use crate::ir::{
    Bundle, CallerAttribute, Constant, ConstantId, Path, PathId, PatternId, ResourceId, SetId, Tool, ToolId,
    TrackId,
};
use crate::json::{Json, Object};
use crate::types::Type;
use crate::value::{self, CompareOp, Decimal, Missing, Truth, Value};

/// All that a condition can read.
#[derive(Clone, Copy, Debug)]
pub struct Environment<'a> {
    /// The bundle whose condition it is.
    pub bundle: &'a Bundle,
    /// The tool that is called.
    pub tool: ToolId,
    /// What is known of the call.
    pub request: &'a Request<'a>,
    /// What was remembered before it.
    pub state: &'a State,
    /// How much of both counts as known.
    pub scope: Scope,
}

/// How much of the request counts as known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of it: a call is judged.
    Call,
    /// Only who calls, and which tool: a list is made, so everything else is still possible.
    Caller,
}

impl<'a> Environment<'a> {
    /// The tool that is called.
    #[must_use]
    pub fn tool(&self) -> Option<&'a Tool> {
        self.bundle.tool(self.tool)
    }

    /// The value at `path`, or why it is missing.
    #[must_use]
    pub fn load(&self, path: PathId) -> Value<'a> {
        match self.bundle.path(path) {
            // What the pinned definition says is a constant, so such a path is of what it does not say.
            None | Some(Path::Annotation(_)) => Value::Missing(Missing::Unknown),
            Some(
                Path::Argument(_)
                | Path::Arguments
                | Path::Call
                | Path::Attribute { .. }
                | Path::Result(_)
                | Path::SessionDenials,
            ) if self.scope == Scope::Caller => Value::Missing(Missing::Pending),
            Some(Path::Call) => Value::Text(Cow::Owned(self.request.call_digest().to_string())),
            // Nobody knows a result before there is one.
            Some(Path::Result(names)) => match self.request.facts.result() {
                None => Value::Missing(Missing::Unknown),
                Some(result) => argument(result, names),
            },
            Some(Path::Arguments) => Value::Record(self.request.args),
            Some(Path::Argument(names)) => argument(self.request.args, names),
            Some(Path::Attribute { resource, attribute }) => self.attribute(*resource, *attribute),
            Some(Path::MemberEmail) => text(self.request.caller.member_email.as_deref()),
            Some(Path::MemberAttribute(index)) => {
                let declared = self.bundle.directory.member.get(*index as usize);
                delivered(declared, &self.request.caller.member_attributes)
            }
            Some(Path::AgentAttribute(index)) => {
                let declared = self.bundle.directory.agent.get(*index as usize);
                delivered(declared, &self.request.caller.agent_attributes)
            }
            Some(Path::ClientName) => text(self.request.caller.client_name.as_deref()),
            Some(Path::ClientVersion) => text(self.request.caller.client_version.as_deref()),
            Some(Path::ClientAddress) => text(self.request.caller.client_address.as_deref()),
            Some(Path::AgentName) => text(self.request.caller.agent_name.as_deref()),
            Some(Path::MemberGroups) => match &self.request.caller.member_groups {
                None => Value::Missing(Missing::Unknown),
                Some(groups) => Value::List(Cow::Owned(
                    groups.iter().map(|group| Json::String(group.clone())).collect(),
                )),
            },
            Some(Path::SessionDenials) => Value::Number(Decimal::from_i64(
                i64::try_from(self.state.denials).unwrap_or(i64::MAX),
            )),
        }
    }

    /// The constant of this id, which is one of the bundle.
    #[must_use]
    pub fn constant(&self, id: ConstantId) -> Value<'a> {
        self.bundle
            .constants
            .get(id.index())
            .map_or(Value::Missing(Missing::Unknown), constant)
    }

    /// The elements of a set, or what a quantifier over it answers.
    pub fn members(&self, id: SetId) -> Result<Elements<'a>, Truth> {
        let set = self.bundle.sets.get(id.index()).ok_or(Truth::Unknown)?;
        Elements::of_set(&set.elements)
    }

    /// The elements of the set that a track keeps, under the key of this call.
    pub fn tracked_members(&self, track: TrackId, key: Option<&Value<'_>>) -> Result<Elements<'a>, Truth> {
        if self.scope == Scope::Caller {
            return Err(Truth::Pending);
        }
        let track = self.bundle.track(track).ok_or(Truth::Unknown)?;
        let key = key.map_or(Key::None, Key::of);
        let members = self
            .state
            .members(&self.bundle.calendar, track, &key, self.request.now);
        Elements::of_track(&members)
    }

    /// What stands under a name of a record.
    #[must_use]
    pub fn field(&self, value: &Value<'a>, name: ConstantId) -> Value<'a> {
        match self.bundle.constants.get(name.index()) {
            Some(Constant::Text(name)) => value.get(name),
            Some(
                Constant::Bool(_)
                | Constant::Number(_)
                | Constant::Instant(_)
                | Constant::Duration(_)
                | Constant::Network(_),
            )
            | None => Value::Missing(Missing::Unknown),
        }
    }

    /// Whether `value` is an element; with `fold`, equal only without regard to case is unknown.
    #[must_use]
    pub fn in_set(&self, value: &Value<'_>, id: SetId, fold: bool) -> Truth {
        let Some(set) = self.bundle.sets.get(id.index()) else {
            return Truth::Unknown;
        };
        if let Value::Missing(missing) = value {
            return Truth::from(*missing);
        }
        // An element of another kind can never be equal; the checker has refused sets of mixed kinds, so a value of
        // another kind is an alternative of the schema, and unknown.
        if let (Value::Text(text), Some(Constant::Text(_)), false) = (value, set.elements.first(), fold) {
            // The elements are of one kind and in order; only equality without regard to case has to look at each.
            let found = set.elements.binary_search_by(|element| match element {
                Constant::Text(element) => element.as_str().cmp(text),
                Constant::Bool(_)
                | Constant::Number(_)
                | Constant::Instant(_)
                | Constant::Duration(_)
                | Constant::Network(_) => Ordering::Less,
            });
            return found.is_ok().into();
        }
        if let (Value::Address(address), Some(Constant::Network(_))) = (value, set.elements.first()) {
            let holds = |element: &Constant| match element {
                Constant::Network(network) => network.contains(*address),
                Constant::Bool(_)
                | Constant::Number(_)
                | Constant::Text(_)
                | Constant::Instant(_)
                | Constant::Duration(_) => false,
            };
            return set.elements.iter().any(holds).into();
        }
        set.elements
            .iter()
            .map(|element| value::compare(CompareOp::Equal, value, &constant(element), fold))
            .fold(Truth::False, Truth::or)
    }

    /// Whether a text fits a pattern.
    #[must_use]
    pub fn fits(&self, text: &Value<'_>, id: PatternId) -> Truth {
        let pattern = self.bundle.patterns.get(id);
        pattern.map_or(Truth::Unknown, |pattern| pattern.test(text))
    }

    /// What a track holds of the calls before this one, under the key of this one.
    #[must_use]
    pub fn tracked(&self, track: TrackId, key: Option<&Value<'_>>) -> Value<'a> {
        match self.bundle.track(track) {
            None => Value::Missing(Missing::Unknown),
            Some(_) if self.scope == Scope::Caller => Value::Missing(Missing::Pending),
            Some(track) => {
                let key = key.map_or(Key::None, Key::of);
                let bounds = self
                    .state
                    .bounds(&self.bundle.calendar, track, &key, self.request.now);
                bounds.into()
            }
        }
    }

    /// Whether `value` is among those that a track holds; with `fold`, equal only without regard to case is unknown.
    #[must_use]
    pub fn in_track(&self, value: &Value<'_>, track: TrackId, key: Option<&Value<'_>>, fold: bool) -> Truth {
        if self.scope == Scope::Caller {
            return Truth::Pending;
        }
        if let Value::Missing(missing) = value {
            return Truth::from(*missing);
        }
        let Some((track, text)) = self.bundle.track(track).zip(spelled(value)) else {
            return Truth::Unknown;
        };
        let key = key.map_or(Key::None, Key::of);
        self.state
            .contains(&self.bundle.calendar, track, &text, fold, &key, self.request.now)
    }

    fn attribute(&self, resource: ResourceId, attribute: u32) -> Value<'a> {
        let Some(declared) = self
            .bundle
            .resources
            .get(resource.index())
            .and_then(|r| r.attributes.get(attribute as usize))
        else {
            return Value::Missing(Missing::Unknown);
        };
        // What a call does not name is not known, whatever facts were handed over with it.
        let reference = self.reference_state(resource);
        match self.request.facts.get(resource) {
            _ if reference == Err(Missing::Unknown) => Value::Missing(Missing::Unknown),
            Some(Fact::Known { .. }) if reference == Err(Missing::Pending) => {
                Value::Missing(Missing::Pending)
            }
            None => Value::Missing(Missing::Pending),
            Some(Fact::Unknown | Fact::Failed) => Value::Missing(Missing::Unknown),
            Some(Fact::Known { attributes, .. }) => match attributes.get(&declared.name) {
                None | Some(Json::Null) => Value::Missing(Missing::Absent),
                Some(json) if has_type(json, &declared.ty) => Value::of(json),
                // A record that is not as declared says nothing.
                Some(_) => Value::Missing(Missing::Unknown),
            },
        }
    }
}

/// What is delivered of a caller. There is no record that would show it to be absent, so what is missing is unknown.
fn delivered<'a>(declared: Option<&CallerAttribute>, attributes: &'a Object) -> Value<'a> {
    let value = declared.and_then(|declared| {
        let value = attributes.get(&declared.name)?;
        has_type(value, &declared.ty).then_some(value)
    });
    match value {
        None | Some(Json::Null) => Value::Missing(Missing::Unknown),
        Some(value) => Value::of(value),
    }
}

fn text(text: Option<&str>) -> Value<'_> {
    text.map_or(Value::Missing(Missing::Unknown), |text| {
        Value::Text(Cow::Borrowed(text))
    })
}

pub(super) fn constant(constant: &Constant) -> Value<'_> {
    match constant {
        Constant::Bool(value) => Value::Bool(*value),
        Constant::Number(value) => Value::Number(*value),
        Constant::Text(value) => Value::Text(Cow::Borrowed(value)),
        Constant::Instant(value) => Value::Instant(*value),
        Constant::Duration(value) => Value::Duration(*value),
        // A network is no value: only an address can be in one.
        Constant::Network(_) => Value::Missing(Missing::Unknown),
    }
}

/// `null` is a missing argument. A step into something that is no record is unknown, not absent.
pub(crate) fn argument<'a>(args: &'a Object, names: &[String]) -> Value<'a> {
    let mut object = args;
    let mut rest = names.iter();
    loop {
        let Some(name) = rest.next() else {
            return Value::Missing(Missing::Unknown);
        };
        let value = match object.get(name) {
            None | Some(Json::Null) => return Value::Missing(Missing::Absent),
            Some(value) => value,
        };
        if rest.len() == 0 {
            return Value::of(value);
        }
        match value {
            Json::Object(inner) => object = inner,
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => {
                return Value::Missing(Missing::Unknown);
            }
        }
    }
}

/// Whether a fact is of the declared type.
fn has_type(json: &Json, ty: &Type) -> bool {
    crate::types::admits(ty, json)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::Set;
    use crate::request::{Caller, Definition, Facts};

    #[test]
    fn a_set_is_asked_as_if_each_element_were_compared() {
        let texts = ["", "A", "B", "Bb", "a", "b", "é"].map(|text| Constant::Text(text.to_owned()));
        let numbers = [1, 2, 3].map(|number| Constant::Number(Decimal::from_i64(number)));
        let sets = [
            texts.to_vec(),
            numbers.to_vec(),
            vec![Constant::Bool(true)],
            Vec::new(),
        ];
        let bundle = Bundle {
            sets: sets
                .map(|elements| Set {
                    name: None,
                    private: false,
                    elements,
                })
                .into(),
            ..Bundle::default()
        };
        let (args, caller, facts, state) = (
            Object::default(),
            Caller::default(),
            Facts::complete(),
            State::default(),
        );
        let request = Request {
            connector: "",
            tool: "",
            args: &args,
            caller: &caller,
            facts: &facts,
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
        let words = ["", "A", "AA", "B", "bB", "Bb", "c", "b", "É", "é"].map(|text| Value::Text(text.into()));
        let others = [
            Value::Number(Decimal::from_i64(2)),
            Value::Bool(true),
            Value::Record(&args),
            Value::Missing(Missing::Absent),
            Value::Missing(Missing::Pending),
        ];
        for value in words.iter().chain(&others) {
            for (place, set) in bundle.sets.iter().enumerate() {
                for fold in [false, true] {
                    let one_by_one = set
                        .elements
                        .iter()
                        .map(|element| value::compare(CompareOp::Equal, value, &constant(element), fold))
                        .reduce(Truth::or);
                    let expected = match value {
                        Value::Missing(missing) => Truth::from(*missing),
                        _ => one_by_one.unwrap_or(Truth::False),
                    };
                    assert_eq!(
                        env.in_set(value, SetId::at(place), fold),
                        expected,
                        "{value:?} in {set:?}"
                    );
                }
            }
        }
    }
}

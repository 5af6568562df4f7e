//! Requests made at random for a bundle: most of them fit, some do not, and much is unknown.

use wicket_lang::ir::{Bundle, ResourceId, Tool};
use wicket_lang::json::{Json, Object};
use wicket_lang::request::{
    Approval, Approver, Caller, Definition, Fact, Facts, Request, Setting, Switches, arguments_digest,
};
use wicket_lang::types::Type;
use wicket_lang::value::Instant;

use crate::bundles::ZONES;
use crate::dice::Dice;

/// A request with all that it borrows.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) connector: String,
    pub(crate) tool: String,
    pub(crate) args: Object,
    pub(crate) caller: Caller,
    pub(crate) facts: Facts,
    pub(crate) definition: Definition,
    pub(crate) approvals: Vec<Approval>,
    pub(crate) now: Option<Instant>,
}

impl Call {
    pub(crate) fn request(&self) -> Request<'_> {
        Request {
            connector: &self.connector,
            tool: &self.tool,
            args: &self.args,
            caller: &self.caller,
            facts: &self.facts,
            definition: self.definition,
            approvals: &self.approvals,
            now: self.now,
        }
    }
}

pub(crate) fn call(dice: &mut Dice, bundle: &Bundle, now: Instant) -> Call {
    let tool = dice.pick(&bundle.tools);
    let connector = bundle.connectors.get(tool.connector.index()).unwrap();
    let name = if dice.chance(2) {
        "no_such_tool"
    } else {
        &tool.name
    };
    let mut args = Object::new();
    for field in &tool.schema.arguments.fields {
        if let Some(value) = argument(dice, &field.ty, field.required) {
            args.insert(field.name.clone(), value);
        }
    }
    if dice.chance(2) {
        args.insert("unheard_of", Json::Null);
    }
    let caller = caller(dice);
    let approvals = approvals(dice, &caller, &connector.name, tool, &args, now);
    Call {
        connector: connector.name.clone(),
        tool: name.to_owned(),
        args,
        caller,
        approvals,
        facts: facts(dice),
        definition: if dice.chance(1) {
            Definition::Changed
        } else {
            Definition::Pinned
        },
        now: (!dice.chance(8)).then_some(now),
    }
}

/// Mostly none; else one that is good for the call, or for a call like it.
fn approvals(
    dice: &mut Dice,
    caller: &Caller,
    connector: &str,
    tool: &Tool,
    args: &Object,
    now: Instant,
) -> Vec<Approval> {
    let (Some(member), true) = (&caller.member_email, dice.chance(40)) else {
        return Vec::new();
    };
    let approvers = (0..dice.between(1, 3)).map(|number| Approver {
        member: format!("boss{number}@example.com"),
        groups: vec!["eng".to_owned()],
        is_owner: dice.chance(70),
    });
    vec![Approval {
        approvers: approvers.collect(),
        member: member.clone(),
        connector: connector.to_owned(),
        tool: tool.name.clone(),
        definition: tool.definition(),
        arguments: arguments_digest(args),
        expires: Instant(now.0 + dice.between(-10, 90)),
    }]
}

fn argument(dice: &mut Dice, ty: &Type, required: bool) -> Option<Json> {
    if dice.chance(if required { 1 } else { 25 }) {
        return None;
    }
    if !required && dice.chance(8) {
        return Some(Json::Null);
    }
    if dice.chance(1) {
        return Some(dice.json());
    }
    Some(match ty {
        Type::Text => Json::String(dice.text()),
        Type::Enum(words) => Json::String(dice.pick(words).clone()),
        Type::Integer => Json::Number(dice.between(-1, 5).into()),
        Type::Decimal => dice.json_number(),
        Type::Bool => Json::Bool(dice.chance(50)),
        Type::List(_) => Json::Array(dice.texts().into_iter().map(Json::String).collect()),
        Type::Union(_) if dice.chance(80) => Json::String(dice.text()),
        Type::Union(_) => Json::Number(dice.between(0, 3).into()),
        Type::Record(record) => {
            let mut object = Object::new();
            for field in &record.fields {
                if let Some(value) = argument(dice, &field.ty, field.required) {
                    object.insert(field.name.clone(), value);
                }
            }
            Json::Object(object)
        }
        _ => dice.json(),
    })
}

fn caller(dice: &mut Dice) -> Caller {
    let known = |dice: &mut Dice| dice.chance(80);
    Caller {
        member_email: known(dice).then(|| dice.text()),
        member_groups: known(dice).then(|| dice.texts()),
        member_attributes: delivered(dice, &["clearance", "team"]),
        agent_name: known(dice).then(|| dice.text()),
        agent_attributes: delivered(dice, &["stage"]),
        client_name: known(dice).then(|| dice.text()),
        client_version: known(dice).then(|| dice.text()),
        client_address: known(dice).then(|| dice.text()),
    }
}

/// Mostly what the directory declares, sometimes something else under its name.
fn delivered(dice: &mut Dice, names: &[&str]) -> Object {
    let mut object = Object::new();
    for name in names {
        let value = match dice.below(10) {
            0 => continue,
            1 => dice.json(),
            2..=5 if *name == "team" => Json::String((*dice.pick(ZONES)).to_owned()),
            _ if *name == "clearance" => Json::Number(dice.between(0, 3).into()),
            _ => Json::String(dice.text()),
        };
        object.insert((*name).to_owned(), value);
    }
    object
}

fn facts(dice: &mut Dice) -> Facts {
    let mut facts = if dice.chance(60) {
        Facts::none_yet()
    } else {
        Facts::complete()
    };
    for resource in (0..3).map(ResourceId) {
        match dice.below(10) {
            0 => facts.insert(resource, Fact::Unknown),
            1 => facts.insert(resource, Fact::Failed),
            2..=4 => {}
            _ => facts.insert(
                resource,
                Fact::Known {
                    attributes: record(dice),
                    read_at: None,
                },
            ),
        }
    }
    facts
}

fn record(dice: &mut Dice) -> Object {
    let mut record = Object::new();
    let word = if dice.chance(50) { "public" } else { "private" };
    let values = [
        ("visibility", Json::String(word.to_owned())),
        ("archived", Json::Bool(dice.chance(50))),
        ("stars", Json::Number(dice.between(-1, 5).into())),
        (
            "topics",
            Json::Array(dice.texts().into_iter().map(Json::String).collect()),
        ),
    ];
    for (name, value) in values {
        match dice.below(20) {
            0 => {}
            1 => {
                record.insert(name, dice.json());
            }
            _ => {
                record.insert(name, value);
            }
        }
    }
    record
}

pub(crate) fn switches(dice: &mut Dice, bundle: &Bundle) -> Switches {
    let mut switches = Switches::default();
    let breakers = bundle.breakers.iter().map(|breaker| &breaker.name);
    let limits = bundle.limits.iter().map(|limit| &limit.name);
    let tracks = bundle.tracks.iter().map(|track| &track.name);
    let names = bundle
        .policies
        .iter()
        .map(|policy| &policy.name)
        .chain(breakers)
        .chain(limits)
        .chain(tracks);
    for name in names {
        match dice.below(20) {
            0 => drop(switches.0.insert(name.clone(), Setting::Off)),
            1 => drop(switches.0.insert(name.clone(), Setting::Shadow)),
            _ => {}
        }
    }
    switches
}

/// An instant of 2026, often on a full hour; sometimes one that no zone table knows.
pub(crate) fn instant(dice: &mut Dice) -> Instant {
    const START: i64 = 1_767_225_600_000;
    const HOUR: i64 = 3_600_000;
    if dice.chance(1) {
        return Instant(8_000_000_000_000);
    }
    let hour = START + dice.between(0, 365 * 24) * HOUR;
    Instant(if dice.chance(40) {
        hour
    } else {
        hour + dice.between(-1, HOUR)
    })
}

//! What a caller may know of a tool, before any call.
//!
//! Who asks and which tool is evaluated; every other condition counts as possible. So a list tells a caller nothing
//! that depends on arguments, facts, time or the state of a session.

use crate::interpret;
use crate::ir::{Bundle, Effect, ToolId};
use crate::json::Object;
use crate::request::{Caller, Definition, Environment, Facts, Request, Scope, Setting, State, Switches};
use crate::value::Truth;

/// How a tool appears to a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// In the list.
    Listed,
    /// Not in the list; a call is answered with the reason or the message of the forbid that keeps it out.
    Spoken,
    /// Not in the list; a call is answered as that of an unknown tool.
    Silent,
}

/// How `tool` appears to `caller`.
#[must_use]
pub fn reach(bundle: &Bundle, switches: &Switches, tool: ToolId, caller: &Caller) -> Reach {
    let Some(entry) = bundle.tool(tool) else {
        return Reach::Silent;
    };
    if entry.tier.is_none() {
        return Reach::Spoken;
    }
    let (args, facts, state) = (Object::default(), Facts::none_yet(), State::default());
    let request = Request {
        connector: "",
        tool: "",
        args: &args,
        caller,
        facts: &facts,
        definition: Definition::Pinned,
        approvals: &[],
        now: None,
    };
    let env = Environment {
        bundle,
        tool,
        request: &request,
        state: &state,
        scope: Scope::Caller,
    };
    let (mut permitted, mut kept_out, mut spoken) = (false, false, false);
    for guard in &entry.guards {
        let Some(rule) = bundle.rule(guard.rule) else {
            continue;
        };
        if switches.of_rule(bundle, guard.rule) != Setting::Enforce {
            continue;
        }
        let matches = interpret::condition(&env, guard.condition);
        match rule.effect {
            Effect::Permit => {
                let is_for_caller = interpret::condition(&env, guard.callers) == Truth::True;
                permitted |= is_for_caller && matches!(matches, Truth::True | Truth::Pending);
            }
            Effect::Forbid if Effect::Forbid.applies(matches) => {
                kept_out = true;
                spoken |= rule.message.is_some();
            }
            // What a person may approve is within reach.
            Effect::Forbid | Effect::Ask => {}
        }
    }
    match (permitted && !kept_out, spoken) {
        (true, _) => Reach::Listed,
        (false, true) => Reach::Spoken,
        (false, false) => Reach::Silent,
    }
}

//! One bundle, its programs, and a run of calls against it.

use wicket_lang::bytecode::{NodeMap, Programs};
use wicket_lang::decide::{self, Answer, Explanation};
use wicket_lang::interpret;
use wicket_lang::ir::{Bundle, Outcome};
use wicket_lang::request::{Environment, Facts, Scope, State, Switches};
use wicket_lang::value::{Instant, Truth};
use wicket_lang::vm;

use crate::dice::Dice;
use crate::requests::{self, Call};

/// What was seen of the calls.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) pairs: usize,
    pub(crate) permits: usize,
    pub(crate) denials: usize,
    /// Answers that hung on something unknown: a condition that decided was unknown.
    pub(crate) unknowns: usize,
    pub(crate) needs: usize,
    pub(crate) breakers: usize,
}

/// Judges `calls` calls with the machine and with the interpreter, one after the other in one session; the error is
/// the first difference.
pub(crate) fn compare(
    dice: &mut Dice,
    bundle: &Bundle,
    programs: &Programs,
    calls: usize,
    tally: &mut Tally,
) -> Result<(), String> {
    let switches = if dice.chance(25) {
        requests::switches(dice, bundle)
    } else {
        Switches::default()
    };
    let (mut of_machine, mut of_interpreter) = (State::default(), State::default());
    let mut now = requests::instant(dice);
    let mut awaited = Vec::new();
    for _ in 0..calls {
        now = if dice.chance(80) {
            Instant(now.0 + dice.between(0, 200_000))
        } else {
            requests::instant(dice)
        };
        let mut call = requests::call(dice, bundle, now);
        let tell = dice.chance(4);
        loop {
            let request = call.request();
            let machine = decide::decide(bundle, &switches, &request, &of_machine, |env| {
                vm::findings(programs, env)
            });
            let reference = decide::decide(bundle, &switches, &request, &of_interpreter, interpret::findings);
            tally.pairs += 1;
            if machine != reference {
                return Err(format!(
                    "machine {machine:?}\ninterpreter {reference:?}\ncall {call:?}"
                ));
            }
            match (machine, reference) {
                (Answer::Decided(machine), Answer::Decided(reference)) => {
                    if machine.is_permit() {
                        tally.permits += 1;
                    } else {
                        tally.denials += 1;
                    }
                    tally.breakers += usize::from(!machine.breakers.is_empty());
                    let is_unknown = machine.findings.rules.iter().any(|finding| {
                        machine.rules.contains(&finding.rule) && finding.matches == Truth::Unknown
                    });
                    tally.unknowns += usize::from(is_unknown);
                    if tell {
                        let tell =
                            |state, decision| decide::explain(bundle, &switches, &request, state, decision);
                        let (told, expected): (Explanation, Explanation) =
                            (tell(&of_machine, &machine), tell(&of_interpreter, &reference));
                        if told != expected {
                            return Err(format!(
                                "machine {told:?}\ninterpreter {expected:?}\ncall {call:?}"
                            ));
                        }
                    }
                    let next = decide::settled(bundle, &switches, &request, &of_machine, &machine);
                    let expected = decide::settled(bundle, &switches, &request, &of_interpreter, &reference);
                    if next != expected {
                        return Err(format!("machine {next:?}\ninterpreter {expected:?}"));
                    }
                    if !next.awaited.is_empty() {
                        awaited.push(next.awaited);
                    }
                    (of_machine, of_interpreter) = (next.state, expected.state);
                    break;
                }
                (Answer::Needs(_), _) | (_, Answer::Needs(_)) => {
                    tally.needs += 1;
                    call.facts = fetched(&call.facts);
                }
            }
        }
        if let (true, Some(awaited)) = (dice.chance(40), awaited.pop()) {
            let outcomes = [
                Some(Outcome::Success),
                Some(Outcome::Error),
                Some(Outcome::Failure),
                None,
            ];
            let outcome = *dice.pick(&outcomes);
            of_machine.outcome(bundle, &awaited, outcome, now);
            of_interpreter.outcome(bundle, &awaited, outcome, now);
        }
    }
    Ok(())
}

/// The same facts, with the rest asked for in vain.
fn fetched(facts: &Facts) -> Facts {
    let mut complete = Facts::complete();
    for (resource, fact) in facts.iter() {
        complete.insert(resource, fact.clone());
    }
    complete
}

/// That a trace of the call is the machine's own run and says of each clause what the clause means.
pub(crate) fn check_trace(bundle: &Bundle, programs: &Programs, nodes: &NodeMap, call: &Call, scope: Scope) {
    let Some(tool) = bundle.find_tool(&call.connector, &call.tool) else {
        return;
    };
    let (request, state) = (call.request(), State::default());
    let env = Environment {
        bundle,
        tool,
        request: &request,
        state: &state,
        scope,
    };
    let (findings, clauses) = vm::trace(programs, nodes, &env);
    assert_eq!(findings, interpret::findings(&env));
    assert_eq!(findings, vm::findings(programs, &env));
    for clause in &clauses {
        if let Some(truth) = clause.truth {
            assert_eq!(truth, interpret::condition(&env, clause.node), "{}", clause.text);
        } else {
            assert!(
                !clause.is_whole,
                "a whole condition is always evaluated: {}",
                clause.text
            );
        }
    }
    let whole = clauses.iter().filter(|clause| clause.is_whole).count();
    assert_eq!(whole, findings.rules.len());
    let mut steps = Steps(0);
    vm::watched(programs, &env, &mut steps);
    assert!(steps.0 <= programs.cost(tool));
}

/// Counts steps.
pub(crate) struct Steps(pub(crate) usize);

impl vm::Trace for Steps {
    fn truth(&mut self, _: usize, _: Truth) {}

    fn value(&mut self, _: usize, _: &wicket_lang::value::Value<'_>) {}

    fn step(&mut self) {
        self.0 += 1;
    }
}

//! Programs that could go wrong, each refused for its reason; and what the compiler makes of a condition.

use wicket_lang::artifact::Compiled;
use wicket_lang::bytecode::{self, Programs, ReadError, VerifyError};
use wicket_lang::catalog::Tier;
use wicket_lang::decide::{self, Answer};
use wicket_lang::interpret;
use wicket_lang::ir::{
    Bundle, Connector, ConnectorId, Constant, ConstantId, Digest, Effect, Guard, Node, Path, PathId, Policy,
    PolicyId, Rule, RuleId, Tool, ToolId,
};
use wicket_lang::json::Object;
use wicket_lang::request::{Caller, Definition, Environment, Facts, Request, Scope, State, Switches};
use wicket_lang::source::{Sources, Span};
use wicket_lang::types::Schema;
use wicket_lang::value::CompareOp;
use wicket_lang::vm;

/// A bundle of one tool with so many rules.
pub(crate) fn bundle(rules: usize) -> Bundle {
    let mut bundle = Bundle {
        connectors: vec![Connector {
            name: "github".into(),
            declared: "github".into(),
            upstream: None,
        }],
        policies: vec![Policy {
            name: "reading".into(),
            annotations: Vec::new(),
            documentation: String::new(),
            digest: Digest::default(),
            span: Span::default(),
        }],
        paths: vec![Path::Argument(vec!["owner".into()]), Path::MemberEmail],
        constants: vec![Constant::Text("acme".into())],
        ..Bundle::default()
    };
    let always = bundle.arena.add(Node::Always(true));
    bundle.rules = vec![
        Rule {
            policy: PolicyId(0),
            effect: Effect::Permit,
            from_only: false,
            approval: None,
            account: None,
            message: None,
            span: Span::default(),
        };
        rules
    ];
    bundle.tools.push(Tool {
        connector: ConnectorId(0),
        name: "get_me".into(),
        tier: None,
        shape: Digest::default(),
        text: None,
        schema: Schema::default(),
        open: false,
        bindings: Vec::new(),
        without: Vec::new(),
        tallies: Vec::new(),
        stopped: Vec::new(),
        guards: (0..rules)
            .map(|rule| Guard {
                rule: RuleId::at(rule),
                condition: always,
                callers: always,
            })
            .collect(),
    });
    bundle
}

/// One program of these bytes of code, for one tool.
fn programs(instructions: u8, code: &[u8]) -> Result<Programs, ReadError> {
    bytecode::decode(&[&[1, instructions], code, &[1, 0]].concat())
}

pub(crate) const TRUE: u8 = 0x10;
pub(crate) const AND: u8 = 0x31;
const NOT: u8 = 0x30;
pub(crate) const SKIP: u8 = 0x38;
pub(crate) const KEEP: u8 = 0x40;
const RECALL: u8 = 0x41;
pub(crate) const REPORT: u8 = 0x42;
pub(crate) const LOAD: u8 = 0x02;
const CONSTANT: u8 = 0x01;
const LOWER: u8 = 0x03;

pub(crate) fn verified(rules: usize, instructions: u8, code: &[u8]) -> Result<(), VerifyError> {
    bytecode::verify(&programs(instructions, code).unwrap(), &bundle(rules))
}

#[test]
fn sound_programs_pass() {
    assert_eq!(verified(1, 2, &[TRUE, REPORT]), Ok(()));
    assert_eq!(verified(1, 5, &[TRUE, SKIP, 2, TRUE, AND, REPORT]), Ok(()));
    assert_eq!(
        verified(2, 6, &[TRUE, KEEP, RECALL, 0, REPORT, RECALL, 0, REPORT]),
        Ok(())
    );
}

#[test]
fn unsound_programs_are_refused() {
    let program = 0;
    let cases: &[(usize, u8, &[u8], VerifyError)] = &[
        // A truth where there is none, a value where a truth is wanted, a truth where a value is wanted.
        (1, 1, &[REPORT], VerifyError::Stack { program, at: 0 }),
        (1, 2, &[LOAD, 0, REPORT], VerifyError::Stack { program, at: 1 }),
        (1, 2, &[TRUE, LOWER], VerifyError::Stack { program, at: 1 }),
        (1, 3, &[TRUE, TRUE, REPORT], VerifyError::Left { program }),
        (1, 3, &[LOAD, 0, TRUE, REPORT], VerifyError::Left { program }),
        // Ids that lead nowhere.
        (1, 2, &[LOAD, 2, REPORT], VerifyError::Operand { program, at: 0 }),
        (
            1,
            2,
            &[CONSTANT, 1, REPORT],
            VerifyError::Operand { program, at: 0 },
        ),
        // A jump out of the program, over a report, over what is kept, and to where the stack is another.
        (
            1,
            3,
            &[TRUE, SKIP, 9, REPORT],
            VerifyError::Jump { program, at: 1 },
        ),
        (
            1,
            4,
            &[TRUE, SKIP, 2, NOT, REPORT],
            VerifyError::Skipped { program, at: 3 },
        ),
        (
            2,
            6,
            &[TRUE, SKIP, 3, REPORT, TRUE, NOT, REPORT],
            VerifyError::Skipped { program, at: 2 },
        ),
        (
            1,
            6,
            &[TRUE, SKIP, 3, TRUE, KEEP, NOT, REPORT],
            VerifyError::Skipped { program, at: 3 },
        ),
        (
            1,
            4,
            &[TRUE, SKIP, 1, TRUE, REPORT],
            VerifyError::Join { program, at: 3 },
        ),
        // A slot that is not kept yet.
        (1, 2, &[RECALL, 0, REPORT], VerifyError::Slot { program, at: 0 }),
        // A rule too few and one too many.
        (
            2,
            2,
            &[TRUE, REPORT],
            VerifyError::Reports {
                program,
                reports: 1,
                guards: 2,
            },
        ),
        (
            1,
            4,
            &[TRUE, REPORT, TRUE, REPORT],
            VerifyError::Reports {
                program,
                reports: 2,
                guards: 1,
            },
        ),
    ];
    for (rules, instructions, code, error) in cases {
        assert_eq!(
            verified(*rules, *instructions, code),
            Err(error.clone()),
            "{code:02x?}"
        );
    }
}

#[test]
fn programs_and_tools_belong_together() {
    let no_tool = bytecode::decode(&[0, 0]).unwrap();
    let error = VerifyError::Tools {
        programs: 0,
        tools: 1,
    };
    assert_eq!(bytecode::verify(&no_tool, &bundle(1)), Err(error));
    let unused = bytecode::decode(&[2, 2, TRUE, REPORT, 2, TRUE, REPORT, 1, 0]).unwrap();
    assert_eq!(
        bytecode::verify(&unused, &bundle(1)),
        Err(VerifyError::Unused { program: 1 })
    );
}

#[test]
fn a_stack_that_grows_too_high_is_refused() {
    let mut code = vec![1, 0x81, 0x10];
    code.extend([TRUE; 2049]);
    code.extend([1, 0]);
    let programs = bytecode::decode(&code).unwrap();
    assert_eq!(
        bytecode::verify(&programs, &bundle(1)),
        Err(VerifyError::Stack { program: 0, at: 1024 })
    );
}

#[test]
fn bytes_that_are_no_programs_are_refused() {
    assert_eq!(programs(1, &[0x7f]), Err(ReadError::Opcode(0x7f)));
    assert_eq!(programs(1, &[SKIP, 0]), Err(ReadError::Operand(0)));
    assert_eq!(programs(1, &[LOAD, 0x80, 0x00]), Err(ReadError::Number));
    assert_eq!(bytecode::decode(&[1, 1, TRUE, 1, 1]), Err(ReadError::Program));
    assert_eq!(bytecode::decode(&[1, 2, TRUE]), Err(ReadError::Short));
    assert_eq!(bytecode::decode(&[0, 0, 0]), Err(ReadError::Left(1)));
}

#[test]
fn what_two_rules_ask_is_evaluated_once() {
    let mut bundle = bundle(2);
    let owner = bundle.arena.add(Node::Load(PathId(0)));
    let acme = bundle.arena.add(Node::Constant(ConstantId(0)));
    let is_acme = bundle.arena.add(Node::Compare {
        op: CompareOp::Equal,
        left: owner,
        right: acme,
        fold: true,
    });
    let has_email = bundle.arena.add(Node::Has(PathId(1)));
    let both = bundle.arena.add(Node::And(is_acme, has_email));
    let tool = bundle.tools.first_mut().unwrap();
    tool.guards.first_mut().unwrap().condition = both;
    tool.guards.last_mut().unwrap().condition = is_acme;
    let (programs, _) = bytecode::emit(&bundle).unwrap();
    bytecode::verify(&programs, &bundle).unwrap();
    assert_eq!(
        bytecode::disassemble(&programs, &bundle),
        "\
tool github.get_me
  ; cost 11
     0  load           args.owner
     1  constant       \"acme\"
     2  equal          ignoring case
     3  keep
     4  recall         $0
     5  skip_if_false  +2
     6  has            member.email
     7  and
     8  report         ; permit by reading
     9  recall         $0
    10  report         ; permit by reading
"
    );
}

#[test]
fn a_condition_that_is_too_deep_has_no_program() {
    let mut bundle = bundle(1);
    let mut condition = bundle.arena.add(Node::Has(PathId(0)));
    for _ in 0..bytecode::MAX_DEPTH {
        condition = bundle.arena.add(Node::Not(condition));
    }
    bundle
        .tools
        .first_mut()
        .unwrap()
        .guards
        .first_mut()
        .unwrap()
        .condition = condition;
    let error = bytecode::emit(&bundle).unwrap_err();
    assert_eq!(error.code().name(), "E0606");
    assert!(error.to_string().contains("github.get_me"));
}

#[test]
fn a_condition_that_is_small_only_because_it_is_shared_has_no_program() {
    let mut bundle = bundle(1);
    let mut condition = bundle.arena.add(Node::Has(PathId(0)));
    for _ in 0..64 {
        let not = bundle.arena.add(Node::Not(condition));
        condition = bundle.arena.add(Node::And(condition, not));
    }
    bundle
        .tools
        .first_mut()
        .unwrap()
        .guards
        .first_mut()
        .unwrap()
        .condition = condition;
    assert!(bytecode::emit(&bundle).is_err());
}

#[test]
fn every_opcode_has_its_row() {
    let mut bytes: Vec<u8> = bytecode::TABLE.iter().map(|opcode| opcode.byte).collect();
    assert!(bytes.is_sorted());
    bytes.dedup();
    assert_eq!(bytes.len(), bytecode::TABLE.len());
    let reference = bytecode::reference();
    for opcode in bytecode::TABLE {
        assert!(reference.contains(&format!("| `{:02x}` | `{}` |", opcode.byte, opcode.mnemonic)));
    }
}

/// The deepest condition that is let in must not be too deep for any walk over it, on the stack of a thread of tests.
#[test]
fn the_deepest_condition_that_is_let_in_can_be_judged_and_explained() {
    let alternate = |bundle: &mut Bundle, condition, number: usize| match number % 3 {
        0 => bundle.arena.add(Node::Not(condition)),
        1 => {
            let other = bundle.arena.add(Node::Has(PathId(1)));
            bundle.arena.add(Node::And(condition, other))
        }
        _ => {
            let other = bundle.arena.add(Node::Has(PathId(1)));
            bundle.arena.add(Node::Or(other, condition))
        }
    };
    for effect in [Effect::Permit, Effect::Forbid] {
        let mut bundle = bundle(1);
        let mut condition = bundle.arena.add(Node::Has(PathId(0)));
        for number in 1..bytecode::MAX_DEPTH {
            condition = alternate(&mut bundle, condition, number);
        }
        bundle.tzdata = "2026f".into();
        bundle.rules.first_mut().unwrap().effect = effect;
        let tool = bundle.tools.first_mut().unwrap();
        tool.tier = Some(Tier::Read);
        tool.guards.first_mut().unwrap().condition = condition;
        let compiled = Compiled::new(bundle, &Sources::default(), []).unwrap();
        let artifact = compiled.into_artifact().unwrap();
        let (args, facts, caller, state) = (
            Object::default(),
            Facts::complete(),
            Caller::default(),
            State::default(),
        );
        let request = Request {
            connector: "github",
            tool: "get_me",
            args: &args,
            caller: &caller,
            facts: &facts,
            definition: Definition::Pinned,
            approvals: &[],
            now: None,
        };
        let switches = Switches::default();
        let Answer::Decided(decision) = artifact.decide(&switches, &request, &state) else {
            panic!("there are no facts to ask for");
        };
        assert!(!decision.is_permit());
        let told = decide::explain(&artifact.bundle, &switches, &request, &state, &decision);
        assert!(told.class.is_some());
        let env = Environment {
            bundle: &artifact.bundle,
            tool: ToolId(0),
            request: &request,
            state: &state,
            scope: Scope::Call,
        };
        let (findings, clauses) = vm::trace(&artifact.programs, &artifact.nodes, &env);
        assert_eq!(findings, interpret::findings(&env));
        assert!(
            clauses
                .first()
                .is_some_and(|clause| clause.text.len() > bytecode::MAX_DEPTH)
        );
    }
}

//! The machine and the reference interpreter agree on everything.

use wicket_lang::artifact::{Artifact, Compiled};
use wicket_lang::bytecode;
use wicket_lang::request::Scope;
use wicket_lang::source::Sources;

use crate::dice::Dice;
use crate::world::{Tally, check_trace, compare};
use crate::{bundles, requests};

const BUNDLES: u64 = 800;
const CALLS: usize = 25;

#[test]
fn both_decide_alike() {
    let zones = bundles::zones();
    let mut tally = Tally::default();
    for seed in 0..BUNDLES {
        let mut dice = Dice::new(seed);
        let bundle = bundles::bundle(&mut dice, &zones);
        let (programs, nodes) = bytecode::emit(&bundle).unwrap();
        bytecode::verify(&programs, &bundle).unwrap();
        compare(&mut dice, &bundle, &programs, CALLS, &mut tally)
            .unwrap_or_else(|difference| panic!("seed {seed}: {difference}"));
        for scope in [Scope::Call, Scope::Caller] {
            let now = requests::instant(&mut dice);
            check_trace(
                &bundle,
                &programs,
                &nodes,
                &requests::call(&mut dice, &bundle, now),
                scope,
            );
        }
    }
    println!("{tally:?}");
    assert!(tally.pairs >= 20_000, "{tally:?}");
    for (what, count) in [
        ("permits", tally.permits),
        ("denials", tally.denials),
        ("unknowns", tally.unknowns),
    ] {
        assert!(count * 100 >= tally.pairs * 15, "too few {what}: {tally:?}");
    }
    assert!(tally.needs * 100 >= tally.pairs, "{tally:?}");
    assert!(tally.breakers * 100 >= tally.pairs, "{tally:?}");
}

#[test]
fn the_same_programs_come_back_from_an_artifact() {
    let zones = bundles::zones();
    for seed in 0..20 {
        let mut dice = Dice::new(seed);
        let bundle = bundles::bundle(&mut dice, &zones);
        let compiled = Compiled::new(bundle, &Sources::default(), []).unwrap();
        let bytes = compiled.encode();
        assert_eq!(bytes, compiled.encode());
        let artifact = Artifact::load(&bytes).unwrap();
        assert_eq!(artifact.programs, compiled.programs);
        assert_eq!(artifact.nodes, compiled.nodes);
        assert_eq!(artifact.bundle, compiled.bundle);
        let mut tally = Tally::default();
        compare(&mut dice, &artifact.bundle, &artifact.programs, 5, &mut tally).unwrap();
    }
}

/// Opcodes of the same shape, one of which stands for the other by mistake.
const MISTAKES: &[(&str, &str)] = &[
    ("and", "or"),
    ("or", "and"),
    ("equal", "not_equal"),
    ("less", "less_equal"),
    ("greater_equal", "less"),
    ("add", "subtract"),
    ("lower", "size"),
    ("starts_with", "ends_with"),
    ("like", "contains"),
    ("load", "constant"),
    ("true", "unknown"),
    ("unknown", "false"),
    ("skip_if_false", "skip_if_true"),
    ("skip_if_true", "skip_if_false"),
    ("any_element", "all_elements"),
    ("all_elements", "any_text"),
    ("all_members", "any_member"),
    ("any_text", "all_texts"),
    ("has_value", "is_true"),
    ("any_tracked", "all_tracked"),
    ("all_tracked_by", "any_tracked_by"),
];

#[test]
fn a_bug_in_one_opcode_is_found() {
    let zones = bundles::zones();
    for (right, wrong) in MISTAKES {
        let is_found = (0..BUNDLES).any(|seed| {
            let mut dice = Dice::new(seed);
            let bundle = bundles::bundle(&mut dice, &zones);
            let (programs, _) = bytecode::emit(&bundle).unwrap();
            let patched = patched(&programs, right, wrong);
            compare(&mut dice, &bundle, &patched, CALLS, &mut Tally::default()).is_err()
        });
        assert!(is_found, "`{wrong}` for `{right}` is not noticed");
    }
}

/// The programs with one opcode in the place of another, everywhere.
fn patched(programs: &bytecode::Programs, right: &str, wrong: &str) -> bytecode::Programs {
    let byte = |mnemonic| {
        let opcode = bytecode::TABLE.iter().find(|opcode| opcode.mnemonic == mnemonic);
        opcode.unwrap().byte
    };
    let shown = |programs: &bytecode::Programs| {
        let code = programs.programs().iter().flat_map(bytecode::Program::code);
        code.map(|instruction| instruction.mnemonic()).collect::<Vec<_>>()
    };
    let mut bytes = bytecode::encode(programs);
    let mut before = shown(programs);
    for at in 0..bytes.len() {
        let place = bytes.get_mut(at).unwrap();
        if *place != byte(right) {
            continue;
        }
        *place = byte(wrong);
        // The byte may be one of an operand: then nothing but the operand has changed, and it is put back.
        match bytecode::decode(&bytes).map(|programs| shown(&programs)) {
            Ok(after) if after != before && after.len() == before.len() => before = after,
            Ok(_) | Err(_) => *bytes.get_mut(at).unwrap() = byte(right),
        }
    }
    bytecode::decode(&bytes).unwrap()
}

//! The bodies of quantifiers: what a program from outside may do in them, and what they cost.

use wicket_lang::bytecode::{self, MAX_COST, VerifyError};
use wicket_lang::ir::{Node, NodeId, Over, PathId};
use wicket_lang::request::MAX_ELEMENTS;

use crate::programs::{AND, KEEP, LOAD, REPORT, SKIP, TRUE, bundle, verified};

const ANY: u8 = 0x50;
const ALL: u8 = 0x51;
const ELEMENT: u8 = 0x56;
const IS_TRUE: u8 = 0x13;

#[test]
fn a_body_leaves_one_truth_for_each_element() {
    assert_eq!(
        verified(1, 5, &[LOAD, 0, ANY, 2, ELEMENT, 0, IS_TRUE, REPORT]),
        Ok(())
    );
    // A jump within it, to its end, and one within another that ends at the same place.
    assert_eq!(
        verified(1, 7, &[LOAD, 0, ALL, 4, TRUE, SKIP, 2, TRUE, AND, REPORT]),
        Ok(())
    );
    let nested = [LOAD, 0, ANY, 4, LOAD, 0, ALL, 2, ELEMENT, 1, IS_TRUE, REPORT];
    assert_eq!(verified(1, 7, &nested), Ok(()));
}

#[test]
fn what_a_body_may_not_do_is_refused() {
    let program = 0;
    let cases: &[(u8, &[u8], VerifyError)] = &[
        // It leaves nothing, or a value, or two truths, or takes what was there before.
        (
            4,
            &[LOAD, 0, ANY, 1, LOAD, 0, REPORT],
            VerifyError::Stack { program, at: 3 },
        ),
        (
            5,
            &[LOAD, 0, ANY, 2, TRUE, TRUE, REPORT],
            VerifyError::Stack { program, at: 4 },
        ),
        (
            5,
            &[TRUE, LOAD, 0, ANY, 1, AND, REPORT],
            VerifyError::Stack { program, at: 3 },
        ),
        // It ends behind the program, or behind the body around it.
        (
            4,
            &[LOAD, 0, ANY, 3, TRUE, REPORT],
            VerifyError::Body { program, at: 1 },
        ),
        (
            6,
            &[LOAD, 0, ANY, 2, LOAD, 0, ANY, 1, TRUE, REPORT],
            VerifyError::Body { program, at: 3 },
        ),
        // A jump leads into it, or out of it.
        (
            7,
            &[TRUE, SKIP, 2, LOAD, 0, ANY, 1, TRUE, AND, REPORT],
            VerifyError::Body { program, at: 3 },
        ),
        (
            6,
            &[LOAD, 0, ANY, 2, TRUE, SKIP, 1, TRUE, REPORT],
            VerifyError::Jump { program, at: 3 },
        ),
        // It keeps or reports something, and speaks of an element of nothing.
        (
            5,
            &[LOAD, 0, ANY, 2, TRUE, KEEP, REPORT],
            VerifyError::Skipped { program, at: 3 },
        ),
        (
            5,
            &[LOAD, 0, ANY, 2, TRUE, REPORT, REPORT],
            VerifyError::Skipped { program, at: 3 },
        ),
        (
            5,
            &[LOAD, 0, ANY, 2, ELEMENT, 1, IS_TRUE, REPORT],
            VerifyError::Element { program, at: 2 },
        ),
        (
            3,
            &[ELEMENT, 0, IS_TRUE, REPORT],
            VerifyError::Element { program, at: 0 },
        ),
    ];
    for (instructions, code, error) in cases {
        assert_eq!(
            verified(1, *instructions, code),
            Err(error.clone()),
            "{code:02x?}"
        );
    }
}

#[test]
fn the_cost_counts_a_body_for_each_element() {
    let mut bundle = bundle(1);
    let list = bundle.arena.add(Node::Load(PathId(0)));
    let mut body = bundle.arena.add(Node::Element(0));
    body = bundle.arena.add(Node::IsTrue(body));
    let one = bundle.arena.add(Node::Any {
        over: Over::List(list),
        body,
    });
    let set = |bundle: &mut wicket_lang::ir::Bundle, condition: NodeId| {
        bundle.tools.iter_mut().for_each(|tool| {
            tool.guards
                .iter_mut()
                .for_each(|guard| guard.condition = condition);
        });
    };
    set(&mut bundle, one);
    let (programs, _) = bytecode::emit(&bundle).unwrap();
    // The list, the quantifier and the report, and the two instructions of the body so often.
    assert_eq!(programs.cost(wicket_lang::ir::ToolId(0)), 3 + 2 * MAX_ELEMENTS);
    // Three within each other are more than a machine may do.
    let two = bundle.arena.add(Node::All {
        over: Over::List(list),
        body: one,
    });
    let three = bundle.arena.add(Node::All {
        over: Over::List(list),
        body: two,
    });
    set(&mut bundle, two);
    assert!(bytecode::emit(&bundle).is_ok());
    set(&mut bundle, three);
    assert!(MAX_ELEMENTS.pow(3) > MAX_COST && bytecode::emit(&bundle).is_err());
}

//! A program that passes the checker meets no type error when it runs: schemas made at random, arguments that fit them,
//! and conditions that an author could write about them.
//!
//! A test meets a type error where it is unknown although everything that it reads is there. So each condition is made
//! together with what is known of it: that it is right, and, for the arguments at hand, whether anything may be missing.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where it is wrong")]

mod conditions;
mod dice;
mod shapes;
mod wrong;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use wicket_lang::api::{self, Analysis, BundleFiles};
use wicket_lang::bytecode::{self, Programs};
use wicket_lang::catalog::pin;
use wicket_lang::interpret;
use wicket_lang::ir::{Bundle, ToolId};
use wicket_lang::json::{Json, Limits, Object, read};
use wicket_lang::request::{Caller, Definition, Environment, Facts, Request, Scope, State};
use wicket_lang::source::{SourceFile, Sources};
use wicket_lang::types::fit;
use wicket_lang::value::{Instant, Truth};
use wicket_lang::vm;

use conditions::Condition;
use dice::Dice;
use shapes::Shape;

const SCHEMAS: u64 = 200;

/// A tool of this schema, and policies with one condition each.
pub(crate) fn analyzed(schema: &Json, conditions: &[String]) -> (BundleFiles, Analysis) {
    let tool: Object = [
        ("name".to_owned(), Json::String("run".to_owned())),
        ("inputSchema".to_owned(), schema.clone()),
    ]
    .into_iter()
    .collect();
    let list: Object = [("tools".to_owned(), Json::Array(vec![Json::Object(tool)]))]
        .into_iter()
        .collect();
    let catalog = pin(&Json::Object(list)).unwrap().catalog.write();
    let mut text = String::from(
        "zone \"Europe/Berlin\"\nset few = [\"a\", \"ab\", \"b\"]\nconnector srv { tools \"srv.tools.json\" read run }\n",
    );
    for (place, condition) in conditions.iter().enumerate() {
        writeln!(text, "policy p{place:03} {{ permit srv.run when {condition} }}").unwrap();
    }
    let files = BundleFiles {
        sources: Sources::new(vec![SourceFile {
            name: "p.wkt".to_owned(),
            text,
        }]),
        catalogs: BTreeMap::from([("srv.tools.json".to_owned(), catalog)]),
        lock: None,
    };
    let analysis = api::analyze(&files);
    (files, analysis)
}

/// What each condition comes to, by the interpreter and by the machine.
fn truths(bundle: &Bundle, programs: &Programs, args: &Object) -> Vec<(Truth, Truth)> {
    let (caller, facts, state) = (Caller::default(), Facts::complete(), State::default());
    let request = Request {
        connector: "srv",
        tool: "run",
        args,
        caller: &caller,
        facts: &facts,
        definition: Definition::Pinned,
        approvals: &[],
        now: Some(Instant(1_772_452_800_000)),
    };
    let env = Environment {
        bundle,
        tool: ToolId(0),
        request: &request,
        state: &state,
        scope: Scope::Call,
    };
    let machine = vm::findings(programs, &env).rules;
    interpret::findings(&env)
        .rules
        .iter()
        .zip(machine)
        .map(|(one, other)| (one.matches, other.matches))
        .collect()
}

fn with_defs(schema: Json, defs: Object) -> Json {
    let Json::Object(mut object) = schema else {
        panic!("a record is an object");
    };
    if !defs.is_empty() {
        object.insert("$defs", Json::Object(defs));
    }
    Json::Object(object)
}

#[test]
fn what_passes_the_checker_meets_no_type_error() {
    let (mut asked, mut sure, mut held) = (0, 0, 0);
    for seed in 0..SCHEMAS {
        let mut dice = Dice::new(seed);
        let shape = Shape::record(&mut dice, 3);
        let mut defs = Object::new();
        let schema = with_defs(shape.schema(&mut dice, &mut defs), defs);
        let calls: Vec<Json> = (0..6).map(|_| shape.value(&mut dice)).collect();
        let conditions: Vec<Condition> = (0..8).map(|_| conditions::condition(&mut dice, &shape)).collect();
        let texts: Vec<String> = conditions
            .iter()
            .map(|condition| condition.text.clone())
            .collect();
        let (files, analysis) = analyzed(&schema, &texts);
        let said = wicket_lang::diagnostic::render::render(
            &analysis.diagnostics,
            &files.sources,
            wicket_lang::diagnostic::render::Style::Plain,
        );
        assert!(!analysis.has_errors(), "seed {seed}, {schema:?}\n{said}");
        let bundle = &analysis.checked.bundle;
        // Quantifiers within each other are soon too many.
        let Ok((programs, _)) = bytecode::emit(bundle) else {
            continue;
        };
        for args in &calls {
            let Json::Object(args) = args else {
                panic!("arguments are an object");
            };
            let tool = bundle.tool(ToolId(0)).unwrap();
            fit(args, &tool.schema, false)
                .unwrap_or_else(|misfit| panic!("seed {seed}: {misfit} in {args:?} of {schema:?}"));
            for (condition, (truth, by_machine)) in conditions.iter().zip(truths(bundle, &programs, args)) {
                assert_eq!(truth, by_machine, "seed {seed}: {} of {args:?}", condition.text);
                asked += 1;
                if (condition.is_known)(args) {
                    sure += 1;
                    held += usize::from(truth == Truth::True);
                    assert!(
                        matches!(truth, Truth::True | Truth::False),
                        "seed {seed}: `{}` is {truth:?} of {args:?}, schema {schema:?}",
                        condition.text
                    );
                }
            }
        }
    }
    assert!(asked > 8_000 && sure * 3 > asked, "{sure} of {asked}");
    assert!(held * 4 > sure && held * 4 < sure * 3, "{held} of {sure} hold");
}

fn json(text: &str) -> Json {
    read(text.as_bytes(), &Limits::default()).unwrap()
}

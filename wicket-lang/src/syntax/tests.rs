//! What the parser as a whole promises.

#![expect(clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use super::ast::{Days, Entry, ExprKind, ItemKind, Rule, ScheduleBody, Selector};
use super::samples::{Dice, noise, soup, tampered};
use super::{Parsed, parse, print_ast};
use crate::diagnostic::Code;
use crate::source::FileId;

const ACME: &str = include_str!("tests/acme.wkt");
const GITHUB: &str = include_str!("tests/github.wkt");

fn read(text: &str) -> Parsed {
    parse(FileId(0), text)
}

/// Reads a text that must be right.
fn right(text: &str) -> Parsed {
    let parsed = read(text);
    assert_eq!(parsed.diagnostics, [], "in {text}");
    parsed
}

fn codes(text: &str) -> Vec<Code> {
    read(text)
        .diagnostics
        .iter()
        .map(|diagnostic| diagnostic.code)
        .collect()
}

fn rules(parsed: &Parsed) -> &[Rule] {
    let rules = parsed.file.items.iter().find_map(|item| match &item.kind {
        ItemKind::Policy(policy) => Some(policy.rules.as_slice()),
        _ => None,
    });
    rules.unwrap_or_else(|| panic!("no policy in {parsed:?}"))
}

fn condition(text: &str) -> ExprKind {
    let parsed = right(&format!("policy p {{ permit * when {text} }}"));
    match &rules(&parsed)[0].when {
        Some(when) => when.condition.kind.clone(),
        None => panic!("no condition in {text}"),
    }
}

fn schedule(text: &str) -> ScheduleBody {
    let parsed = right(&format!("schedule s {{ {text} }}"));
    match &parsed.file.items[0].kind {
        ItemKind::Schedule(schedule) => schedule.body.clone(),
        other => panic!("no schedule: {other:?}"),
    }
}

#[test]
fn the_examples_are_right() {
    let parsed = right(ACME);
    assert_eq!(parsed.file.items.len(), 16);
    assert_eq!(parsed.comments.list.len(), 10);
    assert_eq!(parsed.file.items[5].docs[0].value, "Reading is always fine.");
    right(GITHUB);
    right(include_str!("tests/odds.wkt"));
}

#[test]
fn items_may_share_a_line() {
    let parsed = right("@owner \"a\"\nset a = [1] set b: t = [\"x\",] policy p {} policy q {}\nuse c");
    assert_eq!(parsed.file.items.len(), 5);
    assert_eq!(parsed.file.items[0].annotations.len(), 1);
}

#[test]
fn one_bad_rule_hides_no_other() {
    let text = "policy p {\n  permit github.a when when x\n  permit github.b\n  forbid github.c when (x is\n  \
                permit slack.d if y\n}\npolciy q { permit a.b }\nset s = [1,, 2]\npolicy r { permit a.b }";
    let parsed = read(text);
    let found: Vec<(Code, u32)> = parsed
        .diagnostics
        .iter()
        .map(|diagnostic| (diagnostic.code, diagnostic.primary.span.start))
        .collect();
    let at = |needle: &str| u32::try_from(text.find(needle).unwrap_or(0)).unwrap_or(0);
    assert_eq!(
        found,
        [
            (Code::E0101, at("when x")),
            (Code::E0104, at("(x is")),
            (Code::E0101, at("if y")),
            (Code::E0109, at("polciy")),
            (Code::E0101, at(", 2]")),
        ]
    );
    assert_eq!(rules(&parsed).len(), 1);
    assert_eq!(parsed.file.items.len(), 4);
}

#[test]
fn an_open_bracket_ends_at_the_next_item() {
    let parsed = read("policy p {\n  permit a.b\n\npolicy q {\n  permit a.c\n}\n");
    assert_eq!(parsed.diagnostics.len(), 1);
    assert_eq!(parsed.diagnostics[0].code, Code::E0104);
    assert!(
        parsed
            .file
            .items
            .iter()
            .all(|item| matches!(item.kind, ItemKind::Policy(_)))
    );
}

#[test]
fn point_47_no_word_is_reserved_after_a_dot_or_before_a_colon() {
    right("policy p { permit linear.limit when args.limit < 3 and args.message is not closed }");
    right("test \"t\" { call a.test { message: \"x\", policy: open, when: private } expect deny }");
    right("policy p { permit a.\"get env\", a.get-env when x.\"a b\" is open }");
    assert_eq!(codes("policy when { }"), [Code::E0101]);
}

#[test]
fn point_57_not_binds_less_than_a_comparison_and_words_do_not_mix() {
    assert!(matches!(condition("not a is b"), ExprKind::Not(inner)
        if matches!(inner.kind, ExprKind::Compare { .. })));
    assert!(matches!(
        condition("a not in b"),
        ExprKind::In { negated: true, .. }
    ));
    assert!(matches!(condition("a and b and c"), ExprKind::And(all) if all.len() == 3));
    assert!(matches!(condition("(a and b) or c"), ExprKind::Or(any) if any.len() == 2));
    assert_eq!(codes("policy p { permit * when a and b or c }"), [Code::E0107]);
    assert_eq!(codes("policy p { forbid * unless a and b }"), [Code::E0108]);
    right("policy p { forbid * unless not a forbid * unless (a and b) }");
    assert!(matches!(
        condition("a is not string"),
        ExprKind::IsType { negated: true, .. }
    ));
    assert!(matches!(
        condition("a is null"),
        ExprKind::IsType { negated: false, .. }
    ));
}

#[test]
fn point_58_days_join_up_to_the_next_time() {
    let body = schedule("mon, wed, fri 09:00-12:00, 13:00-17:00, sat 10:00-12:00, sun");
    let shape: Vec<(usize, usize)> = body
        .include
        .iter()
        .map(|entry| match entry {
            Entry::Windows { days, times, .. } => (days.len(), times.len()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(shape, [(3, 2), (1, 1), (1, 0)]);
    assert_eq!(codes("schedule s { sat, other, mon 09:00-17:00 }"), [Code::E0115]);
    assert_eq!(codes("schedule s { mon tue }"), [Code::E0101]);
    assert_eq!(codes("schedule s { mon-fri 09:00-17:00 }"), [Code::E0110]);
    assert_eq!(codes("schedule s { mon..friday }"), [Code::E0110]);
    let body = schedule("sat..mon 22:00 - 06:00");
    assert!(matches!(&body.include[0], Entry::Windows { days, .. }
        if matches!(days[0], Days::Weekdays { first: 5, last: 0, .. })));
}

#[test]
fn point_59_except_takes_away_from_all_before_it() {
    let body = schedule("mon, tue 09:00-17:00 except holidays, 12-24");
    assert_eq!((body.include.len(), body.except.len()), (1, 2));
    assert_eq!(codes("schedule s { a except b except c }"), [Code::E0101]);
    let body = schedule("a except (b except c)");
    assert!(matches!(&body.except[0], Entry::Group(_)));
    let body = schedule("a and (b, c) and mon 09:00-10:00");
    assert!(matches!(&body.include[0], Entry::All(all, _) if all.len() == 3));
}

#[test]
fn point_60_one_selector_stands_after_of_and_stop() {
    right("breaker b { trip after 5 failures of {a.b, c:write} per connector within 2m, stop a.* for 10m }");
    assert_eq!(
        codes("breaker b { trip after 5 failures of a.b, c.d per session }"),
        [Code::E0101]
    );
}

#[test]
fn point_61_methods_and_braces() {
    let parsed = right("policy p { permit github/resources, */prompts message \"\\{x\\} {args.y}\" }");
    assert!(matches!(&rules(&parsed)[0].selectors[1], Selector::Method(name) if name.text == "*/prompts"));
    right("policy p { permit * when a contains /x \\/y/ and b matches /[\\/]/ }");
    assert_eq!(
        codes("policy p { permit * when a matches /x\\/\n}"),
        [Code::E0240]
    );
    assert_eq!(codes("policy p { permit * when a matches \"x\" }"), [Code::E0101]);
    assert_eq!(codes("policy p { permit * when a*b > 3 }"), [Code::E0101]);
    let parsed = right("/// no item follows\n");
    assert_eq!(parsed.comments.list.len(), 1);
}

#[test]
fn what_is_not_in_this_version_is_said() {
    assert_eq!(codes("prove \"x\" { never permit a.b }"), [Code::E0111]);
}

#[test]
fn deep_texts_are_refused_without_a_deep_stack() {
    for text in [
        format!("policy p {{ permit * when {} }}", "(".repeat(100_000)),
        format!("policy p {{ permit * when {} a }}", "not ".repeat(100_000)),
        format!("policy p {{ permit * when a{} }}", " + a".repeat(100_000)),
        format!("set s = {}", "[".repeat(100_000)),
    ] {
        assert!(codes(&text).contains(&Code::E0105));
    }
    assert_eq!(codes(&" ".repeat(5 * 1024 * 1024)), [Code::E0106]);
}

#[test]
fn the_pages_of_the_codes_show_what_they_say() {
    for code in Code::ALL {
        if !code.name().starts_with("E01") {
            continue;
        }
        let page = code.page();
        assert!(
            page.starts_with(&format!("# {}: {}\n", code.name(), code.title())),
            "{}",
            code.name()
        );
        let fences: Vec<&str> = page
            .split("```wkt\n")
            .skip(1)
            .filter_map(|rest| rest.split("```").next())
            .collect();
        assert_eq!(fences.len(), 2, "{}", code.name());
        assert!(
            codes(fences[0]).contains(code),
            "{}: {:?}",
            code.name(),
            codes(fences[0])
        );
        right(fences[1]);
    }
}

#[test]
fn whatever_the_text_is_it_is_read_without_a_panic() {
    let mut dice = Dice::new(1);
    for round in 0..100_000 {
        let text = match round % 10 {
            0..4 => noise(&mut dice),
            4..8 => soup(&mut dice),
            _ => tampered(&mut dice),
        };
        let parsed = read(&text);
        for diagnostic in &parsed.diagnostics {
            let span = diagnostic.primary.span;
            assert!(
                span.start <= span.end && span.end as usize <= text.len(),
                "{text:?}"
            );
        }
        // What is not right has a finding; what has none has no holes.
        if parsed.diagnostics.is_empty() {
            assert!(!print_ast(&parsed.file).contains("(error)"), "{text:?}");
        }
    }
}

#[test]
fn large_texts_take_time_in_proportion() {
    let size = 1 << 18;
    for piece in [
        "@a \"x\" ",
        "x\n",
        "\"\\\\",
        "/*",
        "\0é ",
        "use a\n",
        "policy p { permit a.b }\n",
        "}",
        "{",
        "mon ",
        "schedule s { monday, ",
        "permit a.b when (",
        "call a.b { x: [",
        "use a,\n",
        "private set ",
        "zone \"x\" {",
    ] {
        let parsed = read(&piece.repeat(size / piece.len()));
        let found = !parsed.diagnostics.is_empty() || !parsed.comments.list.is_empty();
        assert!(
            found || !parsed.file.items.is_empty(),
            "{piece:?} is read as something"
        );
    }
}

/// The words between quotes in a grammar.
fn words(grammar: &str) -> std::collections::BTreeSet<&str> {
    grammar
        .lines()
        .flat_map(|line| line.split('"').skip(1).step_by(2))
        .filter(|word| word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') && word.len() > 1)
        .filter(|word| !["mon", "tue", "wed", "thu", "fri", "sat", "sun"].contains(word))
        .collect()
}

#[test]
fn the_grammars_have_the_same_words() {
    let keywords = super::token::Keyword::ALL
        .iter()
        .map(|keyword| keyword.text())
        .collect();
    let [decides, reads] = [
        include_str!("../../grammar/wicket.lalrpop"),
        include_str!("../../grammar/wicket.ebnf"),
    ]
    .map(words);
    assert_eq!(decides, keywords);
    assert_eq!(reads, keywords);
}

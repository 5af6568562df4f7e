//! Truth, and each primitive test on values that are there, missing, or of another kind.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::borrow::Cow;

use proptest::prelude::*;

use super::{
    ArithmeticOp, CompareOp, Decimal, Instant, InstantError, Kind, Missing, TextOp, Truth, Value, arithmetic,
    as_condition, compare, has, is_in_list, is_type, lower, size, text_test,
};
use crate::json::{Json, Limits, Object, read};

const ABSENT: Value<'_> = Value::Missing(Missing::Absent);
const UNKNOWN: Value<'_> = Value::Missing(Missing::Unknown);
const PENDING: Value<'_> = Value::Missing(Missing::Pending);
const TRUTHS: [Truth; 4] = [Truth::False, Truth::True, Truth::Unknown, Truth::Pending];

fn json(text: &str) -> Json {
    read(text.as_bytes(), &Limits::default()).unwrap()
}

fn number(value: i64) -> Value<'static> {
    Value::Number(Decimal::from_i64(value))
}

/// Whether asking could turn `truth` into `settled`.
fn may_become(truth: Truth, settled: Truth) -> bool {
    truth == settled || truth == Truth::Pending
}

#[test]
fn truth_is_kleenes() {
    use Truth::{False, Pending, True, Unknown};
    assert_eq!(False.and(Pending), False);
    assert_eq!(True.or(Pending), True);
    assert_eq!(True.and(Unknown), Unknown);
    assert_eq!(False.or(Unknown), Unknown);
    assert_eq!(Unknown.and(Pending), Pending);
    assert_eq!(Unknown.or(Pending), Pending);
    assert_eq!(Unknown.not(), Unknown);
    for left in TRUTHS {
        assert_eq!(left.not().not(), left);
        for right in TRUTHS {
            assert_eq!(left.and(right), right.and(left));
            assert_eq!(left.or(right), right.or(left));
            assert_eq!(left.and(right).not(), left.not().or(right.not()));
        }
    }
}

#[test]
fn what_is_not_pending_can_no_longer_change() {
    let settled = [Truth::False, Truth::True, Truth::Unknown];
    for left in TRUTHS {
        for right in TRUTHS {
            for (later_left, later_right) in
                settled.iter().flat_map(|a| settled.iter().map(move |b| (*a, *b)))
            {
                if may_become(left, later_left) && may_become(right, later_right) {
                    assert!(may_become(left.and(right), later_left.and(later_right)));
                    assert!(may_become(left.or(right), later_left.or(later_right)));
                }
            }
        }
    }
}

#[test]
fn comparison_is_by_value_and_never_across_kinds() {
    let equal = |left: &Value<'_>, right: &Value<'_>| compare(CompareOp::Equal, left, right, false);
    assert_eq!(equal(&Value::of(&json("1.0")), &number(1)), Truth::True);
    assert_eq!(equal(&Value::text("a"), &Value::text("A")), Truth::False);
    assert_eq!(equal(&Value::text("5"), &number(5)), Truth::Unknown);
    assert_eq!(
        compare(CompareOp::NotEqual, &Value::text("5"), &number(5), false),
        Truth::Unknown
    );
    assert_eq!(
        compare(CompareOp::Less, &number(2), &number(10), false),
        Truth::True
    );
    assert_eq!(
        compare(CompareOp::GreaterEqual, &number(2), &number(2), false),
        Truth::True
    );
    assert_eq!(
        compare(CompareOp::Less, &Value::text("a"), &Value::text("b"), false),
        Truth::Unknown
    );
    let record = Object::new();
    assert_eq!(
        equal(&Value::Record(&record), &Value::Record(&record)),
        Truth::Unknown
    );
    let (left, right) = (json(r#"[1,["a"]]"#), json(r#"[1.0,["a"]]"#));
    assert_eq!(equal(&Value::of(&left), &Value::of(&right)), Truth::True);
    assert_eq!(
        equal(&Value::of(&json("[1]")), &Value::of(&json("[1,2]"))),
        Truth::False
    );
    assert_eq!(
        equal(&Value::of(&json("[null]")), &Value::of(&json("[null]"))),
        Truth::Unknown
    );
}

#[test]
fn folded_texts_compare_as_unknown() {
    let fold = |op, left, right| compare(op, &Value::text(left), &Value::text(right), true);
    assert_eq!(fold(CompareOp::Equal, "acme", "acme"), Truth::True);
    assert_eq!(fold(CompareOp::Equal, "acme", "ACME"), Truth::Unknown);
    assert_eq!(fold(CompareOp::NotEqual, "acme", "ACME"), Truth::Unknown);
    assert_eq!(fold(CompareOp::Equal, "acme", "other"), Truth::False);
    assert_eq!(fold(CompareOp::Equal, "é", "É"), Truth::False);
    for (op, pattern) in [
        (TextOp::StartsWith, "AC"),
        (TextOp::EndsWith, "ME"),
        (TextOp::Contains, "CM"),
        (TextOp::Like, "A*e"),
    ] {
        assert_eq!(
            text_test(op, &Value::text("acme"), &Value::text(pattern), true),
            Truth::Unknown
        );
        assert_eq!(
            text_test(op, &Value::text("acme"), &Value::text(pattern), false),
            Truth::False
        );
    }
    let ours = json(r#"["Acme","beta"]"#);
    assert_eq!(
        is_in_list(&Value::text("acme"), &Value::of(&ours), true),
        Truth::Unknown
    );
    assert_eq!(
        is_in_list(&Value::text("beta"), &Value::of(&ours), true),
        Truth::True
    );
    assert_eq!(
        is_in_list(&Value::text("gamma"), &Value::of(&ours), true),
        Truth::False
    );
}

#[test]
fn missing_values_are_unknown_in_every_test() {
    let list = json("[1]");
    for (missing, truth) in [
        (ABSENT, Truth::Unknown),
        (UNKNOWN, Truth::Unknown),
        (PENDING, Truth::Pending),
    ] {
        assert_eq!(compare(CompareOp::Equal, &missing, &number(1), false), truth);
        assert_eq!(compare(CompareOp::Less, &number(1), &missing, false), truth);
        assert_eq!(text_test(TextOp::Like, &missing, &Value::text("*"), false), truth);
        assert_eq!(is_in_list(&missing, &Value::of(&list), false), truth);
        assert_eq!(
            is_in_list(&missing, &Value::List(Cow::Borrowed(&[])), false),
            truth
        );
        assert_eq!(is_in_list(&number(1), &missing, false), truth);
        assert_eq!(is_type(&missing, Kind::Text), truth);
        assert_eq!(as_condition(&missing), truth);
        assert_eq!(size(&missing), missing);
        assert_eq!(lower(&missing), missing);
    }
    // Nothing is fetched for a comparison that cannot be made anyway.
    assert_eq!(
        compare(CompareOp::Equal, &ABSENT, &PENDING, false),
        Truth::Unknown
    );
    assert_eq!(compare(CompareOp::Equal, &ABSENT, &ABSENT, false), Truth::Unknown);
}

#[test]
fn has_is_false_only_where_absence_is_known() {
    assert_eq!(has(&ABSENT), Truth::False);
    assert_eq!(has(&UNKNOWN), Truth::Unknown);
    assert_eq!(has(&PENDING), Truth::Pending);
    assert_eq!(has(&number(0)), Truth::True);
    assert_eq!(has(&Value::of(&Json::Null)), Truth::False);
    let object = json(r#"{"a":"","b":null}"#);
    let object = object.as_object().unwrap();
    assert_eq!(has(&Value::field(object, "a")), Truth::True);
    assert_eq!(has(&Value::field(object, "b")), Truth::False);
    assert_eq!(has(&Value::field(object, "c")), Truth::False);
}

#[test]
fn a_path_through_something_else_than_a_record_is_unknown() {
    let arguments = json(r#"{"parent":{"id":"x"},"text":"{\"id\":\"x\"}","null":null}"#);
    let arguments = Value::of(&arguments);
    assert_eq!(arguments.get("parent").get("id"), Value::text("x"));
    assert_eq!(arguments.get("parent").get("other"), ABSENT);
    assert_eq!(arguments.get("null").get("id"), ABSENT);
    assert_eq!(arguments.get("text").get("id"), UNKNOWN);
    assert_eq!(has(&arguments.get("text").get("id")), Truth::Unknown);
    assert_eq!(PENDING.get("id"), PENDING);
}

#[test]
fn membership_needs_one_sure_equal() {
    let mixed = json(r#"["5",5,null]"#);
    assert_eq!(is_in_list(&number(5), &Value::of(&mixed), false), Truth::True);
    assert_eq!(is_in_list(&number(6), &Value::of(&mixed), false), Truth::Unknown);
    assert_eq!(
        is_in_list(&number(6), &Value::List(Cow::Borrowed(&[])), false),
        Truth::False
    );
    assert_eq!(is_in_list(&number(6), &Value::text("6"), false), Truth::Unknown);
}

#[test]
fn kinds_are_told_apart() {
    assert_eq!(is_type(&Value::of(&json("1.0")), Kind::Integer), Truth::True);
    assert_eq!(is_type(&Value::of(&json("1.0")), Kind::Decimal), Truth::True);
    assert_eq!(is_type(&Value::of(&json("1.5")), Kind::Integer), Truth::False);
    assert_eq!(
        is_type(&Value::of(&json("9223372036854775808")), Kind::Integer),
        Truth::False
    );
    assert_eq!(is_type(&Value::text("5"), Kind::Integer), Truth::False);
    assert_eq!(is_type(&Value::of(&json("[]")), Kind::List), Truth::True);
    assert_eq!(is_type(&Value::of(&json("{}")), Kind::Record), Truth::True);
    assert_eq!(as_condition(&Value::Bool(true)), Truth::True);
    assert_eq!(as_condition(&Value::text("true")), Truth::Unknown);
}

#[test]
fn globs_take_the_whole_text() {
    for (text, glob, matches) in [
        ("", "", true),
        ("", "*", true),
        ("", "?", false),
        ("release/1.2", "release/*", true),
        ("xrelease/1", "release/*", false),
        ("a/b\nc/d", "a*d", true),
        ("a\nb", "a?b", true),
        ("é", "?", true),
        ("ab", "?", false),
        ("abcabd", "*abd", true),
        ("abcabd", "*ab?", true),
        ("aXbXc", "a*b*c", true),
        ("aXbX", "a*b*c", false),
        ("a*b", r"a\*b", true),
        ("axb", r"a\*b", false),
        ("a?b", r"a\?b", true),
        (r"a\b", r"a\\b", true),
        (r"a\b", r"a\b", true),
        (r"a\", r"a\", true),
        ("anything", "**", true),
    ] {
        let truth = text_test(TextOp::Like, &Value::text(text), &Value::text(glob), false);
        assert_eq!(truth, matches.into(), "{text} like {glob}");
    }
    let (text, glob) = ("a".repeat(20_000), format!("{}b", "a*".repeat(50)));
    assert_eq!(
        text_test(TextOp::Like, &Value::text(&text), &Value::text(&glob), false),
        Truth::False
    );
}

#[test]
fn functions_on_texts_and_lists() {
    assert_eq!(lower(&Value::text("ÀBc")), Value::text("Àbc"));
    assert_eq!(lower(&number(1)), UNKNOWN);
    assert_eq!(size(&Value::text("é😀")), number(2));
    assert_eq!(size(&Value::of(&json("[1,2,3]"))), number(3));
    assert_eq!(size(&number(1)), UNKNOWN);
}

#[test]
fn arithmetic_is_exact_or_unknown() {
    assert_eq!(
        arithmetic(ArithmeticOp::Subtract, &number(2), &number(5)),
        number(-3)
    );
    assert_eq!(
        arithmetic(ArithmeticOp::Multiply, &Value::of(&json("0.1")), &number(10)),
        number(1)
    );
    assert_eq!(
        arithmetic(
            ArithmeticOp::Add,
            &Value::of(&json("1e30")),
            &Value::of(&json("1e-30"))
        ),
        UNKNOWN
    );
    assert_eq!(
        arithmetic(ArithmeticOp::Add, &Value::text("1"), &number(1)),
        UNKNOWN
    );
    assert_eq!(arithmetic(ArithmeticOp::Add, &ABSENT, &number(1)), UNKNOWN);
    assert_eq!(arithmetic(ArithmeticOp::Add, &PENDING, &number(1)), PENDING);
}

#[test]
fn instants_are_read_and_written() {
    assert_eq!(Instant::parse("1970-01-01T00:00:01Z"), Ok(Instant(1000)));
    assert_eq!(
        Instant::parse("2026-03-02T12:00:00+01:00").unwrap().to_string(),
        "2026-03-02T11:00:00Z"
    );
    assert_eq!(
        Instant::parse("2026-03-02T12:00:00.250Z").unwrap().to_string(),
        "2026-03-02T12:00:00.250Z"
    );
    for bad in ["", "2026-03-02", "2026-03-02T12:00:00", "2026-02-30T12:00:00Z"] {
        assert_eq!(Instant::parse(bad), Err(InstantError), "{bad}");
    }
    assert_eq!(Instant(i64::MAX).to_string(), "9223372036854775807 ms");
}

/// The specification of globs: try everything.
fn is_like_plainly(text: &[char], glob: &[char]) -> bool {
    match glob.split_first() {
        None => text.is_empty(),
        Some(('*', rest)) => (0..=text.len()).any(|taken| is_like_plainly(text.get(taken..).unwrap(), rest)),
        Some((part, rest)) => text
            .split_first()
            .is_some_and(|(first, after)| (*part == '?' || part == first) && is_like_plainly(after, rest)),
    }
}

proptest! {
    #[test]
    fn globs_agree_with_their_specification(text in "[ab/\n]{0,10}", glob in "[ab*?/]{0,7}") {
        let expected = is_like_plainly(&text.chars().collect::<Vec<_>>(), &glob.chars().collect::<Vec<_>>());
        prop_assert_eq!(text_test(TextOp::Like, &Value::text(&text), &Value::text(&glob), false), expected.into());
    }

    #[test]
    fn folding_only_ever_makes_a_false_unknown(text in "[aAbB]{0,4}", pattern in "[aAbB*]{0,3}") {
        let (text, pattern) = (Value::text(&text), Value::text(&pattern));
        for op in [TextOp::StartsWith, TextOp::EndsWith, TextOp::Contains, TextOp::Like] {
            let (exact, folded) = (text_test(op, &text, &pattern, false), text_test(op, &text, &pattern, true));
            prop_assert!(exact == folded || (exact == Truth::False && folded == Truth::Unknown));
        }
    }
}

//! Patterns against a plain specification, and what is refused.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;

use super::*;
use crate::value::Missing;

fn pattern(source: &str, whole: bool, fold: bool) -> Result<Pattern, PatternError> {
    Pattern::new(PatternText {
        source: source.to_owned(),
        whole,
        fold,
    })
}

fn matches(source: &str, text: &str) -> Truth {
    pattern(source, true, false).unwrap().test(&Value::text(text))
}

fn contains(source: &str, text: &str) -> Truth {
    pattern(source, false, false).unwrap().test(&Value::text(text))
}

#[test]
fn point_49_matches_takes_the_whole_text_and_contains_searches() {
    assert_eq!(matches("a+", "aaa"), Truth::True);
    assert_eq!(matches("a+", "baa"), Truth::False);
    assert_eq!(matches("a+", "aa\n"), Truth::False);
    assert_eq!(contains("a+", "baa"), Truth::True);
    // The shorter alternative must not hide the longer one.
    assert_eq!(matches("a|ab", "ab"), Truth::True);
    assert_eq!(matches("a*?", "aaa"), Truth::True);
    assert_eq!(matches("", ""), Truth::True);
    assert_eq!(contains("^a$", "ba"), Truth::False);
    assert_eq!(contains("^b$", "a\nb"), Truth::False);
}

#[test]
fn point_49_the_dot_is_any_character_and_classes_are_ascii() {
    assert_eq!(matches("a.b", "a\nb"), Truth::True);
    assert_eq!(matches(".", "é"), Truth::True);
    assert_eq!(matches(r"\w", "é"), Truth::False);
    assert_eq!(matches(r"\W", "é"), Truth::True);
    assert_eq!(matches(r"\d", "٣"), Truth::False);
    assert_eq!(matches(r"[^\d]", "٣"), Truth::True);
    assert_eq!(matches(r"\s", "\u{2003}"), Truth::False);
    assert_eq!(contains(r"\bword\b", "a word."), Truth::True);
    // To ASCII an é is no part of a word.
    assert_eq!(contains(r"\bword\b", "éword"), Truth::True);
    assert_eq!(contains(r"\bword\b", "swords"), Truth::False);
    assert_eq!(matches(r"[[:alpha:]é-]+", "aé-Z"), Truth::True);
    assert_eq!(matches(r"\/\x2F\x{2f}", "///"), Truth::True);
}

#[test]
fn point_49_case_matters_except_where_the_connector_says_otherwise() {
    assert_eq!(matches("[a-c]x", "BX"), Truth::False);
    let folded = pattern("[a-c]x", true, true).unwrap();
    assert_eq!(folded.test(&Value::text("bx")), Truth::True);
    assert_eq!(folded.test(&Value::text("BX")), Truth::Unknown);
    assert_eq!(folded.test(&Value::text("dx")), Truth::False);
}

#[test]
fn what_is_no_text_is_unknown() {
    let any = pattern(".*", true, false).unwrap();
    assert_eq!(any.test(&Value::Bool(true)), Truth::Unknown);
    assert_eq!(any.test(&Value::Missing(Missing::Absent)), Truth::Unknown);
    assert_eq!(any.test(&Value::Missing(Missing::Pending)), Truth::Pending);
}

#[test]
fn a_pattern_that_cannot_be_read_says_where() {
    let cases = [
        ("a(b", 1..2),
        ("a)", 1..2),
        ("[b-a]", 1..4),
        ("*a", 0..0),
        ("a{3,1}", 1..6),
        (r"a\p{L}", 1..6),
        (r"(a)\1", 3..5),
        ("a(?=b)", 1..4),
        ("(?i)a", 0..4),
        ("(?<n>a)", 3..4),
        (r"\Ba", 0..2),
        ("[a&&b]", 1..5),
        ("[a[b]]", 2..5),
        (r"\xE9", 0..4),
    ];
    for (source, at) in cases {
        assert_eq!(pattern(source, true, false).unwrap_err().at, at, "{source}");
    }
}

#[test]
fn a_pattern_over_the_cap_is_refused() {
    for source in ["(((a{100}){100}){100}){100}", "a.{60}b", &"a".repeat(1001)] {
        assert!(pattern(source, false, false).is_err(), "{source}");
    }
    let nested = format!("{}a{}", "(".repeat(60), ")".repeat(60));
    assert!(pattern(&nested, false, false).is_err());
}

#[test]
fn patterns_that_people_write_are_within_the_cap() {
    for source in [
        r"AKIA[0-9A-Z]{16}",
        r"gh[pousr]_[A-Za-z0-9]{36,251}",
        r"eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}",
        r"\b\d{3}-\d{2}-\d{4}\b",
        r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----",
        r"\b[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}\b",
        r"(password|secret|token)\s{0,10}[:=]\s{0,10}\S+",
    ] {
        assert!(pattern(source, false, false).is_ok(), "{source}");
    }
}

/// The specification of a few patterns: try everything.
#[derive(Clone, Debug)]
enum Plain {
    Letter(char),
    Any,
    Concat(Box<Plain>, Box<Plain>),
    Either(Box<Plain>, Box<Plain>),
    Many(Box<Plain>),
}

impl Plain {
    fn source(&self) -> String {
        match self {
            Self::Letter(letter) => letter.to_string(),
            Self::Any => ".".to_owned(),
            Self::Concat(left, right) => format!("({})({})", left.source(), right.source()),
            Self::Either(left, right) => format!("({}|{})", left.source(), right.source()),
            Self::Many(inner) => format!("({})*", inner.source()),
        }
    }

    /// The places to which it can get from `at`.
    fn ends(&self, text: &[char], at: usize) -> std::collections::BTreeSet<usize> {
        let next = text.get(at).copied();
        match self {
            Self::Letter(letter) if next == Some(*letter) => [at + 1].into(),
            Self::Any if next.is_some() => [at + 1].into(),
            Self::Letter(_) | Self::Any => [].into(),
            Self::Concat(left, right) => left
                .ends(text, at)
                .into_iter()
                .flat_map(|middle| right.ends(text, middle))
                .collect(),
            Self::Either(left, right) => &left.ends(text, at) | &right.ends(text, at),
            Self::Many(inner) => {
                let mut found: std::collections::BTreeSet<usize> = [at].into();
                let mut open = vec![at];
                while let Some(from) = open.pop() {
                    for to in inner.ends(text, from) {
                        if found.insert(to) {
                            open.push(to);
                        }
                    }
                }
                found
            }
        }
    }
}

fn plain() -> impl Strategy<Value = Plain> {
    let leaf = prop_oneof![
        Just(Plain::Any),
        proptest::sample::select(vec!['a', 'b', 'é', '\n']).prop_map(Plain::Letter)
    ];
    leaf.prop_recursive(4, 12, 2, |inner| {
        let pair = || (inner.clone().prop_map(Box::new), inner.clone().prop_map(Box::new));
        prop_oneof![
            pair().prop_map(|(left, right)| Plain::Concat(left, right)),
            pair().prop_map(|(left, right)| Plain::Either(left, right)),
            inner.clone().prop_map(|inner| Plain::Many(Box::new(inner))),
        ]
    })
}

proptest! {
    #[test]
    fn patterns_agree_with_their_specification(plain in plain(), text in "[abé\n]{0,7}") {
        let characters: Vec<char> = text.chars().collect();
        let whole = plain.ends(&characters, 0).contains(&characters.len());
        prop_assert_eq!(matches(&plain.source(), &text), whole.into());
        let somewhere = (0..=characters.len()).any(|at| !plain.ends(&characters, at).is_empty());
        prop_assert_eq!(contains(&plain.source(), &text), somewhere.into());
    }

    #[test]
    fn any_text_is_a_pattern_or_an_error_within_it(source in ".{0,40}", text in ".{0,20}") {
        match pattern(&source, false, true) {
            Ok(found) => { let _ = found.test(&Value::text(&text)); }
            Err(error) => prop_assert!(source.get(error.at).is_some()),
        }
    }
}

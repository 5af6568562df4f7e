//! The strict reader against its grammar, its limits, serde_json and damaged texts.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng};

use super::{Json, Limits, Number, Object, Problem, canonical, read, write};
use crate::decimal::DecimalError;

fn json(text: &str) -> Json {
    read(text.as_bytes(), &Limits::default()).unwrap()
}

fn refused(bytes: impl AsRef<[u8]>) -> (usize, Problem) {
    let error = read(bytes.as_ref(), &Limits::default()).unwrap_err();
    (error.offset, error.problem)
}

#[test]
fn values_are_read() {
    let value = json(" { \"a\" : [ 1 , -2.50e1, true , null ] ,\r\n\t\"b\" : { } , \"c\": [] } ");
    assert_eq!(write(&value), r#"{"a":[1,-2.50e1,true,null],"b":{},"c":[]}"#);
    assert_eq!(
        json(r#""\u00e9\ud83d\ude00\/\b\f\n\r\t\"\\""#),
        Json::String("é😀/\u{8}\u{c}\n\r\t\"\\".into())
    );
    assert_eq!(json("0"), Json::Number(0.into()));
}

#[test]
fn equality_is_by_meaning() {
    assert_eq!(json(r#"{"a":1,"b":2}"#), json(r#"{"b":2.0,"a":10e-1}"#));
    assert_ne!(json(r#"{"a":1}"#), json(r#"{"a":1,"b":2}"#));
    assert_ne!(json("[1,2]"), json("[2,1]"));
}

#[test]
fn duplicate_keys_are_refused_at_any_depth() {
    assert_eq!(refused(r#"{"a":1,"b":2,"a":3}"#), (13, Problem::DuplicateKey));
    assert_eq!(
        refused(r#"[{"x":{"a":1,"\u0061":1}}]"#),
        (13, Problem::DuplicateKey)
    );
    assert!(read(br#"{"a":{"a":1},"A":2}"#, &Limits::default()).is_ok());
}

#[test]
fn keys_that_look_alike_are_found() {
    let object = |text: &str| json(text).as_object().cloned().unwrap();
    let fields = ["method", "params", "ask"];
    assert_eq!(
        object(r#"{"method":1,"params":2,"x":3}"#).look_alike(&fields),
        None
    );
    assert_eq!(
        object(r#"{"method":1,"Method":2}"#).look_alike(&fields),
        Some("Method")
    );
    assert_eq!(object(r#"{"paramſ":1}"#).look_alike(&fields), Some("paramſ"));
    assert_eq!(object(r#"{"asK":1}"#).look_alike(&fields), Some("asK"));
}

#[test]
fn texts_that_readers_understand_differently_are_refused() {
    assert_eq!(refused(b"\xef\xbb\xbf{}"), (0, Problem::ByteOrderMark));
    assert_eq!(refused(b"\"a\xff\""), (2, Problem::NotUtf8));
    assert_eq!(refused(b"\"\xed\xa0\x80\""), (1, Problem::NotUtf8));
    assert_eq!(refused(r#""\ud800""#), (1, Problem::LoneSurrogate));
    assert_eq!(refused(r#""\ud800\u0061""#), (1, Problem::LoneSurrogate));
    assert_eq!(refused(r#""\ude00\ud83d""#), (1, Problem::LoneSurrogate));
    assert_eq!(refused("\"a\nb\""), (2, Problem::ControlCharacter));
    assert_eq!(refused("1e400"), (0, Problem::Number(DecimalError::OutOfRange)));
    assert_eq!(
        refused(format!("[0.{}1]", "3".repeat(40))),
        (1, Problem::Number(DecimalError::TooManyDigits))
    );
    assert_eq!(refused("{} {}"), (3, Problem::Trailing));
    assert_eq!(refused("{}\0"), (2, Problem::Trailing));
}

#[test]
fn bad_grammar_is_refused() {
    for (text, offset, problem) in [
        ("", 0, Problem::Unfinished),
        ("  ", 2, Problem::Unfinished),
        ("[1", 2, Problem::Unfinished),
        ("[1,", 3, Problem::Unfinished),
        ("[1,]", 3, Problem::ExpectedValue),
        ("[,1]", 1, Problem::ExpectedValue),
        ("[1 2]", 3, Problem::ExpectedComma),
        ("[1}", 2, Problem::ExpectedComma),
        (r#"{"a":1]"#, 6, Problem::ExpectedComma),
        (r#"{"a" 1}"#, 5, Problem::ExpectedColon),
        (r#"{"a":}"#, 5, Problem::ExpectedValue),
        (r#"{"a":1,}"#, 7, Problem::ExpectedKey),
        ("{a:1}", 1, Problem::ExpectedKey),
        (r#"{"a"#, 3, Problem::Unfinished),
        (r#"{"a":1"#, 6, Problem::Unfinished),
        ("nul", 0, Problem::ExpectedValue),
        ("True", 0, Problem::ExpectedValue),
        ("NaN", 0, Problem::ExpectedValue),
        ("'a'", 0, Problem::ExpectedValue),
        ("// x\n1", 0, Problem::ExpectedValue),
        ("nullx", 4, Problem::Trailing),
        (r#""\x41""#, 1, Problem::BadEscape),
        (r#""\u+041""#, 1, Problem::BadEscape),
        (r#""\u12é4""#, 1, Problem::BadEscape),
        (r#""\u12"#, 1, Problem::BadEscape),
        ("\"\\", 1, Problem::Unfinished),
        ("01", 0, Problem::Number(DecimalError::Grammar)),
        ("-", 0, Problem::Number(DecimalError::Grammar)),
        ("1.e5", 0, Problem::Number(DecimalError::Grammar)),
        ("+1", 0, Problem::ExpectedValue),
        ("\u{a0}1", 0, Problem::ExpectedValue),
    ] {
        assert_eq!(refused(text), (offset, problem), "{text}");
    }
}

#[test]
fn limits_hold() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(read(nested(64).as_bytes(), &Limits::default()).is_ok());
    assert_eq!(refused(nested(65)), (64, Problem::TooDeep));
    assert_eq!(refused("{\"a\":".repeat(1_000_000 / 5)).1, Problem::TooDeep);
    let generous = Limits {
        depth: 1_000,
        ..Limits::default()
    };
    assert_eq!(
        read(nested(65).as_bytes(), &generous).unwrap_err().problem,
        Problem::TooDeep
    );
    let few = Limits {
        nodes: 3,
        ..Limits::default()
    };
    assert!(read(b"[1,2]", &few).is_ok());
    assert_eq!(read(b"[1,2,3]", &few).unwrap_err().problem, Problem::TooManyNodes);
    let short = Limits {
        bytes: 4,
        ..Limits::default()
    };
    assert!(read(b"true", &short).is_ok());
    assert_eq!(read(b"false", &short).unwrap_err().problem, Problem::TooLong);
}

#[test]
fn a_zero_has_no_sign() {
    assert_eq!(write(&json("[-0,-0.0,-0e1,-1]")), "[0,0.0,0e1,-1]");
}

#[test]
fn errors_say_where_and_why() {
    let error = read(br#"{"a":1,"a":2}"#, &Limits::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "at byte 7: this object has the same key before"
    );
}

#[test]
fn objects_keep_their_order() {
    let mut object = Object::new();
    assert_eq!(object.insert("b", Json::Null), None);
    object.insert("a", Json::Bool(true));
    assert_eq!(object.insert("b", Json::Bool(false)), Some(Json::Null));
    assert_eq!(object.keys().collect::<Vec<_>>(), ["b", "a"]);
    assert_eq!(object.remove("b"), Some(Json::Bool(false)));
    assert_eq!(object.remove("b"), None);
    assert_eq!(object.len(), 1);
}

#[test]
fn the_canonical_form_is_that_of_rfc_8785() {
    // The example of section 3.2.2 of the RFC, and that of section 3.2.3 on sorting.
    let value = json(
        r#"{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
            "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
            "literals": [null, true, false]}"#,
    );
    // The first number is not a double in its usual digits: the RFC rounds it to 333333333.3333333, we keep it.
    assert_eq!(
        canonical(&value),
        "{\"literals\":[null,true,false],\"numbers\":[333333333.33333329,1e+30,4.5,0.002,1e-27],\
         \"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}"
    );
    let keys = json(r#"{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}"#);
    assert_eq!(
        canonical(&keys),
        "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\u{fb33}\":3}"
    );
}

#[test]
fn digests_never_stand_for_two_numbers() {
    assert_ne!(
        canonical(&json("9007199254740993")),
        canonical(&json("9007199254740992"))
    );
    assert_eq!(canonical(&json("[1.0,10e-1,-0]")), "[1,1,0]");
}

#[test]
fn conversion_to_and_from_serde_json() {
    let text = r#"{"a":[1,-9223372036854775808,18446744073709551615,0.5,"x",null,true],"b":{}}"#;
    let value = json(text);
    let other = serde_json::Value::from(&value);
    assert_eq!(other, serde_json::from_str::<serde_json::Value>(text).unwrap());
    assert_eq!(Json::try_from(&other), Ok(value));
    assert_eq!(
        Json::try_from(&serde_json::json!(5e-324)),
        Err(DecimalError::OutOfRange)
    );
}

/// Values of every kind, nested a few levels.
fn values() -> impl Strategy<Value = Json> {
    let number = "-?(0|[1-9][0-9]{0,18})(\\.[0-9]{1,10})?([eE][+-]?[0-9]{1,2})?"
        .prop_map(|digits| Json::Number(Number::parse(&digits).unwrap()));
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        number,
        any::<String>().prop_map(Json::String),
        "[\\u{0}-\\u{2f}\"\\\\\\u{7f}\\u{fffe}\\u{10000}]{0,8}".prop_map(Json::String),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Json::Array),
            prop::collection::vec((any::<String>(), inner), 0..6)
                .prop_map(|pairs| Json::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn written_and_read_is_the_same_value(value in values()) {
        let text = write(&value);
        let again = read(text.as_bytes(), &Limits::default()).unwrap();
        prop_assert_eq!(&again, &value);
        prop_assert_eq!(write(&again), text);
        let canon = canonical(&value);
        prop_assert_eq!(&read(canon.as_bytes(), &Limits::default()).unwrap(), &value);
        prop_assert_eq!(canonical(&again), canon);
    }

    #[test]
    fn serde_json_reads_the_same(value in values()) {
        let text = write(&value);
        let theirs: serde_json::Value = serde_json::from_str(&text).unwrap();
        agree(&value, &theirs);
    }
}

/// That two readers understood the same. Numbers are compared as doubles with a little room: serde_json does not
/// round the last digit exactly.
fn agree(ours: &Json, theirs: &serde_json::Value) {
    match (serde_json::Value::from(ours), theirs) {
        (serde_json::Value::Number(left), serde_json::Value::Number(right)) => {
            let (left, right) = (left.as_f64().unwrap(), right.as_f64().unwrap());
            assert!((left - right).abs() <= left.abs() * 1e-14, "{left} {right}");
        }
        (serde_json::Value::Array(_), serde_json::Value::Array(right)) => {
            let left = ours.as_array().unwrap();
            assert_eq!(left.len(), right.len());
            left.iter()
                .zip(right)
                .for_each(|(left, right)| agree(left, right));
        }
        (serde_json::Value::Object(_), serde_json::Value::Object(right)) => {
            let left = ours.as_object().unwrap();
            assert_eq!(left.len(), right.len());
            for (key, value) in left.iter() {
                agree(value, right.get(key).unwrap());
            }
        }
        (left, right) => assert_eq!(&left, right),
    }
}

/// 100,000 texts that are nearly JSON: none panics, and what is accepted is accepted by serde_json as well.
#[test]
fn damaged_texts_never_panic() {
    const SEEDS: [&str; 4] = [
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","arguments":{"a":[1,2.5e3,-0]}}}"#,
        r#"["\u00e9\ud83d\ude00",null,true,false,{"a":{"b":{}}},1e308,0.000001]"#,
        "[[[[[[[[1]]]]]]]]",
        "\"aé\\n\"",
    ];
    const PIECES: &[u8] = b"{}[]\",:\\u0123456789eE+-.dDaAfF tnrl\x00\x1f\x7f\xc3\xa9\xed\xff";
    let mut random = TestRng::deterministic_rng(RngAlgorithm::XorShift);
    let mut accepted = 0;
    for round in 0..100_000_usize {
        let seed = SEEDS.get(round % SEEDS.len()).unwrap();
        let mut bytes = if round % 5 == 4 {
            Vec::new()
        } else {
            seed.as_bytes().to_vec()
        };
        for _ in 0..=random.next_u32() % 6 {
            let at = random.next_u32() as usize % (bytes.len() + 1);
            let piece = *PIECES.get(random.next_u32() as usize % PIECES.len()).unwrap();
            match random.next_u32() % 3 {
                0 => bytes.insert(at, piece),
                1 if at < bytes.len() => drop(bytes.remove(at)),
                _ => {
                    if let Some(place) = bytes.get_mut(at) {
                        *place = piece;
                    }
                }
            }
        }
        if let Ok(value) = read(&bytes, &Limits::default()) {
            accepted += 1;
            agree(&value, &serde_json::from_slice(&bytes).unwrap());
        }
    }
    assert!(accepted > 1_000, "{accepted}");
}

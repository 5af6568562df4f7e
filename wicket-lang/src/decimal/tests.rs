//! Exact numbers: examples at the edges of the range, and laws of arithmetic.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::cmp::Ordering;
use std::collections::HashSet;

use proptest::prelude::*;

use super::{Decimal, DecimalError};

fn number(text: &str) -> Decimal {
    Decimal::parse(text).unwrap()
}

#[test]
fn equality_and_hash_are_by_value() {
    let same: HashSet<_> = ["1", "1.0", "10e-1", "0.1e1", "1e0", "1.000000"]
        .map(number)
        .into();
    assert_eq!(same.len(), 1);
    let zeros: HashSet<_> = ["0", "-0", "0.00", "-0e5", "0e99999999999999"].map(number).into();
    assert_eq!(zeros.len(), 1);
    assert_ne!(number("9007199254740992"), number("9007199254740993"));
}

#[test]
fn the_grammar_is_that_of_json() {
    for bad in [
        "", "-", "+1", "01", "1.", ".5", "1e", "1e+", "0x1", "1_000", "NaN", "Infinity", " 1", "1 ", "--1",
        "1e1.5", "1.e1", "١",
    ] {
        assert_eq!(Decimal::parse(bad), Err(DecimalError::Grammar), "{bad}");
    }
}

#[test]
fn precision_and_range_are_bounded() {
    assert!(Decimal::parse(&"9".repeat(34)).is_ok());
    assert_eq!(Decimal::parse(&"9".repeat(35)), Err(DecimalError::TooManyDigits));
    assert!(Decimal::parse(&format!("1{}", "0".repeat(300))).is_ok());
    assert!(Decimal::parse("1.7976931348623157e308").is_ok());
    assert!(Decimal::parse("-1.7976931348623157e+308").is_ok());
    for bad in [
        "1.7976931348623158e308",
        "1e309",
        "1e400",
        "-1e309",
        "1e-308",
        "1e99999999999",
        "1e-99999999999",
    ] {
        assert_eq!(Decimal::parse(bad), Err(DecimalError::OutOfRange), "{bad}");
    }
    assert_eq!(
        Decimal::parse(&format!("0.{}", "0".repeat(500))),
        Err(DecimalError::OutOfRange)
    );
}

#[test]
fn the_written_form_is_that_of_ecmascript() {
    for (text, written) in [
        ("0", "0"),
        ("-0.0", "0"),
        ("1.50", "1.5"),
        ("-12e3", "-12000"),
        ("1e20", "100000000000000000000"),
        ("1e21", "1e+21"),
        ("123e19", "1.23e+21"),
        ("0.000001", "0.000001"),
        ("0.0000001", "1e-7"),
        ("0.00000012", "1.2e-7"),
        ("123.456", "123.456"),
        ("9007199254740993", "9007199254740993"),
        ("123456789012345678901.5", "123456789012345678901.5"),
        ("1234567890123456789012.5", "1.2345678901234567890125e+21"),
    ] {
        assert_eq!(number(text).to_string(), written);
    }
}

#[test]
fn integers_are_whole_and_fit_64_bits() {
    assert_eq!(number("1.0").to_i64(), Some(1));
    assert_eq!(number("12e2").to_i64(), Some(1200));
    assert_eq!(number("9223372036854775807").to_i64(), Some(i64::MAX));
    assert_eq!(number("-9223372036854775808").to_i64(), Some(i64::MIN));
    assert_eq!(number("9223372036854775808").to_i64(), None);
    assert_eq!(number("1.5").to_i64(), None);
    assert_eq!(number("1e300").to_i64(), None);
}

#[test]
fn arithmetic_is_exact_or_nothing() {
    assert_eq!(number("0.1").checked_add(number("0.2")), Some(number("0.3")));
    assert_eq!(number("1e20").checked_add(number("1e-20")), None);
    assert_eq!(number("1e300").checked_add(number("0")), Some(number("1e300")));
    assert_eq!(number("1e300").checked_sub(number("1e300")), Some(Decimal::ZERO));
    assert_eq!(number("1e200").checked_mul(number("1e200")), None);
    // 5^48 × 2^48: the product has one digit, though neither factor is small.
    let fives = number("3552713678800500929355621337890625");
    let twos = number("281474976710656");
    assert_eq!(fives.checked_mul(twos), Some(number("1e48")));
    assert_eq!(fives.checked_mul(fives), None);
}

#[test]
fn only_the_normal_form_is_read_back() {
    assert!(Decimal::try_from((10_i128, 0)).is_err());
    assert!(Decimal::try_from((0_i128, 3)).is_err());
    assert!(Decimal::try_from((1_i128, 400)).is_err());
    assert!(Decimal::try_from((i128::MIN, 0)).is_err());
}

/// Numbers as a request may write them, at home and at the edges.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<i64>().prop_map(|value| value.to_string()),
        "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,12})?([eE][+-]?[0-9]{1,2})?",
    ]
}

proptest! {
    #[test]
    fn written_and_read_is_the_same_number(text in texts()) {
        if let Ok(value) = Decimal::parse(&text) {
            prop_assert_eq!(Decimal::parse(&value.to_string()), Ok(value));
            let raw: (i128, i32) = value.into();
            prop_assert_eq!(Decimal::try_from(raw), Ok(value));
        }
    }

    #[test]
    fn order_agrees_with_the_difference(left in texts(), right in texts()) {
        let (Ok(left), Ok(right)) = (Decimal::parse(&left), Decimal::parse(&right)) else { return Ok(()) };
        prop_assert_eq!(left.cmp(&right), right.cmp(&left).reverse());
        prop_assert_eq!(left == right, left.cmp(&right) == Ordering::Equal);
        if let Some(difference) = left.checked_sub(right) {
            prop_assert_eq!(difference.cmp(&Decimal::ZERO), left.cmp(&right));
            prop_assert_eq!(difference.checked_add(right), Some(left));
        }
    }

    #[test]
    fn small_numbers_calculate_like_integers(left in -1_000_000_i64..1_000_000, right in -1_000_000_i64..1_000_000) {
        let (a, b) = (Decimal::from_i64(left), Decimal::from_i64(right));
        prop_assert_eq!(a.checked_add(b).and_then(Decimal::to_i64), Some(left + right));
        prop_assert_eq!(a.checked_sub(b).and_then(Decimal::to_i64), Some(left - right));
        prop_assert_eq!(a.checked_mul(b).and_then(Decimal::to_i64), Some(left * right));
        prop_assert_eq!(a.cmp(&b), left.cmp(&right));
    }
}

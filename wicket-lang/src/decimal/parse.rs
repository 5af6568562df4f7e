//! A text in the grammar of JSON numbers, to an exact number.

use super::{Decimal, DecimalError, MAX_DIGITS, MAX_LENGTH};

pub(super) fn parse(text: &str) -> Result<Decimal, DecimalError> {
    if text.len() > MAX_LENGTH {
        return Err(DecimalError::OutOfRange);
    }
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, read_exponent(exponent)?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) if is_digits(fraction) => (whole, fraction),
        Some(_) => return Err(DecimalError::Grammar),
        None => (mantissa, ""),
    };
    if !is_digits(whole) || (whole.len() > 1 && whole.starts_with('0')) {
        return Err(DecimalError::Grammar);
    }

    // Zeros at either end of the digits carry no precision, so they are not counted against it.
    let digits = || whole.bytes().chain(fraction.bytes());
    let trailing = digits().rev().take_while(|digit| *digit == b'0').count();
    let written = whole.len() + fraction.len();
    let mut coefficient: i128 = 0;
    let mut significant: u32 = 0;
    for digit in digits().take(written - trailing) {
        if coefficient != 0 || digit != b'0' {
            significant += 1;
        }
        if significant > MAX_DIGITS {
            return Err(DecimalError::TooManyDigits);
        }
        coefficient = coefficient * 10 + i128::from(digit - b'0');
    }
    let trailing = i32::try_from(trailing).map_err(|_| DecimalError::OutOfRange)?;
    let places = i32::try_from(fraction.len()).map_err(|_| DecimalError::OutOfRange)?;
    let exponent = exponent.saturating_add(trailing - places);
    Decimal::new(if negative { -coefficient } else { coefficient }, exponent)
}

/// An exponent of many digits saturates: it is out of range by far, unless the number is zero.
fn read_exponent(text: &str) -> Result<i32, DecimalError> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if !is_digits(digits) {
        return Err(DecimalError::Grammar);
    }
    let mut value: i32 = 0;
    for digit in digits.bytes() {
        value = value.saturating_mul(10).saturating_add(i32::from(digit - b'0'));
    }
    Ok(if negative { -value } else { value })
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

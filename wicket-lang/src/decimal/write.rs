//! The one way to write a number: that of ECMAScript, with all its exact digits.
//!
//! `Number.prototype.toString` writes plain notation from `1e-6` up to below `1e21` and an exponent outside. It
//! first rounds to a double; we never round, so two different numbers are never written alike.

use std::fmt;

use super::Decimal;

impl fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.coefficient.unsigned_abs().to_string();
        if self.is_negative() {
            formatter.write_str("-")?;
        }
        let magnitude = self.magnitude().unwrap_or_default();
        if self.exponent >= 0 && magnitude < 21 {
            let zeros = usize::try_from(self.exponent).unwrap_or_default();
            return write!(formatter, "{digits}{:0<zeros$}", "");
        }
        if (0..21).contains(&magnitude) {
            let (whole, fraction) = split(&digits, magnitude);
            return write!(formatter, "{whole}.{fraction}");
        }
        if (-6..0).contains(&magnitude) {
            let zeros = usize::try_from(-magnitude - 1).unwrap_or_default();
            return write!(formatter, "0.{:0<zeros$}{digits}", "");
        }
        let (first, rest) = split(&digits, 0);
        let point = if rest.is_empty() { "" } else { "." };
        let sign = if magnitude < 0 { "" } else { "+" };
        write!(formatter, "{first}{point}{rest}e{sign}{magnitude}")
    }
}

/// The digits up to the one at `place`, and those after it.
fn split(digits: &str, place: i32) -> (&str, &str) {
    usize::try_from(place + 1)
        .ok()
        .and_then(|end| digits.split_at_checked(end))
        .unwrap_or((digits, ""))
}

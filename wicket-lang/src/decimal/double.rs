//! Whether a reader that keeps numbers as doubles (IEEE 754 binary64) takes a number for another one.
//!
//! JavaScript reads every number so. What Wicket judges exactly and such a reader rounds is two different numbers:
//! `9007199254740993` passes a rule about `9007199254740992`, and arrives as it.

use super::Decimal;

/// The bits of a double's fraction, the hidden one included.
const DOUBLE_BITS: u32 = 53;
/// Whole numbers below this are read as integers of 64 bits by those who have them.
const INTEGERS_END: u128 = 1 << 64;

impl Decimal {
    /// Whether a reader that keeps numbers as doubles reads this very number.
    ///
    /// An integer of 64 bits has to be a double exactly. Any other number has to be the shortest one that is read as
    /// its double, which is how such a reader writes it again: `0.1` is, `0.1000000000000000001` is not.
    #[must_use]
    pub fn survives_doubles(self) -> bool {
        match self.as_integer() {
            Some(integer) => {
                integer == 0 || u128::BITS - integer.leading_zeros() - integer.trailing_zeros() <= DOUBLE_BITS
            }
            None => self.is_shortest(),
        }
    }

    /// Its magnitude, if it is an integer of 64 bits, with or without sign.
    fn as_integer(self) -> Option<u128> {
        let power = super::power_of_ten(u32::try_from(self.exponent).ok()?)?;
        let integer = self.coefficient.checked_mul(power)?.unsigned_abs();
        (integer < INTEGERS_END).then_some(integer)
    }

    fn is_shortest(self) -> bool {
        // A double of usual size keeps every 15 digits apart.
        if self.coefficient.unsigned_abs() < 1_000_000_000_000_000 && (-250..250).contains(&self.exponent) {
            return true;
        }
        let Ok(double) = self.to_string().parse::<f64>() else {
            return false;
        };
        // The standard library writes the shortest digits that are read as the same double.
        Self::parse(&format!("{double:e}")) == Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Decimal;

    fn survives(text: &str) -> bool {
        Decimal::parse(text).is_ok_and(Decimal::survives_doubles)
    }

    #[test]
    fn what_a_double_holds_survives() {
        for text in [
            "0",
            "-0",
            "1",
            "-1",
            "0.1",
            "1.50",
            "19.99",
            "9007199254740991",
            "9007199254740992",
            "9007199254740994",
            "-9007199254740994",
            "9223372036854775808",
            "1e22",
            "1e23",
            "1e300",
            "1e-300",
            "99.99",
            "1.7976931348623157e308",
        ] {
            assert!(survives(text), "{text}");
        }
    }

    #[test]
    fn what_a_double_rounds_does_not() {
        for text in [
            "9007199254740993",
            "-9007199254740993",
            "9223372036854775807",
            "18446744073709551615",
            "12345678901234567000",
            "99.99999999999999999999",
            "0.1000000000000000055511151231257827",
            "5.0000000000000001",
            "123456789012345678901234567890",
        ] {
            assert!(!survives(text), "{text}");
        }
    }

    proptest! {
        /// Every double survives in the form in which it is usually written, and every small integer.
        #[test]
        fn doubles_and_small_integers_survive(double in any::<f64>(), integer in -(1_i64 << 53)..(1_i64 << 53)) {
            // Nearer to zero is out of range; integers of 64 bits have a rule of their own.
            let size = double.abs();
            let fits = (1e-300..).contains(&size) && size.is_finite();
            if fits && (double.fract() != 0.0 || size > 2e19) {
                let written = format!("{double:e}");
                prop_assert!(survives(&written), "{}", written);
            }
            prop_assert!(Decimal::from_i64(integer).survives_doubles());
        }

        /// What survives is compared by a double as it is compared exactly.
        #[test]
        fn survivors_stay_distinct(left in "[1-9][0-9]{0,20}(\\.[0-9]{1,20})?", right in "[1-9][0-9]{0,20}(\\.[0-9]{1,20})?") {
            let (Ok(a), Ok(b)) = (Decimal::parse(&left), Decimal::parse(&right)) else { return Ok(()) };
            if a != b && a.survives_doubles() && b.survives_doubles() {
                prop_assert_ne!(left.parse::<f64>(), right.parse::<f64>());
            }
        }
    }
}

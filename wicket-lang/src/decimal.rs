//! Exact decimal numbers: every number that a request, a policy or a catalog may hold.
//!
//! A number is `coefficient × 10^exponent`, kept in one normal form, so that `1`, `1.0` and `10e-1` are the same
//! value, equal and with the same hash. No float is involved anywhere: two different numbers never become one.
//!
//! The range is that of a double. A number that a double reads as infinite or as zero is refused, because an
//! upstream that uses doubles would act on something else than what was judged.

mod double;
mod kept;
mod parse;
mod write;

use std::cmp::Ordering;

/// The most significant digits that a number may have.
pub const MAX_DIGITS: u32 = 34;

/// The most characters that a number may be written with; plain notation of the smallest one fits.
pub const MAX_LENGTH: usize = 400;

/// Where the first digit may stand: from `1e-307` …
const MIN_MAGNITUDE: i32 = -307;
/// … up to below `1e309`, and there only up to [`LARGEST`].
const MAX_MAGNITUDE: i32 = 308;
/// The largest double, in the digits with which it is usually written.
const LARGEST: Decimal = Decimal {
    coefficient: 17_976_931_348_623_157,
    exponent: 292,
};

/// An exact decimal number of at most 34 significant digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Decimal {
    // INVARIANT: not a multiple of ten; zero is (0, 0). Equality and hash by value rest on this.
    coefficient: i128,
    exponent: i32,
}

/// Why a text is no number that Wicket can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum DecimalError {
    /// The text is no number in the grammar of JSON (RFC 8259, section 6), or two parts that are no normal form.
    #[error("this is not a JSON number")]
    Grammar,
    /// It has more than [`MAX_DIGITS`] significant digits.
    #[error("a number has at most 34 significant digits")]
    TooManyDigits,
    /// A double would read it as infinite or as zero, or it is written with more than [`MAX_LENGTH`] characters.
    #[error("this number is too large or too close to zero")]
    OutOfRange,
}

impl Decimal {
    /// Zero, which has no sign.
    pub const ZERO: Self = Self {
        coefficient: 0,
        exponent: 0,
    };

    /// `coefficient × 10^exponent`, if it is within the range.
    pub fn new(coefficient: i128, exponent: i32) -> Result<Self, DecimalError> {
        let (mut coefficient, mut exponent) = (coefficient, exponent);
        if coefficient == 0 {
            return Ok(Self::ZERO);
        }
        while coefficient % 10 == 0 {
            coefficient /= 10;
            exponent = exponent.checked_add(1).ok_or(DecimalError::OutOfRange)?;
        }
        let number = Self {
            coefficient,
            exponent,
        };
        if number.digits() > MAX_DIGITS {
            return Err(DecimalError::TooManyDigits);
        }
        let magnitude = number.magnitude().ok_or(DecimalError::OutOfRange)?;
        let beyond = magnitude == MAX_MAGNITUDE && number.absolute() > LARGEST;
        if !(MIN_MAGNITUDE..=MAX_MAGNITUDE).contains(&magnitude) || beyond {
            return Err(DecimalError::OutOfRange);
        }
        Ok(number)
    }

    /// Reads a number in the grammar of JSON (RFC 8259, section 6), exactly or not at all.
    pub fn parse(text: &str) -> Result<Self, DecimalError> {
        parse::parse(text)
    }

    /// A whole number of 64 bits, exactly.
    #[must_use]
    pub fn from_i64(value: i64) -> Self {
        let (mut coefficient, mut exponent) = (i128::from(value), 0);
        while coefficient != 0 && coefficient % 10 == 0 {
            coefficient /= 10;
            exponent += 1;
        }
        Self {
            coefficient,
            exponent,
        }
    }

    /// The number as an integer of 64 bits, if it is one: `1.0` is 1.
    #[must_use]
    pub fn to_i64(self) -> Option<i64> {
        let power = power_of_ten(u32::try_from(self.exponent).ok()?)?;
        i64::try_from(self.coefficient.checked_mul(power)?).ok()
    }

    /// Whether the number has no fraction; it may still be too large for 64 bits.
    #[must_use]
    pub fn is_whole(self) -> bool {
        self.exponent >= 0
    }

    /// Whether it is below zero.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.coefficient < 0
    }

    /// The exact sum, or nothing where it has too many digits or leaves the range.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        if self.coefficient == 0 {
            return Some(other);
        }
        if other.coefficient == 0 {
            return Some(self);
        }
        let (high, low) = if self.exponent >= other.exponent {
            (self, other)
        } else {
            (other, self)
        };
        // Where the shifted coefficient does not fit, the sum has more than 34 digits: the last digit of `low` is
        // not zero, so nothing can be cut off at the end.
        let shift = u32::try_from(high.exponent - low.exponent).ok()?;
        let shifted = high.coefficient.checked_mul(power_of_ten(shift)?)?;
        Self::new(shifted.checked_add(low.coefficient)?, low.exponent).ok()
    }

    /// The exact difference, or nothing where it has too many digits or leaves the range.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.checked_add(other.negated())
    }

    /// The exact product, or nothing where it has too many digits or leaves the range.
    #[must_use]
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        let mut exponent = self.exponent.checked_add(other.exponent)?;
        let (mut left, mut right) = (self.coefficient, other.coefficient);
        if left == 0 || right == 0 {
            return Some(Self::ZERO);
        }
        // Tens are taken out before multiplying, because the product without them may fit where the whole does not.
        // A coefficient is no multiple of ten, so each ten is a five of one side and a two of the other.
        while left % 5 == 0 && right % 2 == 0 {
            (left, right) = (left / 5, right / 2);
            exponent = exponent.checked_add(1)?;
        }
        while left % 2 == 0 && right % 5 == 0 {
            (left, right) = (left / 2, right / 5);
            exponent = exponent.checked_add(1)?;
        }
        Self::new(left.checked_mul(right)?, exponent).ok()
    }

    /// The number with the other sign.
    #[must_use]
    pub fn negated(self) -> Self {
        // A coefficient has at most 34 digits, so it is never the smallest i128, which has no opposite.
        Self {
            coefficient: -self.coefficient,
            ..self
        }
    }

    fn absolute(self) -> Self {
        if self.is_negative() { self.negated() } else { self }
    }

    /// How many digits the coefficient has.
    fn digits(self) -> u32 {
        self.coefficient
            .unsigned_abs()
            .checked_ilog10()
            .map_or(1, |log| log + 1)
    }

    /// The place of the first digit: 0 for `7`, 2 for `700`, -1 for `0.7`.
    fn magnitude(self) -> Option<i32> {
        let digits = i32::try_from(self.digits()).ok()?;
        self.exponent.checked_add(digits - 1)
    }

    fn compare_positive(self, other: Self) -> Ordering {
        self.magnitude().cmp(&other.magnitude()).then_with(|| {
            // The first digits stand in the same place, so padding the shorter one to 34 digits lines them up.
            self.padded().cmp(&other.padded())
        })
    }

    fn padded(self) -> i128 {
        let missing = MAX_DIGITS.saturating_sub(self.digits());
        power_of_ten(missing).map_or(self.coefficient, |power| self.coefficient.saturating_mul(power))
    }
}

fn power_of_ten(exponent: u32) -> Option<i128> {
    10_i128.checked_pow(exponent)
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        self.coefficient
            .signum()
            .cmp(&other.coefficient.signum())
            .then_with(|| match self.coefficient.cmp(&0) {
                Ordering::Greater => self.compare_positive(*other),
                Ordering::Less => other.negated().compare_positive(self.negated()),
                Ordering::Equal => Ordering::Equal,
            })
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<Decimal> for (i128, i32) {
    fn from(number: Decimal) -> Self {
        (number.coefficient, number.exponent)
    }
}

impl TryFrom<(i128, i32)> for Decimal {
    type Error = DecimalError;

    fn try_from((coefficient, exponent): (i128, i32)) -> Result<Self, Self::Error> {
        let number = Self::new(coefficient, exponent)?;
        // Only the normal form is taken, so that equal numbers have equal bytes.
        if (number.coefficient, number.exponent) == (coefficient, exponent) {
            Ok(number)
        } else {
            Err(DecimalError::Grammar)
        }
    }
}

#[cfg(test)]
mod tests;

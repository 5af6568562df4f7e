//! Three-valued truth, and "not asked yet".

use serde::{Deserialize, Serialize};

use super::Missing;

/// The truth of a condition.
///
/// `True`, `False` and `Unknown` are those of Kleene. `Pending` stands for a truth that hangs on a fact that has not
/// been asked for: it may still become any of the three. Therefore it comes before `Unknown` where the two meet
/// (`pending and unknown` may still become false), and behind whatever decides alone: `false` for `and`, `true` for
/// `or`. A condition that comes out as `False`, `True` or `Unknown` can no longer be changed by asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Truth {
    /// It does not hold.
    False,
    /// It holds.
    True,
    /// Cannot be told: a value is missing, has another kind, or cannot be had.
    Unknown,
    /// Not asked yet.
    Pending,
}

impl Truth {
    /// Whether both hold: false where one is false, then pending, then unknown.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::Pending, _) | (_, Self::Pending) => Self::Pending,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::True, Self::True) => Self::True,
        }
    }

    /// Whether one of them holds: true where one is true, then pending, then unknown.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::True, _) | (_, Self::True) => Self::True,
            (Self::Pending, _) | (_, Self::Pending) => Self::Pending,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::False, Self::False) => Self::False,
        }
    }

    /// Whether it does not hold; what is unknown or pending stays so.
    #[must_use]
    pub const fn not(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::True => Self::False,
            Self::Unknown => Self::Unknown,
            Self::Pending => Self::Pending,
        }
    }

    /// Whether it is known to hold.
    #[must_use]
    pub const fn is_true(self) -> bool {
        matches!(self, Self::True)
    }

    /// Whether it is known not to hold.
    #[must_use]
    pub const fn is_false(self) -> bool {
        matches!(self, Self::False)
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

impl From<Missing> for Truth {
    /// A test on a missing value: only asking may still tell.
    fn from(missing: Missing) -> Self {
        match missing {
            Missing::Absent | Missing::Unknown => Self::Unknown,
            Missing::Pending => Self::Pending,
        }
    }
}

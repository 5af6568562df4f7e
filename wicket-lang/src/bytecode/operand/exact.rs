//! The operands of what is read from texts.

use super::{Operand, OperandKind};
use crate::calendar::Zone;
use crate::ir::{Bundle, ZoneId};
use crate::types::Exact;
use crate::value::Reading;

impl Operand for Reading {
    const KIND: OperandKind = OperandKind::Reading;

    fn number(self) -> u32 {
        match self {
            Self::Instant => 0,
            Self::Duration => 1,
            Self::Path => 2,
            Self::Scheme => 3,
            Self::Host => 4,
            Self::Port => 5,
            Self::UrlPath => 6,
            Self::Address => 7,
        }
    }

    fn from_number(number: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|reading| reading.number() == number)
    }

    fn show(self, _: &Bundle) -> String {
        match self {
            Self::Instant => "instant",
            Self::Duration => "duration",
            Self::Path => "path",
            Self::Scheme => "scheme",
            Self::Host => "host",
            Self::Port => "port",
            Self::UrlPath => "path of url",
            Self::Address => "address",
        }
        .to_owned()
    }
}

impl Operand for Exact {
    const KIND: OperandKind = OperandKind::Exact;

    fn number(self) -> u32 {
        match self {
            Self::Instant => 0,
            Self::Date => 1,
            Self::Duration => 2,
            Self::Address => 3,
        }
    }

    fn from_number(number: u32) -> Option<Self> {
        let all = [Self::Instant, Self::Date, Self::Duration, Self::Address];
        all.into_iter().find(|exact| exact.number() == number)
    }

    fn show(self, _: &Bundle) -> String {
        self.name().to_owned()
    }
}

impl Operand for ZoneId {
    const KIND: OperandKind = OperandKind::Zone;

    fn number(self) -> u32 {
        self.0
    }

    fn from_number(number: u32) -> Option<Self> {
        Some(Self(number))
    }

    fn is_valid(self, bundle: &Bundle) -> bool {
        bundle.calendar.zone(self).is_some()
    }

    fn show(self, bundle: &Bundle) -> String {
        bundle.calendar.zone(self).map_or("?", Zone::name).to_owned()
    }
}

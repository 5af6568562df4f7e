//! Chance with a seed, so that every run of a test makes the same worlds.

use wicket_lang::json::Json;
use wicket_lang::value::Decimal;

use crate::exact::TEXTS_WITH_A_MEANING;

/// SplitMix64.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 where there is none.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap().max(1);
        usize::try_from(self.next() % end).unwrap()
    }

    /// A number in a range, both ends included.
    pub(crate) fn between(&mut self, first: i64, last: i64) -> i64 {
        let span = u64::try_from(last - first).unwrap() + 1;
        first + i64::try_from(self.next() % span).unwrap()
    }

    /// True in so many of a hundred cases.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        choices.get(self.below(choices.len())).unwrap()
    }

    pub(crate) fn text(&mut self) -> String {
        const TEXTS: &[&str] = &[
            "alpha",
            "Alpha",
            "beta",
            "al",
            "ALPHA",
            "release/1",
            "release/*",
            "",
            "a?pha",
            "*",
            "public",
            "private",
        ];
        if self.chance(25) {
            return (*self.pick(TEXTS_WITH_A_MEANING)).to_owned();
        }
        (*self.pick(TEXTS)).to_owned()
    }

    pub(crate) fn number(&mut self) -> Decimal {
        match self.below(12) {
            0 => Decimal::new(15, -1).unwrap(),
            1 => Decimal::from_i64(i64::MAX),
            2 => Decimal::new(9_999_999_999_999_999, 18).unwrap(),
            3 => Decimal::new(1, -300).unwrap(),
            _ => Decimal::from_i64(self.between(-2, 6)),
        }
    }

    pub(crate) fn json_number(&mut self) -> Json {
        Json::Number(self.number().into())
    }

    pub(crate) fn texts(&mut self) -> Vec<String> {
        (0..self.below(4)).map(|_| self.text()).collect()
    }

    /// Any JSON at all, two levels deep at most.
    pub(crate) fn json(&mut self) -> Json {
        match self.below(7) {
            0 => Json::Null,
            1 => Json::Bool(self.chance(50)),
            2 => self.json_number(),
            3 => Json::String(self.text()),
            4 => Json::Array(self.texts().into_iter().map(Json::String).collect()),
            5 => Json::Array(vec![self.json_number(), Json::Null]),
            _ => Json::Object(
                [("title".to_owned(), Json::String(self.text()))]
                    .into_iter()
                    .collect(),
            ),
        }
    }
}

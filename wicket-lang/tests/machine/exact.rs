//! Conditions about what texts mean: instants, lengths of time, paths and addresses.

use wicket_lang::ir::{Bundle, Constant, Node, NodeId, Set, SetId, ZoneId};
use wicket_lang::types::Exact;
use wicket_lang::value::{ArithmeticOp, CompareOp, Duration, Instant, Network, Reading, TextOp};

use crate::bundles::{NUMBERS, TEXTS, constant};
use crate::conditions::Conditions;
use crate::dice::Dice;

/// Behind numbers, texts and truth values: two instants and two lengths of time.
const FIRST_EXACT: u32 = NUMBERS + TEXTS + 2;
/// The set of networks.
const NETWORKS: SetId = SetId(4);
/// The set of instants.
const INSTANTS: SetId = SetId(5);

/// Texts that mean something, and some that nearly do.
pub(crate) const TEXTS_WITH_A_MEANING: &[&str] = &[
    "/srv",
    "/srv/a",
    "/srv/../etc",
    "https://Example.com/srv",
    "https://10.0.0.7:8443/a%2f",
    "10.0.0.7",
    "::ffff:10.1.2.3",
    "2001:db8::1",
    "2026-03-02T12:00:00Z",
    "2026-03-02T12:00:00.0001Z",
    "2026-03-02",
    "2026-02-30",
    "1h30m",
    "PT90M",
];

pub(crate) fn add_constants(dice: &mut Dice, bundle: &mut Bundle, now: Instant) {
    for _ in 0..2 {
        let away = dice.between(-3, 3) * 3_600_000;
        bundle.constants.push(Constant::Instant(Instant(now.0 + away)));
    }
    for hours in [1, 36] {
        bundle
            .constants
            .push(Constant::Duration(Duration(hours * 3_600_000)));
    }
}

pub(crate) fn add_set(dice: &mut Dice, bundle: &mut Bundle) {
    let networks = ["10.0.0.0/8", "10.1.0.0/16", "2001:db8::/32", "0.0.0.0/0"];
    let mut elements: Vec<Constant> = networks
        .into_iter()
        .filter(|_| dice.chance(50))
        .map(|text| Constant::Network(Network::parse(text).unwrap()))
        .collect();
    elements.sort();
    bundle.sets.push(Set {
        name: dice.chance(60).then(|| "networks".to_owned()),
        private: dice.chance(20),
        elements,
    });
    // The first instants of two days of Berlin, and one that texts say.
    let instants = [
        "2026-03-01T23:00:00Z",
        "2026-03-02T12:00:00Z",
        "2026-03-02T23:00:00Z",
    ];
    let mut elements: Vec<Constant> = instants
        .into_iter()
        .filter(|_| dice.chance(60))
        .map(|text| Constant::Instant(Instant::parse(text).unwrap()))
        .collect();
    elements.sort();
    bundle.sets.push(Set {
        name: dice.chance(60).then(|| "instants".to_owned()),
        private: dice.chance(20),
        elements,
    });
}

impl Conditions<'_> {
    pub(crate) fn exact_test(&mut self) -> NodeId {
        let op = *self.dice.pick(&[
            CompareOp::Equal,
            CompareOp::NotEqual,
            CompareOp::Less,
            CompareOp::LessEqual,
            CompareOp::Greater,
            CompareOp::GreaterEqual,
        ]);
        let fold = self.dice.chance(10);
        let node = match self.dice.below(10) {
            0 | 1 => Node::Compare {
                op,
                left: self.instant(2),
                right: self.instant(1),
                fold: false,
            },
            2 => Node::Compare {
                op,
                left: self.length(2),
                right: self.length(1),
                fold: false,
            },
            3 => Node::InSet {
                value: self.read(Reading::Address),
                set: NETWORKS,
                fold: false,
            },
            7 | 8 => Node::IsWritten {
                value: self.text(1),
                exact: *self
                    .dice
                    .pick(&[Exact::Instant, Exact::Date, Exact::Duration, Exact::Address]),
            },
            9 => Node::InSet {
                value: self.instant(1),
                set: INSTANTS,
                fold: false,
            },
            4 => Node::Text {
                op: TextOp::Under,
                text: self.read(Reading::Path),
                pattern: self.read(Reading::Path),
                fold,
            },
            5 => {
                let part = *self
                    .dice
                    .pick(&[Reading::Scheme, Reading::Host, Reading::UrlPath]);
                Node::Compare {
                    op: CompareOp::Equal,
                    left: self.read(part),
                    right: self.text(0),
                    fold,
                }
            }
            _ => Node::Compare {
                op,
                left: self.read(Reading::Port),
                right: self.number(0),
                fold: false,
            },
        };
        self.add(node)
    }

    fn read(&mut self, reading: Reading) -> NodeId {
        let text = self.text(1);
        let read = self.add(Node::Read { text, reading });
        // A host may be an address.
        if reading == Reading::Address && self.dice.chance(30) {
            let text = self.text(0);
            let text = self.add(Node::Read {
                text,
                reading: Reading::Host,
            });
            return self.add(Node::Read { text, reading });
        }
        read
    }

    fn instant(&mut self, depth: usize) -> NodeId {
        let node = match self.dice.below(7) {
            0 | 1 => Node::Now,
            6 => Node::Moment {
                text: self.text(0),
                zone: ZoneId(u32::from(self.dice.chance(50))),
            },
            2 => Node::Constant(constant(FIRST_EXACT + u32::from(self.dice.chance(50)))),
            3 if depth > 0 => {
                let op = *self.dice.pick(&[ArithmeticOp::Add, ArithmeticOp::Subtract]);
                Node::Arithmetic {
                    op,
                    left: self.instant(depth - 1),
                    right: self.length(depth - 1),
                }
            }
            4 if depth > 0 => {
                let value = self.read(Reading::Instant);
                let fallback = self.instant(depth - 1);
                Node::Else { value, fallback }
            }
            5 => Node::Date {
                text: self.text(0),
                zone: ZoneId(u32::from(self.dice.chance(50))),
            },
            _ => return self.read(Reading::Instant),
        };
        self.add(node)
    }

    fn length(&mut self, depth: usize) -> NodeId {
        let node = match self.dice.below(4) {
            0 => Node::Constant(constant(FIRST_EXACT + 2 + u32::from(self.dice.chance(50)))),
            1 if depth > 0 => Node::Arithmetic {
                op: ArithmeticOp::Subtract,
                left: self.instant(depth - 1),
                right: self.instant(depth - 1),
            },
            2 if depth > 0 => {
                let op = *self.dice.pick(&[ArithmeticOp::Add, ArithmeticOp::Subtract]);
                Node::Arithmetic {
                    op,
                    left: self.length(depth - 1),
                    right: self.length(depth - 1),
                }
            }
            _ => return self.read(Reading::Duration),
        };
        self.add(node)
    }
}

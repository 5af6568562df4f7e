//! What an argument may be: the schema that says so, in one of the ways in which schemas say it, and values that fit.

use wicket_lang::json::{Json, Object};

use crate::dice::Dice;
use crate::json;

/// What a value may be.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    Bool,
    Integer,
    Number,
    Text,
    /// One of these texts.
    Words(Vec<&'static str>),
    /// One of these numbers.
    Numbers(Vec<i64>),
    Date,
    Moment,
    List(Box<Shape>),
    Record(Vec<Part>),
    Nullable(Box<Shape>),
    /// A text or a whole number.
    TextOrInteger,
    /// Words and numbers in one enumeration.
    Mixed,
    Anything,
}

/// A field of a record.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) required: bool,
}

const NAMES: &[&str] = &[
    "alpha", "beta", "gamma", "limit", "message", "path", "kind", "owner",
];

/// Constraints that narrow no type, and words for a reader.
const IDLE: &[(&str, &str)] = &[
    ("description", r#""what it is""#),
    ("title", r#""It""#),
    ("default", "null"),
    ("minLength", "0"),
    ("maxLength", "100"),
    ("minItems", "0"),
    ("maxItems", "9"),
    ("minimum", "-100"),
    ("maximum", "100000"),
    ("examples", "[]"),
    ("x-order", "3"),
];

/// Formats that leave a text what it is.
const FREE_FORMATS: &[&str] = &["uri", "email", "ipv4", "hostname", "uuid", "regex"];

impl Shape {
    /// A record of some fields.
    pub(crate) fn record(dice: &mut Dice, depth: usize) -> Self {
        let count = 2 + dice.below(4);
        let mut parts: Vec<Part> = Vec::new();
        for _ in 0..count {
            let name = *dice.pick(NAMES);
            if parts.iter().all(|part| part.name != name) {
                parts.push(Part {
                    name,
                    shape: Self::any(dice, depth.saturating_sub(1)),
                    required: dice.chance(70),
                });
            }
        }
        Self::Record(parts)
    }

    fn any(dice: &mut Dice, depth: usize) -> Self {
        let inner = depth.saturating_sub(1);
        match dice.below(if depth == 0 { 11 } else { 17 }) {
            0 => Self::Bool,
            1 => Self::Integer,
            2 => Self::Number,
            3 | 4 => Self::Text,
            5 => Self::Words(vec!["near", "far", "wide"]),
            6 => Self::Numbers(vec![1, 2, 5]),
            7 => Self::Date,
            8 => Self::Moment,
            9 => Self::TextOrInteger,
            10 if dice.chance(50) => Self::Mixed,
            10 => Self::Anything,
            11..=13 => Self::List(Box::new(Self::any(dice, inner))),
            14 | 15 => Self::record(dice, inner),
            _ => Self::Nullable(Box::new(Self::any(dice, inner))),
        }
    }

    /// A schema of it; what is said by reference goes into `defs`.
    pub(crate) fn schema(&self, dice: &mut Dice, defs: &mut Object) -> Json {
        let mut plain = self.plain(dice, defs);
        if let (Json::Object(object), true) = (&mut plain, dice.chance(30)) {
            let (keyword, value) = *dice.pick(IDLE);
            object.insert(keyword, json(value));
        }
        // The arguments as a whole are said plainly.
        if let Self::Record(_) = self
            && defs.is_empty()
            && dice.chance(50)
        {
            return plain;
        }
        match dice.below(12) {
            0 => object([("allOf", Json::Array(vec![plain]))]),
            1 => object([("anyOf", Json::Array(vec![plain]))]),
            2 => object([("oneOf", Json::Array(vec![plain, Json::Bool(false)]))]),
            3 => {
                let name = format!("d{}", defs.len());
                let reference = Json::String(format!("#/$defs/{name}"));
                defs.insert(name, plain);
                object([("$ref", reference), ("description", json("\"see there\""))])
            }
            _ => plain,
        }
    }

    fn plain(&self, dice: &mut Dice, defs: &mut Object) -> Json {
        match self {
            Self::Bool => json(r#"{"type":"boolean"}"#),
            Self::Integer => json(r#"{"type":"integer"}"#),
            Self::Number => json(r#"{"type":"number"}"#),
            Self::Text if dice.chance(30) => {
                let format = Json::String((*dice.pick(FREE_FORMATS)).to_owned());
                object([("type", json("\"string\"")), ("format", format)])
            }
            Self::Text => json(r#"{"type":"string"}"#),
            Self::Words(words) if dice.chance(30) => {
                let one = |word: &&str| object([("const", Json::String((*word).to_owned()))]);
                object([("oneOf", Json::Array(words.iter().map(one).collect()))])
            }
            Self::Words(words) => {
                let words = words.iter().map(|word| Json::String((*word).to_owned()));
                object([
                    ("type", json("\"string\"")),
                    ("enum", Json::Array(words.collect())),
                ])
            }
            Self::Numbers(numbers) => {
                let numbers = numbers.iter().map(|number| Json::Number((*number).into()));
                object([("enum", Json::Array(numbers.collect()))])
            }
            Self::Date => json(r#"{"type":"string","format":"date"}"#),
            Self::Moment => json(r#"{"type":"string","format":"date-time"}"#),
            Self::List(element) => {
                let items = element.schema(dice, defs);
                object([("type", json("\"array\"")), ("items", items)])
            }
            Self::Record(parts) => record(parts, dice, defs),
            Self::Nullable(inner) => {
                let inner = inner.schema(dice, defs);
                object([("anyOf", Json::Array(vec![inner, json(r#"{"type":"null"}"#)]))])
            }
            Self::TextOrInteger => json(r#"{"type":["string","integer"]}"#),
            Self::Mixed => json(r#"{"enum":["near",1,"far",2]}"#),
            Self::Anything => json("{}"),
        }
    }

    /// A value that fits.
    pub(crate) fn value(&self, dice: &mut Dice) -> Json {
        match self {
            Self::Bool => Json::Bool(dice.chance(50)),
            Self::Number if dice.chance(50) => json("2.5"),
            Self::Integer | Self::Number => Json::Number(small(dice).into()),
            Self::Text => Json::String((*dice.pick(&["", "a", "ab", "b", "near", "Far/away"])).to_owned()),
            Self::Words(words) => Json::String((*dice.pick(words)).to_owned()),
            Self::Numbers(numbers) => Json::Number((*dice.pick(numbers)).into()),
            Self::Date => Json::String((*dice.pick(&["2026-03-01", "2026-03-29", "2027-01-01"])).to_owned()),
            Self::Moment => {
                Json::String((*dice.pick(&["2026-03-01T12:00:00Z", "2026-03-29T02:30:00+02:00"])).to_owned())
            }
            Self::List(element) => Json::Array((0..dice.below(4)).map(|_| element.value(dice)).collect()),
            Self::Record(parts) => Json::Object(
                parts
                    .iter()
                    .filter_map(|part| {
                        let is_sent = part.required || dice.chance(60);
                        is_sent.then(|| (part.name.to_owned(), part.shape.value(dice)))
                    })
                    .collect(),
            ),
            Self::Nullable(_) if dice.chance(30) => Json::Null,
            Self::Nullable(inner) => inner.value(dice),
            Self::TextOrInteger if dice.chance(50) => Json::Number(small(dice).into()),
            Self::TextOrInteger => Json::String("a".to_owned()),
            Self::Mixed => dice
                .pick(&[json("\"near\""), json("1"), json("\"far\""), json("2")])
                .clone(),
            Self::Anything => dice
                .pick(&[json("null"), json("[1]"), json("{\"x\":1}"), json("\"a\"")])
                .clone(),
        }
    }
}

fn small(dice: &mut Dice) -> i64 {
    i64::try_from(dice.below(12)).unwrap() - 3
}

fn record(parts: &[Part], dice: &mut Dice, defs: &mut Object) -> Json {
    let mut fields = Vec::new();
    for part in parts {
        let schema = part.shape.schema(dice, defs);
        fields.push((part.name.to_owned(), schema));
    }
    let required = parts.iter().filter(|part| part.required);
    let required = required.map(|part| Json::String(part.name.to_owned())).collect();
    let mut record = vec![
        ("properties", Json::Object(fields.into_iter().collect())),
        ("required", Json::Array(required)),
    ];
    // Some servers forget to say it.
    if dice.chance(90) {
        record.push(("type", json("\"object\"")));
    }
    if dice.chance(50) {
        record.push(("additionalProperties", Json::Bool(dice.chance(50))));
    }
    object(record)
}

fn object<'a>(members: impl IntoIterator<Item = (&'a str, Json)>) -> Json {
    let members = members.into_iter();
    Json::Object(members.map(|(name, value)| (name.to_owned(), value)).collect())
}

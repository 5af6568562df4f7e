//! Texts that mean something: an instant, a length of time, a path, an address. What is not exactly one is unknown.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::address::read_address;
use super::folder::read_path;
use super::link::Link;
use super::{Decimal, Duration, Instant, Missing, Value};

/// What a text is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Reading {
    /// RFC 3339, to the millisecond.
    Instant,
    /// `1h30m`, or a duration of ISO 8601 without months and years.
    Duration,
    /// `path(x)`.
    Path,
    /// `url(x).scheme`, and so on.
    Scheme,
    /// `url(x).host`, without capitals.
    Host,
    /// `url(x).port`; that of the scheme where none is written.
    Port,
    /// `url(x).path`.
    UrlPath,
    /// `address(x)`.
    Address,
}

impl Reading {
    /// Every kind, in the order of the artifact.
    pub const ALL: [Self; 8] = [
        Self::Instant,
        Self::Duration,
        Self::Path,
        Self::Scheme,
        Self::Host,
        Self::Port,
        Self::UrlPath,
        Self::Address,
    ];

    /// The part of `url(x)` that has this name.
    #[must_use]
    pub fn part(name: &str) -> Option<Self> {
        match name {
            "scheme" => Some(Self::Scheme),
            "host" => Some(Self::Host),
            "port" => Some(Self::Port),
            "path" => Some(Self::UrlPath),
            _ => None,
        }
    }

    /// How it is written around what it reads: `url(` and `).host`.
    #[must_use]
    pub fn around(self) -> (&'static str, &'static str) {
        match self {
            Self::Instant => ("instant(", ")"),
            Self::Duration => ("duration(", ")"),
            Self::Path => ("path(", ")"),
            Self::Scheme => ("url(", ").scheme"),
            Self::Host => ("url(", ").host"),
            Self::Port => ("url(", ").port"),
            Self::UrlPath => ("url(", ").path"),
            Self::Address => ("address(", ")"),
        }
    }
}

/// What a text means; unknown where it is not exactly that. What is missing stays missing for the same reason.
#[must_use]
pub fn read<'a>(reading: Reading, value: &Value<'a>) -> Value<'a> {
    let text = match value.text_or_missing() {
        Ok(text) => text,
        Err(missing) => return Value::Missing(missing),
    };
    let owned = |text: String| Value::Text(Cow::Owned(text));
    let found = match reading {
        Reading::Instant => Instant::parse_exactly(text).map(Value::Instant),
        Reading::Duration => Duration::parse(text).map(Value::Duration),
        Reading::Path => read_path(text).map(|_| Value::Text(text.clone())),
        Reading::Scheme => Link::parse(text).map(|link| Value::text(link.scheme)),
        Reading::Host => Link::parse(text).map(|link| owned(link.host)),
        Reading::Port => Link::parse(text).map(|link| Value::Number(Decimal::from_i64(i64::from(link.port)))),
        Reading::UrlPath => Link::parse(text).and_then(|link| link.path.map(|path| owned(path.to_owned()))),
        Reading::Address => read_address(text).map(Value::Address),
    };
    found.unwrap_or(Value::Missing(Missing::Unknown))
}

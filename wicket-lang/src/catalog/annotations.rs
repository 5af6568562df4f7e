//! What an upstream says of a tool in its annotations, as it was when the owner pinned it.
//!
//! They are the upstream's own words, so they are kept beside the digest of the texts that covers them, in the lock, and
//! never read from what it lists today. What it does not say and what it says in a way that cannot be read are two
//! things: the first is known to be absent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::json::{Json, Object};

/// An annotation that says yes or no of a tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Annotation {
    /// It changes nothing.
    ReadOnly,
    /// It may destroy.
    Destructive,
    /// The same call again changes nothing more.
    Idempotent,
    /// It reaches beyond what the server itself holds.
    OpenWorld,
}

impl Annotation {
    /// All of them, in the order of the protocol.
    pub const ALL: &'static [Self] = &[
        Self::ReadOnly,
        Self::Destructive,
        Self::Idempotent,
        Self::OpenWorld,
    ];

    /// As a condition reads it: `tool.read_only`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ReadOnly => "read_only",
            Self::Destructive => "destructive",
            Self::Idempotent => "idempotent",
            Self::OpenWorld => "open_world",
        }
    }

    /// As the protocol writes it.
    #[must_use]
    pub fn hint(self) -> &'static str {
        match self {
            Self::ReadOnly => "readOnlyHint",
            Self::Destructive => "destructiveHint",
            Self::Idempotent => "idempotentHint",
            Self::OpenWorld => "openWorldHint",
        }
    }

    /// The annotation that a condition reads by this name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|annotation| annotation.name() == name)
    }
}

/// What the pinned definition says of one annotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stated {
    /// Yes or no.
    Said(bool),
    /// Nothing.
    Silent,
    /// Something that is neither yes nor no.
    Unreadable,
}

/// The annotations of one pinned definition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annotations {
    /// `None`: what stands there is neither yes nor no.
    said: BTreeMap<Annotation, Option<bool>>,
}

impl Annotations {
    /// Those of a definition as the upstream lists it.
    #[must_use]
    pub fn of_definition(definition: &Object) -> Self {
        match definition.get("annotations") {
            None | Some(Json::Null) => Self::default(),
            Some(Json::Object(annotations)) => Self::of_object(annotations),
            Some(Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_)) => Self {
                said: Annotation::ALL.iter().map(|known| (*known, None)).collect(),
            },
        }
    }

    fn of_object(annotations: &Object) -> Self {
        let said = Annotation::ALL.iter().filter_map(|known| {
            let value = annotations.get(known.hint())?;
            let said = match value {
                Json::Null => return None,
                Json::Bool(value) => Some(*value),
                Json::Number(_) | Json::String(_) | Json::Array(_) | Json::Object(_) => None,
            };
            Some((*known, said))
        });
        Self { said: said.collect() }
    }

    /// What is said of one.
    #[must_use]
    pub fn get(&self, annotation: Annotation) -> Stated {
        match self.said.get(&annotation) {
            None => Stated::Silent,
            Some(None) => Stated::Unreadable,
            Some(Some(value)) => Stated::Said(*value),
        }
    }

    /// As a lock holds them: by the protocol's names, `null` for what could not be read.
    #[must_use]
    pub fn write(&self) -> Json {
        let said = self.said.iter();
        Json::Object(
            said.map(|(known, said)| (known.hint().to_owned(), said.map_or(Json::Null, Json::Bool)))
                .collect(),
        )
    }

    /// Reads what [`write`](Self::write) writes, and nothing else.
    #[must_use]
    pub fn read(json: &Json) -> Option<Self> {
        let object = json.as_object()?;
        let mut said = BTreeMap::new();
        for (key, value) in object.iter() {
            let known = Annotation::ALL.iter().find(|known| known.hint() == key)?;
            let value = match value {
                Json::Null => None,
                Json::Bool(value) => Some(*value),
                Json::Number(_) | Json::String(_) | Json::Array(_) | Json::Object(_) => return None,
            };
            said.insert(*known, value);
        }
        Some(Self { said })
    }
}

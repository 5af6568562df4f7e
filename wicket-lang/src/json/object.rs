//! A JSON object that keeps the order of its keys.

use super::Json;

/// An object: pairs in the order in which they were written, no key twice. Equality does not look at the order.
#[derive(Clone, Debug, Default)]
pub struct Object {
    // INVARIANT: no two pairs have the same key.
    pairs: Vec<(String, Json)>,
}

impl Object {
    /// An object without keys.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// For the reader, which has looked for duplicate keys already.
    pub(super) fn from_distinct(pairs: Vec<(String, Json)>) -> Self {
        Self { pairs }
    }

    /// How many keys it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether it has no keys.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The value under a key, which is looked for byte by byte: `é` has two spellings in Unicode.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Json> {
        self.iter()
            .find_map(|(name, value)| (name == key).then_some(value))
    }

    /// The same, to be changed in its place.
    #[must_use]
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Json> {
        self.pairs
            .iter_mut()
            .find_map(|(name, value)| (name == key).then_some(value))
    }

    /// Whether the key is there, even with `null`.
    #[must_use]
    pub fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Sets a key to a value; a key that is there keeps its place. Returns the value that it had.
    pub fn insert(&mut self, key: impl Into<String>, value: Json) -> Option<Json> {
        let key = key.into();
        if let Some(place) = self.get_mut(&key) {
            return Some(std::mem::replace(place, value));
        }
        self.pairs.push((key, value));
        None
    }

    /// Takes a key out and returns its value; the others keep their order.
    pub fn remove(&mut self, key: &str) -> Option<Json> {
        let place = self.pairs.iter().position(|(name, _)| name == key)?;
        Some(self.pairs.remove(place).1)
    }

    /// The pairs, in the order in which they were written.
    #[must_use]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &Json)> + ExactSizeIterator {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The keys, in the order in which they were written.
    #[must_use]
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &str> + ExactSizeIterator {
        self.iter().map(|(name, _)| name)
    }

    /// The first key that is none of `fields` and that a reader which ignores case would take for one of them.
    ///
    /// Some readers (Go's, for one) accept `Name` for `name` and `ſtate` for `state`. Where a message has fields that
    /// the protocol names, such a key is a second value for the field, and the message is to be refused.
    #[must_use]
    pub fn look_alike(&self, fields: &[&str]) -> Option<&str> {
        self.keys()
            .find(|key| fields.iter().any(|field| is_look_alike(key, field)))
    }
}

/// Whether a reader that ignores case takes `key` for `field`, though they differ.
#[must_use]
pub(crate) fn is_look_alike(key: &str, field: &str) -> bool {
    key != field && key.chars().map(fold).eq(field.chars().map(fold))
}

/// ASCII letters to lower case, and the two letters outside ASCII that Unicode folds into it.
fn fold(character: char) -> char {
    match character {
        'ſ' => 's',
        '\u{212a}' => 'k',
        other => other.to_ascii_lowercase(),
    }
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        // Sorted, so that two large objects cost no more than their size times its logarithm.
        self.len() == other.len() && sorted(self) == sorted(other)
    }
}

fn sorted(object: &Object) -> Vec<(&str, &Json)> {
    let mut pairs: Vec<_> = object.iter().collect();
    pairs.sort_by_key(|(name, _)| *name);
    pairs
}

impl FromIterator<(String, Json)> for Object {
    /// Of two pairs with the same key the later one counts.
    fn from_iter<I: IntoIterator<Item = (String, Json)>>(pairs: I) -> Self {
        let mut object = Self::new();
        // Keys mostly come in order (from a map), and then none has to be looked for among those before it.
        let mut is_ordered = true;
        for (key, value) in pairs {
            is_ordered = is_ordered && object.pairs.last().is_none_or(|(last, _)| *last < key);
            if is_ordered {
                object.pairs.push((key, value));
            } else {
                object.insert(key, value);
            }
        }
        object
    }
}

impl IntoIterator for Object {
    type Item = (String, Json);
    type IntoIter = std::vec::IntoIter<(String, Json)>;

    fn into_iter(self) -> Self::IntoIter {
        self.pairs.into_iter()
    }
}

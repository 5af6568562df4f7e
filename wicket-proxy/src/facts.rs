//! The one port through which facts come, and its first implementation: a file.
//!
//! The file is a JSON list of records, read again when it changes:
//!
//! ```json
//! [{ "connector": "github", "resource": "repo", "key": { "owner": "acme", "name": "site" },
//!    "attributes": { "visibility": "public", "archived": false }, "read_at": "2026-03-02T12:00:00Z" }]
//! ```
//!
//! What is absent, or older than its connector's `fresh`, is unknown. A file that cannot be read makes every fact one
//! that could not be fetched: unknown as well, and worth another try.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use serde::Deserialize;
use wicket_lang::json::{self, Json, Object};
use wicket_lang::request::{Fact, FactRef};
use wicket_lang::value::Instant;

/// Where facts come from.
#[derive(Debug)]
pub struct FactsPort {
    file: Option<PathBuf>,
    loaded: Mutex<Loaded>,
}

#[derive(Debug, Default)]
struct Loaded {
    /// What the file was when it was read.
    stamp: Option<(SystemTime, u64)>,
    /// `None`: it could not be read.
    records: Option<Arc<Records>>,
}

#[derive(Debug, Default)]
struct Records {
    by_key: HashMap<Key, Record>,
    /// The keys in small letters, for resources whose case does not matter. `None`: several records are about it, and
    /// nobody can say which of them holds.
    folded: HashMap<Key, Option<Key>>,
}

impl Records {
    fn find(&self, key: &Key, ignoring_case: bool) -> Option<&Record> {
        if ignoring_case {
            self.by_key.get(self.folded.get(&folded(key))?.as_ref()?)
        } else {
            self.by_key.get(key)
        }
    }
}

/// Connector, resource, and the parts of the key in the order of their names.
type Key = (String, String, Vec<(String, String)>);

#[derive(Debug)]
struct Record {
    attributes: Object,
    read_at: Instant,
}

/// A record as it stands in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    connector: String,
    resource: String,
    key: BTreeMap<String, String>,
    attributes: serde_json::Map<String, serde_json::Value>,
    read_at: String,
}

impl FactsPort {
    /// Facts from this file; without one nothing is known.
    #[must_use]
    pub fn new(file: Option<PathBuf>) -> Self {
        Self {
            file,
            loaded: Mutex::default(),
        }
    }

    /// What is known of a record at `now`.
    #[must_use]
    pub fn fetch(&self, reference: &FactRef, now: Instant) -> Fact {
        let Some(file) = &self.file else {
            return Fact::Unknown;
        };
        let Some(records) = self.current(file) else {
            return Fact::Failed;
        };
        let mut key = reference.key.clone();
        key.sort();
        let key = (reference.connector.clone(), reference.name.clone(), key);
        let found = records.find(&key, reference.ignoring_case);
        match found {
            None => Fact::Unknown,
            Some(record) => {
                let age = now.0.saturating_sub(record.read_at.0);
                let fresh = reference.fresh_seconds.unwrap_or(u64::MAX).saturating_mul(1000);
                // A record from the future was not read at that instant; its age is not known.
                if age < 0 || age.unsigned_abs() > fresh {
                    Fact::Unknown
                } else {
                    Fact::Known {
                        attributes: record.attributes.clone(),
                        read_at: Some(record.read_at),
                    }
                }
            }
        }
    }

    /// The records of the file as it is now.
    fn current(&self, file: &PathBuf) -> Option<Arc<Records>> {
        let stamp = std::fs::metadata(file)
            .and_then(|meta| Ok((meta.modified()?, meta.len())))
            .ok();
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if stamp.is_none() || loaded.stamp != stamp {
            loaded.records = match read(file) {
                Ok(records) => Some(Arc::new(records)),
                Err(error) => {
                    tracing::warn!(file = %file.display(), error, "the facts cannot be read; every fact is unknown");
                    None
                }
            };
            loaded.stamp = stamp;
        }
        loaded.records.clone()
    }
}

fn folded((connector, resource, key): &Key) -> Key {
    let key = key
        .iter()
        .map(|(name, part)| (name.clone(), part.to_ascii_lowercase()))
        .collect();
    (connector.clone(), resource.clone(), key)
}

fn read(file: &PathBuf) -> Result<Records, String> {
    let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
    // The strict reader first: a key that stands twice must not be read as its last value.
    let limits = json::Limits {
        bytes: usize::MAX,
        nodes: usize::MAX,
        ..json::Limits::default()
    };
    json::read(text.as_bytes(), &limits).map_err(|error| error.to_string())?;
    let written: Vec<Written> = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let mut records = Records::default();
    for one in written {
        let read_at = Instant::parse(&one.read_at).map_err(|_| {
            format!(
                "`read_at` {:?} is no instant, such as 2026-03-02T12:00:00Z",
                one.read_at
            )
        })?;
        let attributes = Json::try_from(&serde_json::Value::Object(one.attributes))
            .map_err(|_| "an attribute holds a number that cannot be kept exactly".to_owned())?;
        let Json::Object(attributes) = attributes else {
            return Err("`attributes` is no object".to_owned());
        };
        let key = (
            one.connector,
            one.resource,
            one.key.into_iter().collect::<Vec<_>>(),
        );
        records
            .folded
            .entry(folded(&key))
            .and_modify(|several| *several = None)
            .or_insert_with(|| Some(key.clone()));
        let record = Record { attributes, read_at };
        if records.by_key.insert(key.clone(), record).is_some() {
            return Err(format!("{} {} {:?} stands twice", key.0, key.1, key.2));
        }
    }
    Ok(records)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use wicket_lang::ir::ResourceId;

    fn reference(owner: &str) -> FactRef {
        FactRef {
            resource: ResourceId(0),
            connector: "github".into(),
            name: "repo".into(),
            key: vec![("owner".into(), owner.into()), ("name".into(), "site".into())],
            ignoring_case: true,
            fresh_seconds: Some(60),
        }
    }

    const RECORDS: &str = r#"[{ "connector": "github", "resource": "repo", "key": { "owner": "acme", "name": "site" },
        "attributes": { "visibility": "public" }, "read_at": "2026-03-02T12:00:00Z" }]"#;

    #[test]
    fn a_fresh_record_is_known_and_an_old_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("facts.json");
        std::fs::write(&file, RECORDS).unwrap();
        let port = FactsPort::new(Some(file));
        let at = |seconds: i64| Instant(Instant::parse("2026-03-02T12:00:00Z").unwrap().0 + seconds * 1000);
        assert!(matches!(
            port.fetch(&reference("acme"), at(60)),
            Fact::Known { .. }
        ));
        assert!(matches!(
            port.fetch(&reference("ACME"), at(1)),
            Fact::Known { .. }
        ));
        assert_eq!(port.fetch(&reference("acme"), at(61)), Fact::Unknown);
        assert_eq!(port.fetch(&reference("acme"), at(-1)), Fact::Unknown);
        assert_eq!(port.fetch(&reference("other"), at(0)), Fact::Unknown);
    }

    #[test]
    fn of_two_records_that_differ_by_case_neither_is_believed_where_case_does_not_matter() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("facts.json");
        let other = RECORDS.replace("acme", "Acme").replace("public", "private");
        let both = format!(
            "{},{}",
            RECORDS.trim_end_matches(']'),
            other.trim_start_matches('[')
        );
        std::fs::write(&file, both).unwrap();
        let port = FactsPort::new(Some(file));
        let now = Instant::parse("2026-03-02T12:00:00Z").unwrap();
        for owner in ["acme", "Acme", "ACME"] {
            assert_eq!(port.fetch(&reference(owner), now), Fact::Unknown, "{owner}");
        }
        let exact = FactRef {
            ignoring_case: false,
            ..reference("acme")
        };
        assert!(matches!(port.fetch(&exact, now), Fact::Known { .. }));
    }

    #[test]
    fn a_changed_file_is_read_again_and_a_broken_one_fails() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("facts.json");
        let port = FactsPort::new(Some(file.clone()));
        let now = Instant::parse("2026-03-02T12:00:00Z").unwrap();
        assert_eq!(port.fetch(&reference("acme"), now), Fact::Failed);
        std::fs::write(&file, RECORDS).unwrap();
        assert!(matches!(port.fetch(&reference("acme"), now), Fact::Known { .. }));
        std::fs::write(&file, "[{").unwrap();
        assert_eq!(port.fetch(&reference("acme"), now), Fact::Failed);
        let twice = r#""visibility": "private", "visibility": "public""#;
        std::fs::write(&file, RECORDS.replace(r#""visibility": "public""#, twice)).unwrap();
        assert_eq!(port.fetch(&reference("acme"), now), Fact::Failed);
    }
}

//! `wicket.lock`: what an owner accepted, tool by tool.
//!
//! Connectors ship with Wicket, so without a lock the same sources would mean something else under another release. The
//! lock is a source of the bundle; only `wicket catalog pull` changes it. It is laid out for a review: keys in order, a
//! tool on a line.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Annotations, Catalog, Digest, Tier, Tiers};
use crate::json::{self, Json, Limits, Object, ReadError, canonical};

/// What a bundle accepted of each connector that it uses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// By the name that the bundle uses: the alias, where `use` gives one.
    pub connectors: BTreeMap<String, LockedConnector>,
}

/// What a bundle accepted of one connector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedConnector {
    /// The connector's own name.
    pub name: String,
    /// The digest of its source, [`Digest::of_source`].
    pub connector: Digest,
    /// The digest of its catalog, [`Catalog::digest`].
    pub catalog: Digest,
    /// By the upstream's name of the tool. A lock that fits its catalog has all of the catalog's tools and no other.
    pub tools: BTreeMap<String, LockedTool>,
}

/// What a bundle accepted of one tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedTool {
    /// `None`: pinned by name only, and denied until it is accepted into a tier.
    pub tier: Option<Tier>,
    /// The digest of its name and reduced schemas, as in the catalog.
    pub shape: Digest,
    /// `None` until a pull has seen the live definition: shipped catalogs hold no text.
    pub text: Option<Digest>,
    /// The annotations of that definition; `None` until a pull has seen one, and in locks of older pulls.
    pub annotations: Option<Annotations>,
}

/// Why a lock is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LockError {
    /// It is not JSON that Wicket reads.
    #[error(transparent)]
    Json(#[from] ReadError),
    /// It is no object of the two keys that a lock has.
    #[error("a lock is an object with `version` and `connectors`")]
    Form,
    /// Its `version` is not 1.
    #[error("this version of Wicket reads locks of version 1")]
    Version,
    /// The entry of this connector (by the bundle's name of it) has a part that is missing, unknown or of the wrong
    /// form.
    #[error("connector `{0}` needs `name`, `connector`, `catalog` and `tools`, and nothing else")]
    Connector(String),
    /// The entry of a tool has a part that is missing, unknown or of the wrong form.
    #[error(
        "tool `{tool}` of `{connector}` needs `tier`, `shape` and at most `text` and `annotations`, and nothing else"
    )]
    Tool {
        /// The bundle's name of the connector.
        connector: String,
        /// The upstream's name of the tool.
        tool: String,
    },
}

/// How a lock no longer fits the sources beside it. The remedy is always `wicket catalog pull`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stale {
    /// The bundle uses a connector, and the lock has nothing under that name.
    #[error("the connector is not in the lock")]
    Absent,
    /// The digest of the connector's source is another.
    #[error("the connector has changed since it was locked")]
    Connector,
    /// The digest of the catalog is another.
    #[error("the catalog has changed since it was locked")]
    Catalog,
    /// The digest of the catalog is the same, and the lock lists other tools or shapes: it was edited by hand.
    #[error("the tools of the lock are not those of the catalog")]
    Tools,
}

impl LockedConnector {
    /// A connector as its own source and catalog have it: every tool in its tier, no text pinned. This is what a bundle
    /// without a lock is checked against.
    #[must_use]
    pub fn expand(name: &str, source: Digest, catalog: &Catalog, tiers: &Tiers) -> Self {
        let tools = catalog
            .tools()
            .iter()
            .map(|tool| {
                let locked = LockedTool {
                    tier: tiers.get(&tool.name),
                    shape: tool.shape,
                    text: None,
                    annotations: None,
                };
                (tool.name.clone(), locked)
            })
            .collect();
        Self {
            name: name.to_owned(),
            connector: source,
            catalog: catalog.digest(),
            tools,
        }
    }

    /// Whether it was made from this source and this catalog.
    pub fn fits(&self, source: Digest, catalog: &Catalog) -> Result<(), Stale> {
        if self.connector != source {
            return Err(Stale::Connector);
        }
        if self.catalog != catalog.digest() {
            return Err(Stale::Catalog);
        }
        let locked = self.tools.iter().map(|(name, tool)| (name.as_str(), tool.shape));
        let pinned = catalog
            .tools()
            .iter()
            .map(|tool| (tool.name.as_str(), tool.shape));
        if locked.eq(pinned) {
            Ok(())
        } else {
            Err(Stale::Tools)
        }
    }
}

impl Lock {
    /// Whether the connector that the bundle calls `alias` was locked from this source and this catalog.
    pub fn fits(&self, alias: &str, source: Digest, catalog: &Catalog) -> Result<&LockedConnector, Stale> {
        let locked = self.connectors.get(alias).ok_or(Stale::Absent)?;
        locked.fits(source, catalog)?;
        Ok(locked)
    }

    /// The text of the file; the same lock gives the same bytes.
    #[must_use]
    pub fn write(&self) -> String {
        let mut out = String::from("{\n  \"version\": 1,\n  \"connectors\": {");
        for (position, (alias, connector)) in self.connectors.iter().enumerate() {
            out.push_str(if position == 0 { "\n" } else { ",\n" });
            write_connector(&mut out, alias, connector);
        }
        out.push_str(if self.connectors.is_empty() {
            "}\n}\n"
        } else {
            "\n  }\n}\n"
        });
        out
    }

    /// Reads a lock. What it does not know is an error: a misspelt key must not mean "not pinned" in silence.
    pub fn read(bytes: &[u8]) -> Result<Self, LockError> {
        let file = json::read(bytes, &Limits::default())?;
        let file = file.as_object().ok_or(LockError::Form)?;
        if !has_only(file, &["version", "connectors"]) {
            return Err(LockError::Form);
        }
        if file.get("version") != Some(&Json::Number(1.into())) {
            return Err(LockError::Version);
        }
        let connectors = file
            .get("connectors")
            .and_then(Json::as_object)
            .ok_or(LockError::Form)?
            .iter()
            .map(|(alias, value)| Ok((alias.to_owned(), read_connector(alias, value)?)))
            .collect::<Result<_, LockError>>()?;
        Ok(Self { connectors })
    }
}

fn write_connector(out: &mut String, alias: &str, connector: &LockedConnector) {
    // Writing to a string cannot fail.
    let _ = write!(
        out,
        "    {}: {{\n      \"name\": {},\n      \"connector\": \"{}\",\n      \"catalog\": \"{}\",\n      \"tools\": {{",
        quoted(alias),
        quoted(&connector.name),
        connector.connector,
        connector.catalog
    );
    for (position, (name, tool)) in connector.tools.iter().enumerate() {
        let tier = tool.tier.map_or("null".to_owned(), |tier| quoted(tier.name()));
        let _ = write!(
            out,
            "{}\n        {}: {{ \"tier\": {tier}, \"shape\": \"{}\"",
            if position == 0 { "" } else { "," },
            quoted(name),
            tool.shape
        );
        if let Some(text) = tool.text {
            let _ = write!(out, ", \"text\": \"{text}\"");
        }
        if let Some(annotations) = &tool.annotations {
            let _ = write!(out, ", \"annotations\": {}", canonical(&annotations.write()));
        }
        out.push_str(" }");
    }
    out.push_str(if connector.tools.is_empty() {
        "}\n    }"
    } else {
        "\n      }\n    }"
    });
}

fn quoted(text: &str) -> String {
    canonical(&Json::String(text.to_owned()))
}

fn read_connector(alias: &str, value: &Json) -> Result<LockedConnector, LockError> {
    let wrong = || LockError::Connector(alias.to_owned());
    let object = value
        .as_object()
        .filter(|object| has_only(object, &["name", "connector", "catalog", "tools"]))
        .ok_or_else(wrong)?;
    let tools = object
        .get("tools")
        .and_then(Json::as_object)
        .ok_or_else(wrong)?
        .iter()
        .map(|(name, value)| {
            let tool = read_tool(value).ok_or_else(|| LockError::Tool {
                connector: alias.to_owned(),
                tool: name.to_owned(),
            })?;
            Ok((name.to_owned(), tool))
        })
        .collect::<Result<_, LockError>>()?;
    Ok(LockedConnector {
        name: text(object, "name").ok_or_else(wrong)?.to_owned(),
        connector: digest(object, "connector").ok_or_else(wrong)?,
        catalog: digest(object, "catalog").ok_or_else(wrong)?,
        tools,
    })
}

fn read_tool(value: &Json) -> Option<LockedTool> {
    let object = value.as_object()?;
    if !has_only(object, &["tier", "shape", "text", "annotations"]) {
        return None;
    }
    let tier = match object.get("tier")? {
        Json::Null => None,
        Json::String(name) => Some(Tier::find(name)?),
        Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_) => return None,
    };
    let text = if object.contains_key("text") {
        Some(digest(object, "text")?)
    } else {
        None
    };
    // Without the digest of the texts nobody knows whose annotations they are.
    let annotations = match object.get("annotations") {
        None => None,
        Some(_) if text.is_none() => return None,
        Some(annotations) => Some(Annotations::read(annotations)?),
    };
    Some(LockedTool {
        tier,
        shape: digest(object, "shape")?,
        text,
        annotations,
    })
}

fn has_only(object: &Object, known: &[&str]) -> bool {
    object.keys().all(|key| known.contains(&key))
}

fn text<'a>(object: &'a Object, key: &str) -> Option<&'a str> {
    object.get(key)?.as_str()
}

fn digest(object: &Object, key: &str) -> Option<Digest> {
    Digest::parse(text(object, key)?)
}

//! What changed between two catalogs, for the person who decides whether to accept it.

use std::collections::BTreeSet;
use std::fmt;

use super::{Catalog, PinnedTool};
use crate::json::{Json, Object, canonical};

/// The longest piece of a schema that is shown.
const MAX_SHOWN: usize = 160;

/// The difference between two catalogs, by tool, in the order of their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The names of tools that only the new catalog has.
    pub added: Vec<String>,
    /// The names of tools that only the old catalog has.
    pub removed: Vec<String>,
    /// Tools of both that take or give something else.
    pub shape_changed: Vec<ShapeChange>,
    /// Tools with the same shape whose descriptions or annotations changed. Catalogs hold no text, so only a pull,
    /// which has the lock's digests, can fill it.
    pub text_changed: Vec<String>,
}

impl Changes {
    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty()
            && self.removed.is_empty()
            && self.shape_changed.is_empty()
            && self.text_changed.is_empty()
    }
}

/// A tool whose shape changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapeChange {
    /// The upstream's name of it.
    pub tool: String,
    /// What changed in what it takes; empty where only the output schema changed.
    pub input: Vec<InputChange>,
    /// Whether its output schema is another, is new, or is gone.
    pub output_changed: bool,
}

/// A change in what a tool takes. Schemas are canonical JSON; names and schemas are the upstream's own text, which
/// [`Display`](fmt::Display) cuts and escapes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputChange {
    /// The argument is new.
    Added {
        /// The argument, by its name in the schema.
        argument: String,
        /// Whether it must be sent.
        required: bool,
        /// The schema that it has.
        schema: String,
    },
    /// The argument is gone.
    Removed {
        /// The argument, by its name in the schema.
        argument: String,
    },
    /// The argument's schema is another.
    Changed {
        /// The argument, by its name in the schema.
        argument: String,
        /// The schema that it had.
        from: String,
        /// The schema that it has.
        to: String,
    },
    /// The argument must now be sent.
    NowRequired {
        /// The argument, by its name in the schema.
        argument: String,
    },
    /// The argument may now be left out.
    NowOptional {
        /// The argument, by its name in the schema.
        argument: String,
    },
    /// Something beside the arguments: `anyOf`, `$defs`, `additionalProperties`, …
    Elsewhere {
        /// The keyword of the input schema that has another value; `required` where only its order is another.
        keyword: String,
    },
}

impl fmt::Display for InputChange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Added {
                argument,
                required,
                schema,
            } => {
                let need = if *required { "required" } else { "optional" };
                write!(
                    formatter,
                    "argument `{}` is new ({need}): {}",
                    Plain(argument),
                    Plain(schema)
                )
            }
            Self::Removed { argument } => write!(formatter, "argument `{}` is gone", Plain(argument)),
            Self::Changed { argument, from, to } => {
                write!(
                    formatter,
                    "argument `{}` was {}, is {}",
                    Plain(argument),
                    Plain(from),
                    Plain(to)
                )
            }
            Self::NowRequired { argument } => {
                write!(formatter, "argument `{}` is now required", Plain(argument))
            }
            Self::NowOptional { argument } => {
                write!(formatter, "argument `{}` is now optional", Plain(argument))
            }
            Self::Elsewhere { keyword } => {
                write!(formatter, "`{}` of the input schema changed", Plain(keyword))
            }
        }
    }
}

/// A text of an upstream's, for a terminal: cut if long, and what would not be seen as it is (control characters,
/// changes of direction) escaped, so that a definition cannot dress up the report about itself.
struct Plain<'a>(&'a str);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars().take(MAX_SHOWN) {
            if matches!(character, '"' | '\'' | '\\') {
                write!(formatter, "{character}")?;
            } else {
                write!(formatter, "{}", character.escape_debug())?;
            }
        }
        if self.0.chars().nth(MAX_SHOWN).is_some() {
            formatter.write_str("…")?;
        }
        Ok(())
    }
}

/// What changed from `old` to `new`.
#[must_use]
pub fn diff(old: &Catalog, new: &Catalog) -> Changes {
    let missing_in = |there: &Catalog, here: &Catalog| {
        here.names()
            .filter(|name| there.get(name).is_none())
            .map(str::to_owned)
            .collect()
    };
    Changes {
        added: missing_in(old, new),
        removed: missing_in(new, old),
        shape_changed: new
            .tools()
            .iter()
            .filter_map(|after| shape_change(old.get(&after.name)?, after))
            .collect(),
        text_changed: Vec::new(),
    }
}

fn shape_change(before: &PinnedTool, after: &PinnedTool) -> Option<ShapeChange> {
    (before.shape != after.shape).then(|| ShapeChange {
        tool: after.name.clone(),
        input: input_changes(&before.input, &after.input),
        output_changed: before.output != after.output,
    })
}

fn input_changes(before: &Json, after: &Json) -> Vec<InputChange> {
    let mut changes = argument_changes(before, after);
    for keyword in union(keys(Some(before)), keys(Some(after))) {
        let told = ["properties", "required"].contains(&keyword);
        if !told && member(before, keyword) != member(after, keyword) {
            changes.push(InputChange::Elsewhere {
                keyword: keyword.to_owned(),
            });
        }
    }
    if changes.is_empty() && before != after {
        // The same arguments are required, in another order.
        changes.push(InputChange::Elsewhere {
            keyword: "required".to_owned(),
        });
    }
    changes
}

fn argument_changes(before: &Json, after: &Json) -> Vec<InputChange> {
    let (old, new) = (member(before, "properties"), member(after, "properties"));
    let (old_required, new_required) = (required(before), required(after));
    let mut changes = Vec::new();
    let names = union(keys(old), keys(new));
    for name in union(names, old_required.union(&new_required).copied().collect()) {
        let argument = name.to_owned();
        let schemas = (
            old.and_then(|old| member(old, name)),
            new.and_then(|new| member(new, name)),
        );
        match schemas {
            (None, Some(schema)) => {
                changes.push(InputChange::Added {
                    argument,
                    required: new_required.contains(name),
                    schema: canonical(schema),
                });
                continue;
            }
            (Some(_), None) => {
                changes.push(InputChange::Removed { argument });
                continue;
            }
            (Some(from), Some(to)) if from != to => changes.push(InputChange::Changed {
                argument: argument.clone(),
                from: canonical(from),
                to: canonical(to),
            }),
            (Some(_), Some(_)) | (None, None) => {}
        }
        match (old_required.contains(name), new_required.contains(name)) {
            (false, true) => changes.push(InputChange::NowRequired { argument }),
            (true, false) => changes.push(InputChange::NowOptional { argument }),
            (true, true) | (false, false) => {}
        }
    }
    changes
}

fn member<'a>(value: &'a Json, key: &str) -> Option<&'a Json> {
    value.as_object()?.get(key)
}

fn keys(value: Option<&Json>) -> BTreeSet<&str> {
    value
        .and_then(Json::as_object)
        .into_iter()
        .flat_map(Object::keys)
        .collect()
}

fn required(schema: &Json) -> BTreeSet<&str> {
    member(schema, "required")
        .and_then(Json::as_array)
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
        .collect()
}

fn union<'a>(mut left: BTreeSet<&'a str>, right: BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    left.extend(right);
    left
}

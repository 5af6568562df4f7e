//! Where policies, rules and breakers stand in the sources, as lines and columns.
//!
//! An artifact does not carry the sources, so the places are found while they are at hand.

use serde::{Deserialize, Serialize};

use crate::ir::Bundle;
use crate::source::{SourceFile, Sources, Span};

/// A place for people: line and column from 1, the column in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// An entry of [`Places::files`].
    pub file: u32,
    /// From 1; 0 where nothing is known.
    pub line: u32,
    /// From 1, in characters; 0 where nothing is known.
    pub column: u32,
}

/// The places of a bundle's entries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Places {
    /// The names of the policy files, in order.
    pub files: Vec<String>,
    /// As [`Bundle::policies`].
    pub policies: Vec<Place>,
    /// As [`Bundle::rules`].
    pub rules: Vec<Place>,
    /// As [`Bundle::breakers`].
    pub breakers: Vec<Place>,
}

impl Places {
    pub(super) fn find(bundle: &Bundle, sources: &Sources) -> Self {
        let files: Vec<Lines<'_>> = sources.iter().map(|(_, file)| Lines::of(file)).collect();
        let place = |span: Span| {
            files
                .get(span.file.0 as usize)
                .map_or(Place::default(), |lines| lines.place(span))
        };
        Self {
            files: sources.iter().map(|(_, file)| file.name.clone()).collect(),
            policies: bundle.policies.iter().map(|policy| place(policy.span)).collect(),
            rules: bundle.rules.iter().map(|rule| place(rule.span)).collect(),
            breakers: bundle
                .breakers
                .iter()
                .map(|breaker| place(breaker.span))
                .collect(),
        }
    }

    /// `policies.wkt:12:3`.
    #[must_use]
    pub fn show(&self, place: Place) -> String {
        let file = self.files.get(place.file as usize).map_or("?", String::as_str);
        format!("{file}:{}:{}", place.line, place.column)
    }

    /// Whether there is one for each entry, in a file that is named.
    pub(super) fn fit(&self, bundle: &Bundle) -> bool {
        let all = || self.policies.iter().chain(&self.rules).chain(&self.breakers);
        self.policies.len() == bundle.policies.len()
            && self.rules.len() == bundle.rules.len()
            && self.breakers.len() == bundle.breakers.len()
            // A bundle that was made without sources has no files, and then every place is that of nothing.
            && all().all(|place| (place.file as usize) < self.files.len() || *place == Place::default())
    }
}

/// A text with the starts of its lines, so that many places in it are found fast.
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn of(file: &'a SourceFile) -> Self {
        let ends = file.text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            text: &file.text,
            starts: std::iter::once(0).chain(ends).collect(),
        }
    }

    fn place(&self, span: Span) -> Place {
        let at = span.start as usize;
        let line = self.starts.partition_point(|start| *start <= at);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let before = self.text.get(start..at).unwrap_or_default();
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Place {
            file: span.file.0,
            line: number(line),
            column: number(before.chars().count() + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn a_place_is_the_one_that_the_sources_name() {
        let text = "é = ü\n  x\n\nlast";
        let sources = Sources::single("a.wkt", text);
        let Some(file) = sources.get(FileId(0)) else {
            return;
        };
        let lines = Lines::of(file);
        for at in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
            let place = lines.place(Span::new(FileId(0), at, at));
            let position = sources.position(FileId(0), u32::try_from(at).unwrap_or(0));
            assert_eq!(
                (place.line as usize, place.column as usize),
                (position.line, position.column)
            );
        }
    }
}

//! Source texts, spans in them, and positions for people.
//!
//! A [`Span`] is two byte offsets and a file number, so it is `Copy` and cheap everywhere; lines and columns are
//! computed only when something is printed. Columns count characters, not bytes: a person counts those.

mod shared;

pub use shared::{NotShared, is_shared, shared_folder};

use serde::{Deserialize, Serialize};

/// The largest source file that is read, in bytes.
pub const MAX_SOURCE_BYTES: usize = 4 * 1024 * 1024;

/// The number of a file within its [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct FileId(pub u32);

/// A piece of one source file: byte offsets, the end not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Span {
    /// The file in which it lies.
    pub file: FileId,
    /// The offset of its first byte.
    pub start: u32,
    /// The offset behind its last byte; an empty span has it at `start`.
    pub end: u32,
}

impl Span {
    /// The bytes of `file` from `start` up to `end`, which is not included. An offset beyond `u32::MAX` becomes that.
    #[must_use]
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let clamp = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self {
            file,
            start: clamp(start),
            end: clamp(end),
        }
    }

    /// The smallest span that covers both; `other` must lie in the same file.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self {
            file: self.file,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }
}

/// A line and a column, both from 1; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Position {
    /// From 1; a line ends with `\n`.
    pub line: usize,
    /// In characters (Unicode scalar values), from 1.
    pub column: usize,
}

/// One text with its name (a path relative to the bundle's folder, with `/`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// A path relative to the bundle's folder, with `/`: `teams/agent.wkt`.
    pub name: String,
    /// The whole text, as it was read.
    pub text: String,
}

/// The texts of a bundle, in the order of their names, so that nothing depends on how a folder is listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    files: Vec<SourceFile>,
    /// For each file, where its lines start.
    // INVARIANT: as long as `files`; each in rising order, the first 0.
    lines: Vec<Vec<usize>>,
}

impl Sources {
    /// These texts, put into the order of their names; the ids count in that order.
    #[must_use]
    pub fn new(mut files: Vec<SourceFile>) -> Self {
        files.sort_by(|a, b| a.name.cmp(&b.name));
        let lines = files.iter().map(|file| line_starts(&file.text)).collect();
        Self { files, lines }
    }

    /// A bundle of one file.
    #[must_use]
    pub fn single(name: &str, text: &str) -> Self {
        Self::new(vec![SourceFile {
            name: name.to_owned(),
            text: text.to_owned(),
        }])
    }

    /// Every text with its id, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        (0u32..).map(FileId).zip(&self.files)
    }

    /// The text of this id; `None` for an id of other sources.
    #[must_use]
    pub fn get(&self, file: FileId) -> Option<&SourceFile> {
        self.files.get(file.0 as usize)
    }

    /// The text under `span`; empty where the span lies outside.
    #[must_use]
    pub fn text(&self, span: Span) -> &str {
        self.get(span.file)
            .and_then(|file| file.text.get(span.start as usize..span.end as usize))
            .unwrap_or_default()
    }

    /// Where `offset` of `file` is, for people. An offset outside the text is its end.
    #[must_use]
    pub fn position(&self, file: FileId, offset: u32) -> Position {
        let text = self.get(file).map(|file| file.text.as_str()).unwrap_or_default();
        let mut end = (offset as usize).min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let lines = self
            .lines
            .get(file.0 as usize)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let line = lines.partition_point(|start| *start <= end);
        let start = line.checked_sub(1).and_then(|line| lines.get(line)).copied();
        let before = text.get(start.unwrap_or(0)..end).unwrap_or_default();
        Position {
            line: line.max(1),
            column: before.chars().count() + 1,
        }
    }
}

fn line_starts(text: &str) -> Vec<usize> {
    let after = text.match_indices('\n').map(|(at, _)| at + 1);
    std::iter::once(0).chain(after).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let sources = Sources::single("a.wkt", "é = ü\n  x");
        assert_eq!(sources.position(FileId(0), 5), Position { line: 1, column: 5 });
        assert_eq!(sources.position(FileId(0), 99), Position { line: 2, column: 4 });
    }

    #[test]
    fn files_are_ordered_by_name() {
        let file = |name: &str| SourceFile {
            name: name.into(),
            text: String::new(),
        };
        let sources = Sources::new(vec![file("b"), file("a")]);
        assert_eq!(sources.get(FileId(0)).map(|file| file.name.as_str()), Some("a"));
    }
}

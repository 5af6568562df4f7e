//! The patterns of a bundle: read once, when they are added or loaded.

use serde::{Deserialize, Serialize};

use super::PatternId;
use crate::value::{MAX_PATTERNS_MEMORY, Pattern, PatternError, PatternText};

/// A table of patterns, each once. An artifact keeps their texts, and what cannot be read is no table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<PatternText>", into = "Vec<PatternText>")]
pub struct Patterns {
    patterns: Vec<Pattern>,
    memory: usize,
}

impl Patterns {
    /// The place of the pattern, new or the one that is there already.
    pub fn add(&mut self, text: PatternText) -> Result<PatternId, PatternError> {
        if let Some(place) = self.patterns.iter().position(|pattern| *pattern.text() == text) {
            return Ok(PatternId::at(place));
        }
        let whole = 0..text.source.len();
        let pattern = Pattern::new(text)?;
        let memory = self.memory + pattern.memory();
        if memory > MAX_PATTERNS_MEMORY {
            return Err(PatternError {
                problem: "the patterns of this bundle are too large together".to_owned(),
                at: whole,
                help: Some("repeat less often, or write fewer patterns"),
            });
        }
        self.memory = memory;
        self.patterns.push(pattern);
        Ok(PatternId::at(self.patterns.len() - 1))
    }

    #[must_use]
    pub fn get(&self, id: PatternId) -> Option<&Pattern> {
        self.patterns.get(id.index())
    }
}

impl From<Patterns> for Vec<PatternText> {
    fn from(patterns: Patterns) -> Self {
        let texts = patterns.patterns.iter().map(|pattern| pattern.text().clone());
        texts.collect()
    }
}

impl TryFrom<Vec<PatternText>> for Patterns {
    type Error = PatternError;

    fn try_from(texts: Vec<PatternText>) -> Result<Self, PatternError> {
        let mut patterns = Self::default();
        for text in texts {
            patterns.add(text)?;
        }
        Ok(patterns)
    }
}

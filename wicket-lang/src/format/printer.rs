//! Lines, indentation, and the weaving in of comments.
//!
//! INVARIANT: behind a comment nothing is written on its line. Everything that may follow one begins a line of its
//! own; what is written on a line in one piece is written only where no comment stands inside of it.

use crate::source::Span;
use crate::syntax::Comment;

/// The widest line that is made; a text or a name that is longer stands as it is.
pub(super) const WIDTH: usize = 120;

/// What stands between a piece and what came before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// An empty line where the author set one or more.
    Keep,
    /// An empty line.
    Force,
}

/// The text under construction.
pub(super) struct Printer<'a> {
    pub(super) text: &'a str,
    /// Those not yet written.
    comments: &'a [Comment],
    out: String,
    /// Where the current line begins in `out`.
    line: usize,
    indent: usize,
    /// The end, in the author's text, of what was written last.
    last: usize,
    /// Whether nothing has been written in this block.
    at_block_start: bool,
}

impl<'a> Printer<'a> {
    pub(super) fn new(text: &'a str, comments: &'a [Comment]) -> Self {
        Self {
            text,
            comments,
            out: String::new(),
            line: 0,
            indent: 0,
            last: 0,
            at_block_start: true,
        }
    }

    pub(super) fn finish(mut self) -> String {
        self.comments_before(self.text.len(), Gap::Keep);
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out
    }

    /// The author's text under `span`.
    pub(super) fn source(&self, span: Span) -> &'a str {
        self.text
            .get(span.start as usize..span.end as usize)
            .unwrap_or_default()
    }

    /// Whether a comment that is not yet written stands before `end`.
    pub(super) fn has_comment_before(&self, end: u32) -> bool {
        self.comments
            .first()
            .is_some_and(|comment| comment.span.start < end)
    }

    /// Whether `more` fits behind what stands on the line.
    pub(super) fn fits(&self, more: &str) -> bool {
        let line = self.out.get(self.line..).unwrap_or_default();
        line.chars().count() + more.chars().count() <= WIDTH
    }

    /// Begins a line for the piece at `start`, after the comments that precede it.
    pub(super) fn begin(&mut self, start: u32, gap: Gap) {
        let start = start as usize;
        let gap = self.comments_before(start, gap);
        self.gap(start, gap);
        self.start_line();
    }

    /// Begins a line that belongs to the piece before it: no empty line is kept.
    pub(super) fn begin_close(&mut self, start: u32) {
        self.comments_before(start as usize, Gap::Keep);
        self.start_line();
    }

    /// Begins the line of a closing bracket at `end`, after the comments that are left in its block.
    pub(super) fn close(&mut self, end: u32, bracket: &str) {
        self.comments_before(end as usize, Gap::Keep);
        self.dedent();
        self.start_line();
        self.out.push_str(bracket);
        self.at_block_start = false;
    }

    pub(super) fn write(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Notes that the piece that ends at `end` has been written, with the comment that ends its line.
    pub(super) fn end(&mut self, end: u32) {
        let end = end as usize;
        self.last = self.last.max(end);
        if let Some((comment, rest)) = self.comments.split_first() {
            let start = comment.span.start as usize;
            let between = self.text.get(end..start);
            // Only punctuation of the piece itself may stand between it and the comment.
            if between.is_some_and(|between| between.bytes().all(|byte| b" \t,()[]{}=:".contains(&byte))) {
                self.out.push_str("  ");
                self.out.push_str(self.source(comment.span));
                self.last = comment.span.end as usize;
                self.comments = rest;
            }
        }
    }

    /// Like [`Self::end`], and opens a block: what follows is indented.
    pub(super) fn open(&mut self, end: u32) {
        self.end(end);
        self.begin_block();
    }

    /// Indents what follows; no empty line is kept before it.
    pub(super) fn begin_block(&mut self) {
        self.indent();
        self.at_block_start = true;
    }

    pub(super) fn indent(&mut self) {
        self.indent += 2;
    }

    pub(super) fn dedent(&mut self) {
        self.indent = self.indent.saturating_sub(2);
    }

    /// Writes the comments that stand before `start`; gives the gap that is left to be made.
    fn comments_before(&mut self, start: usize, mut gap: Gap) -> Gap {
        while let Some((comment, rest)) = self.comments.split_first() {
            let at = comment.span.start as usize;
            if at >= start {
                break;
            }
            self.gap(at, gap);
            gap = Gap::Keep;
            self.start_line();
            self.out.push_str(self.source(comment.span));
            self.last = self.last.max(comment.span.end as usize);
            self.comments = rest;
        }
        gap
    }

    fn gap(&mut self, start: usize, gap: Gap) {
        let between = self.text.get(self.last..start).unwrap_or_default();
        let wanted = match gap {
            Gap::Force => true,
            Gap::Keep => between.bytes().filter(|byte| *byte == b'\n').count() > 1,
        };
        if wanted && !self.at_block_start {
            self.out.push('\n');
        }
        self.at_block_start = false;
    }

    fn start_line(&mut self) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.line = self.out.len();
        for _ in 0..self.indent {
            self.out.push(' ');
        }
    }
}

//! Findings as a person reads them in a terminal.
//!
//! The look is that of rustc. The author's text is shown only after its control characters have been escaped, so a
//! policy can neither move the cursor nor change the order in which its letters are shown; spans are moved along. Only
//! this file names the crate that draws.

use std::fmt::Write as _;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Patch, Renderer, Snippet};

use super::fix::apply;
use super::{Diagnostic, Edit, Fix, Label, Severity};
use crate::source::{FileId, SourceFile, Sources, Span};

/// Whether colours may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Nothing but text.
    Plain,
    /// ANSI escape sequences.
    Ansi,
}

/// Draws findings one below the other, an empty line between them.
#[must_use]
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, style: Style) -> String {
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Ansi => Renderer::styled(),
    };
    let mut out = String::new();
    for diagnostic in diagnostics {
        if !out.is_empty() {
            out.push('\n');
        }
        let suggestions = diagnostic.fixes.iter().map(|fix| suggestion(fix, sources));
        let groups: Vec<Group<'_>> = std::iter::once(group(diagnostic, sources))
            .chain(suggestions)
            .collect();
        out.push_str(&renderer.render(&groups));
        out.push('\n');
    }
    out
}

fn group<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group = Group::with_title(
        level
            .primary_title(escape(&diagnostic.message))
            .id(diagnostic.code.name()),
    );
    let mut files = vec![diagnostic.primary.span.file];
    for label in &diagnostic.secondary {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    for id in files {
        if let Some(file) = sources.get(id) {
            for labels in together(diagnostic, id, file) {
                group = group.element(snippet(labels, sources, id, file));
            }
        }
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(escape(note)));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(escape(help)));
    }
    let more = format!("wicket explain {}", diagnostic.code.name());
    group.element(Level::NOTE.with_name("more").message(more))
}

/// What a fix does, and the lines as they would be after it.
fn suggestion<'a>(fix: &'a Fix, sources: &'a Sources) -> Group<'a> {
    let mut group = Group::with_title(Level::HELP.secondary_title(escape(&fix.label)));
    let mut files: Vec<FileId> = fix.edits.iter().map(|edit| edit.span.file).collect();
    files.sort();
    files.dedup();
    for id in files {
        // What cannot be made is not drawn either.
        if let Some(file) = sources.get(id)
            && apply(&file.text, &fix.edits_of(id)).is_some()
        {
            group = group.element(patched(fix, sources, id, file));
        }
    }
    group
}

fn patched<'a>(fix: &'a Fix, sources: &Sources, id: FileId, file: &'a SourceFile) -> Snippet<'a, Patch<'a>> {
    let edits: Vec<(Edit, Range<usize>)> = fix
        .edits_of(id)
        .into_iter()
        .map(|edit| {
            let range = clamp(&file.text, edit.span);
            (edit, range)
        })
        .collect();
    let window = Window::around(sources, id, &file.text, edits.iter().map(|(_, range)| range));
    let patches: Vec<Patch<'a>> = edits
        .into_iter()
        .map(|(edit, range)| {
            let lines: Vec<String> = edit.replacement.split('\n').map(escape).collect();
            Patch::new(
                window.place(range.start)..window.place(range.end),
                lines.join("\n"),
            )
        })
        .collect();
    Snippet::source(window.text)
        .line_start(window.first_line)
        .path(escape(&file.name))
        .patches(patches)
}

/// Labels of one file, with where they stand in it.
type Labels<'a> = Vec<(AnnotationKind, &'a Label, Range<usize>)>;

/// Labels further apart than this are drawn apart: nobody reads what stands between them.
const APART: usize = 4096;

/// The labels in the file, those that are drawn together in one list; the one with the primary label is the first.
fn together<'a>(diagnostic: &'a Diagnostic, id: FileId, file: &SourceFile) -> Vec<Labels<'a>> {
    let primary = std::iter::once((AnnotationKind::Primary, &diagnostic.primary));
    let secondary = diagnostic
        .secondary
        .iter()
        .map(|label| (AnnotationKind::Context, label));
    let mut lists: Vec<Labels<'a>> = Vec::new();
    for (kind, label) in primary
        .chain(secondary)
        .filter(|(_, label)| label.span.file == id)
    {
        let range = clamp(&file.text, label.span);
        let is_near = |list: &Labels<'_>| {
            list.iter()
                .any(|(_, _, other)| range.start <= other.end + APART && other.start <= range.end + APART)
        };
        match lists.iter_mut().find(|list| is_near(list)) {
            Some(list) => list.push((kind, label, range)),
            None => lists.push(vec![(kind, label, range)]),
        }
    }
    lists
}

/// The lines of one file that these labels speak of.
fn snippet<'a>(
    labels: Labels<'a>,
    sources: &Sources,
    id: FileId,
    file: &'a SourceFile,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let window = Window::around(sources, id, &file.text, labels.iter().map(|(_, _, range)| range));
    let annotations: Vec<annotate_snippets::Annotation<'a>> = labels
        .into_iter()
        .map(|(kind, label, range)| {
            kind.span(window.place(range.start)..window.place(range.end))
                .label(escape(&label.text))
        })
        .collect();
    Snippet::source(window.text)
        .line_start(window.first_line)
        .path(escape(&file.name))
        .annotations(annotations)
}

/// A span within the text, between characters.
fn clamp(text: &str, span: Span) -> Range<usize> {
    let at = |offset: u32| {
        let mut at = (offset as usize).min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = at(span.start);
    start..at(span.end).max(start)
}

/// Whole lines of a text, escaped.
struct Window {
    text: String,
    first_line: usize,
    /// Where the window begins in the text.
    start: usize,
    /// Where escapes were put: the offset in the text behind it, and the one in the window.
    moved: Vec<(usize, usize)>,
}

impl Window {
    fn around<'r>(
        sources: &Sources,
        id: FileId,
        text: &str,
        ranges: impl Iterator<Item = &'r Range<usize>>,
    ) -> Self {
        let (from, to) = ranges.fold((text.len(), 0), |(from, to), range| {
            (from.min(range.start), to.max(range.end))
        });
        let before = text.get(..from).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let end = text
            .get(to..)
            .and_then(|rest| rest.find('\n'))
            .map_or(text.len(), |at| to + at);
        let mut window = Self {
            text: String::new(),
            first_line: sources
                .position(id, u32::try_from(start).unwrap_or(u32::MAX))
                .line,
            start,
            moved: Vec::new(),
        };
        for (at, c) in text.get(start..end).unwrap_or_default().char_indices() {
            if c == '\n' || !must_escape(c) {
                window.text.push(c);
                continue;
            }
            push_escaped(c, &mut window.text);
            let after = start + at + c.len_utf8();
            window.moved.push((after, window.text.len()));
        }
        window
    }

    /// Where an offset of the text is in the window.
    fn place(&self, offset: usize) -> usize {
        let count = self.moved.partition_point(|(after, _)| *after <= offset);
        // A carriage return is not drawn, so the window may be shorter than the text as well.
        let (after, place) = count
            .checked_sub(1)
            .and_then(|last| self.moved.get(last))
            .copied()
            .unwrap_or((self.start, 0));
        (place + offset.saturating_sub(after)).min(self.text.len())
    }
}

/// Writes characters that cannot be seen, or that change how others are shown, as escapes.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if must_escape(c) {
            push_escaped(c, &mut out);
        } else {
            out.push(c);
        }
    }
    out
}

fn must_escape(c: char) -> bool {
    (c.is_control() && c != '\t')
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A carriage return is not drawn: it belongs to the end of a line.
fn push_escaped(c: char, out: &mut String) {
    if c != '\r' {
        // Writing to a string does not fail.
        let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, Safety};

    fn span(start: usize, end: usize) -> Span {
        Span::new(FileId(0), start, end)
    }

    #[test]
    fn labels_far_apart_are_drawn_apart() {
        let text = format!("first\n{}last\n", "// a line of many\n".repeat(1000));
        let sources = Sources::single("team.wkt", &text);
        let at = text.len() - 5;
        let diagnostic = Diagnostic::new(Code::E0201, "twice", span(at, at + 4), "again")
            .with_label(span(0, 5), "here before");
        let drawn = render(&[diagnostic], &sources, Style::Plain);
        assert!(
            drawn.contains("team.wkt:1002:1") && drawn.contains("1002 | last"),
            "{drawn}"
        );
        assert!(
            drawn.contains("team.wkt:1:1") && drawn.contains("here before"),
            "{drawn}"
        );
        assert!(!drawn.contains("many"), "{drawn}");
    }

    #[test]
    fn it_looks_like_the_compilers_that_people_know() {
        let sources = Sources::single("team.wkt", "policy p {\n  permit a when b\n}\n");
        let diagnostic = Diagnostic::new(Code::E0101, "unexpected `when`", span(22, 26), "expected tools")
            .with_label(span(0, 6), "in this policy")
            .with_note("a note")
            .with_help("write `a.b`");
        assert_eq!(
            render(&[diagnostic], &sources, Style::Plain),
            "\
error[E0101]: unexpected `when`
 --> team.wkt:2:12
  |
1 | policy p {
  | ------ in this policy
2 |   permit a when b
  |            ^^^^ expected tools
  |
  = note: a note
  = help: write `a.b`
  = more: wicket explain E0101
"
        );
    }

    #[test]
    fn a_fix_shows_the_line_as_it_would_be() {
        let sources = Sources::single("team.wkt", "policy p {\n  permit github.get_mee\n}\n");
        let diagnostic = Diagnostic::new(
            Code::E0205,
            "no tool `get_mee`",
            span(27, 34),
            "not in the catalog",
        )
        .with_near(span(27, 34), Some("get_me"))
        .with_fix("remove the rule", vec![Edit::remove(span(11, 35))], Safety::Guess);
        assert_eq!(
            render(&[diagnostic], &sources, Style::Plain),
            "\
error[E0205]: no tool `get_mee`
 --> team.wkt:2:17
  |
2 |   permit github.get_mee
  |                 ^^^^^^^ not in the catalog
  |
  = more: wicket explain E0205
help: did you mean `get_me`?
  |
2 -   permit github.get_mee
2 +   permit github.get_me
  |
help: remove the rule
  |
2 -   permit github.get_mee
  |
"
        );
    }

    #[test]
    fn a_carriage_return_is_not_drawn_wherever_it_stands() {
        let text = "policy p {\r\n  permit\r a when b\r\n}\r\n";
        let diagnostic = Diagnostic::new(Code::E0101, "unexpected `when`", span(24, 28), "expected tools")
            .with_label(span(0, 6), "in this policy");
        assert_eq!(
            render(&[diagnostic], &Sources::single("team.wkt", text), Style::Plain),
            "\
error[E0101]: unexpected `when`
 --> team.wkt:2:12
  |
1 | policy p {
  | ------ in this policy
2 |   permit a when b
  |            ^^^^ expected tools
  |
  = more: wicket explain E0101
"
        );
    }

    #[test]
    fn control_characters_are_escaped_and_spans_move_along() {
        let text = "set \u{1b}[31m\u{202e} é x\r\nnext";
        let sources = Sources::single("a\u{7}.wkt", text);
        let at = text.find('x').unwrap_or(0);
        let diagnostic = Diagnostic::new(Code::E0113, "bad \u{1b}", span(at, at + 1), "here");
        let shown = render(&[diagnostic], &sources, Style::Plain);
        assert!(!shown.contains(['\u{1b}', '\u{202e}', '\u{7}', '\r']), "{shown}");
        assert!(
            shown.contains("1 | set \\u{1b}[31m\\u{202e} é x\n  |                          ^ here"),
            "{shown}"
        );
    }

    #[test]
    fn spans_outside_of_the_text_are_clamped() {
        let sources = Sources::single("a.wkt", "é");
        for (start, end) in [(0, 1), (1, 1), (2, 2), (5, 3), (7, 900)] {
            let diagnostic = Diagnostic::new(Code::E0101, "m", span(start, end), "l");
            assert!(render(&[diagnostic], &sources, Style::Plain).contains("a.wkt:1:"));
        }
        let lost = Diagnostic::new(Code::E0101, "m", Span::new(FileId(9), 0, 1), "l");
        assert!(render(&[lost], &sources, Style::Ansi).contains("E0101"));
    }
}

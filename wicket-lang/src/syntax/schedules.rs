//! Groups the flat list of a schedule into entries.
//!
//! The grammar reads days, times, names and commas as they come, because the comma means two things: days join up to
//! the next time, and times join up to the next day. A day without a time stands alone only where no time follows
//! before the end, so what could be read in two ways is refused here.

use super::ast::{Date, Days, Entry, Name, ScheduleBody, Times};
use super::dates;
use super::nodes::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// An element of the flat list.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    Comma(Span),
    And(Span),
    /// A weekday or another schedule.
    Name(Name),
    Weekdays(Name, Name),
    Dates(Days),
    Times(Times),
    Group(ScheduleBody),
    /// A diagnostic has been made.
    Bad,
}

pub(super) fn body(
    context: &Context,
    span: Span,
    include: Vec<Piece>,
    except: Option<Vec<Piece>>,
) -> ScheduleBody {
    ScheduleBody {
        include: group(context, include),
        except: group(context, except.unwrap_or_default()),
        span,
    }
}

pub(super) fn dates(context: &Context, start: usize, first: &str, last: &str, end: usize) -> Piece {
    let span = context.span(start, end);
    match (dates::date(first), dates::date(last)) {
        (Some(first), Some(last)) if fit(first, last) => Piece::Dates(Days::Dates { first, last, span }),
        (Some(_), Some(_)) => {
            context.report(
                Diagnostic::new(
                    Code::E0110,
                    "the ends of this range do not fit",
                    span,
                    "either both dates carry a year, the first before the last, or none does",
                )
                .with_help("write `2026-12-24..2027-01-01`, or `12-24..01-01` for every year"),
            );
            Piece::Bad
        }
        // The lexical checks have reported the date itself.
        (None, _) | (_, None) => Piece::Bad,
    }
}

fn fit(first: Date, last: Date) -> bool {
    match (first.year, last.year) {
        (None, None) => true,
        (Some(_), Some(_)) => first <= last,
        (None, Some(_)) | (Some(_), None) => false,
    }
}

pub(super) fn time_range(context: &Context, start: usize, range: &str, end: usize) -> Piece {
    let (from, to) = range.split_once('-').unwrap_or((range, ""));
    times(context, start, from, to, end)
}

pub(super) fn times(context: &Context, start: usize, from: &str, to: &str, end: usize) -> Piece {
    let span = context.span(start, end);
    if let Some((start, end)) = dates::window(from, to) {
        return Piece::Times(Times { start, end, span });
    }
    context.report(
        Diagnostic::new(
            Code::E0110,
            format!("`{from}-{to}` is no window of a day"),
            span,
            "a window goes from one time to a later one, or wraps past midnight",
        )
        .with_help("times are written `09:00-17:00`; a whole day is `00:00-24:00`"),
    );
    Piece::Bad
}

/// The entries under construction.
struct Grouping<'a> {
    context: &'a Context,
    entries: Vec<Entry>,
    days: Vec<Days>,
    times: Vec<Times>,
    /// Days that ended without a time.
    alone: Vec<Span>,
}

/// What stands between two commas or `and`s.
enum Simple {
    Days(Days),
    Times(Times),
    Both(Days, Times),
    Other(Entry),
}

fn group(context: &Context, pieces: Vec<Piece>) -> Vec<Entry> {
    let mut grouping = Grouping {
        context,
        entries: Vec::new(),
        days: Vec::new(),
        times: Vec::new(),
        alone: Vec::new(),
    };
    let mut segment: Vec<Vec<Piece>> = vec![Vec::new()];
    for piece in pieces {
        match piece {
            Piece::Comma(span) => {
                if segment.iter().all(Vec::is_empty) {
                    context.report(Diagnostic::new(
                        Code::E0101,
                        "unexpected `,` in a schedule",
                        span,
                        "expected days, times or the name of a schedule",
                    ));
                }
                grouping.segment(std::mem::replace(&mut segment, vec![Vec::new()]));
            }
            Piece::And(span) => {
                if segment.last().is_none_or(Vec::is_empty) {
                    context.report(Diagnostic::new(
                        Code::E0101,
                        "unexpected `and` in a schedule",
                        span,
                        "expected days, times or the name of a schedule",
                    ));
                }
                segment.push(Vec::new());
            }
            Piece::Name(_)
            | Piece::Weekdays(..)
            | Piece::Dates(_)
            | Piece::Times(_)
            | Piece::Group(_)
            | Piece::Bad => {
                if let Some(operand) = segment.last_mut() {
                    operand.push(piece);
                }
            }
        }
    }
    grouping.segment(segment);
    grouping.flush();
    grouping.entries
}

impl Grouping<'_> {
    /// Adds what stands between two commas: operands of `and`, mostly one.
    fn segment(&mut self, operands: Vec<Vec<Piece>>) {
        let mut simple: Vec<Simple> = operands
            .into_iter()
            .filter_map(|pieces| self.simple(pieces))
            .collect();
        if simple.len() > 1 {
            self.flush();
            if simple
                .iter()
                .any(|one| matches!(one, Simple::Times(_) | Simple::Both(..)))
            {
                self.refuse_alone();
            }
            let entries: Vec<Entry> = simple.into_iter().map(Simple::entry).collect();
            let span = entries.iter().map(span_of).reduce(Span::to).unwrap_or_default();
            self.entries.push(Entry::All(entries, span));
            return;
        }
        match simple.pop() {
            None => {}
            Some(Simple::Other(entry)) => {
                self.flush();
                self.entries.push(entry);
            }
            Some(Simple::Days(days)) => self.days(days),
            Some(Simple::Times(times)) => self.times(times),
            Some(Simple::Both(days, times)) => {
                self.days(days);
                self.times(times);
            }
        }
    }

    fn days(&mut self, days: Days) {
        // Times join up to the next day.
        if !self.times.is_empty() {
            self.flush();
        }
        self.days.push(days);
    }

    fn times(&mut self, times: Times) {
        self.refuse_alone();
        self.times.push(times);
    }

    fn refuse_alone(&mut self) {
        for span in std::mem::take(&mut self.alone) {
            self.context.report(
                Diagnostic::new(
                    Code::E0115,
                    "these days could be whole days, or have the times that follow",
                    span,
                    "no time stands here, but one follows later",
                )
                .with_help("give them their times, or put them last"),
            );
        }
    }

    fn flush(&mut self) {
        let days = std::mem::take(&mut self.days);
        let times = std::mem::take(&mut self.times);
        if days.is_empty() && times.is_empty() {
            return;
        }
        let entry = windows(days, times);
        if let Entry::Windows { times, span, .. } = &entry
            && times.is_empty()
        {
            self.alone.push(*span);
        }
        self.entries.push(entry);
    }

    /// One operand: a name, a group, days, times, or days with a time.
    fn simple(&self, pieces: Vec<Piece>) -> Option<Simple> {
        let mut found: Option<Simple> = None;
        for piece in pieces {
            let (next, span) = self.read(piece)?;
            found = Some(match (found, next) {
                (None, next) => next,
                (Some(Simple::Days(days)), Simple::Times(times)) => Simple::Both(days, times),
                (Some(first), _) => {
                    let found = Diagnostic::new(
                        Code::E0101,
                        "a comma is missing in this schedule",
                        span,
                        "this does not belong to what stands before",
                    );
                    // `9-17` is a date without a year, and was most likely to be two hours.
                    let short = span.end - span.start <= 5;
                    self.context.report(if short {
                        found.with_help(
                            "if these are times, write them with minutes: `09:00-17:00`; `09-17` is a date",
                        )
                    } else {
                        found.with_help("put a comma between days, dates and names that stand side by side")
                    });
                    first
                }
            });
        }
        found
    }

    fn read(&self, piece: Piece) -> Option<(Simple, Span)> {
        match piece {
            Piece::Name(name) => {
                let span = name.span;
                let simple = match self.weekday(&name) {
                    Some(day) => Simple::Days(Days::Weekdays {
                        first: day,
                        last: day,
                        span,
                    }),
                    None => Simple::Other(Entry::Ref(name)),
                };
                Some((simple, span))
            }
            Piece::Weekdays(first, last) => {
                let span = first.span.to(last.span);
                let (Some(first), Some(last)) = (self.must_be_day(&first), self.must_be_day(&last)) else {
                    return None;
                };
                Some((Simple::Days(Days::Weekdays { first, last, span }), span))
            }
            Piece::Dates(days) => {
                let span = days_span(&days);
                Some((Simple::Days(days), span))
            }
            Piece::Times(times) => {
                let span = times.span;
                Some((Simple::Times(times), span))
            }
            Piece::Group(body) => {
                let span = body.span;
                Some((Simple::Other(Entry::Group(body)), span))
            }
            Piece::Bad | Piece::Comma(_) | Piece::And(_) => None,
        }
    }

    /// A weekday; a word that only looks like one is reported and taken for it.
    fn weekday(&self, name: &Name) -> Option<u8> {
        if let Some(day) = dates::weekday(&name.text) {
            return Some(day);
        }
        let lower = name.text.to_ascii_lowercase();
        let short = lower.get(..3).unwrap_or(&lower);
        let day = dates::weekday(short)?;
        let full = [
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
        ];
        let range = lower.split_once('-');
        let spelled_out = full.contains(&lower.as_str()) || lower.len() == 3;
        let hyphen = range
            .is_some_and(|(first, last)| dates::weekday(first).is_some() && dates::weekday(last).is_some());
        if !spelled_out && !hyphen {
            return None;
        }
        let help = match range {
            Some((first, last)) => format!("a range of days is written `{first}..{last}`"),
            None => format!("the day is written `{short}`"),
        };
        self.context.report(
            Diagnostic::new(
                Code::E0110,
                format!("`{}` is no day", name.text),
                name.span,
                "days are `mon`, `tue`, `wed`, `thu`, `fri`, `sat`, `sun`",
            )
            .with_help(help),
        );
        Some(day)
    }

    fn must_be_day(&self, name: &Name) -> Option<u8> {
        let day = self.weekday(name);
        if day.is_none() {
            self.context.report(
                Diagnostic::new(
                    Code::E0110,
                    format!("`{}` is no day", name.text),
                    name.span,
                    "a range goes from one day to another",
                )
                .with_help("days are `mon`, `tue`, `wed`, `thu`, `fri`, `sat`, `sun`"),
            );
        }
        day
    }
}

impl Simple {
    fn entry(self) -> Entry {
        match self {
            Self::Days(days) => windows(vec![days], Vec::new()),
            Self::Times(times) => windows(Vec::new(), vec![times]),
            Self::Both(days, times) => windows(vec![days], vec![times]),
            Self::Other(entry) => entry,
        }
    }
}

fn windows(days: Vec<Days>, times: Vec<Times>) -> Entry {
    let span = days
        .iter()
        .map(days_span)
        .chain(times.iter().map(|times| times.span))
        .reduce(Span::to)
        .unwrap_or_default();
    Entry::Windows { days, times, span }
}

fn days_span(days: &Days) -> Span {
    match days {
        Days::Weekdays { span, .. } | Days::Dates { span, .. } => *span,
    }
}

fn span_of(entry: &Entry) -> Span {
    match entry {
        Entry::Windows { span, .. } | Entry::All(_, span) => *span,
        Entry::Ref(name) => name.span,
        Entry::Group(body) => body.span,
    }
}

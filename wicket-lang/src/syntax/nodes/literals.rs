//! Literals of conditions that are more than a number or a text.

use super::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Duration, Expr, ExprKind};
use crate::syntax::{dates, networks};

impl Context {
    /// `2026-12-24`: in a condition a date has its year.
    pub(in crate::syntax) fn day(&self, start: usize, raw: &str, end: usize) -> Expr {
        let date = dates::date(raw);
        if date.is_some_and(|date| date.year.is_none()) {
            self.report(
                Diagnostic::new(
                    Code::E0110,
                    format!("`{raw}` is a day of every year"),
                    self.span(start, end),
                    "which year is meant?",
                )
                .with_help("write the year as well, `2026-12-24`; for a day of every year make a schedule"),
            );
        }
        let date = date.filter(|date| date.year.is_some());
        self.expr(start, date.map_or(ExprKind::Error, ExprKind::Date), end)
    }

    /// `1h30m` as a value; it may be nothing at all, `0s`.
    pub(in crate::syntax) fn length(&self, start: usize, raw: &str, end: usize) -> Expr {
        let span = self.span(start, end);
        let length = dates::seconds(raw).map(|seconds| ExprKind::Duration(Duration { seconds, span }));
        self.expr(start, length.unwrap_or(ExprKind::Error), end)
    }

    /// `192.0.2.0/24`.
    pub(in crate::syntax) fn network(&self, start: usize, raw: &str, end: usize) -> Expr {
        self.expr(
            start,
            networks::read(raw).map_or(ExprKind::Error, ExprKind::Network),
            end,
        )
    }
}

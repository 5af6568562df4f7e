//! Instants and lengths of time: what stands for them in the text, and how they are compared and joined.
//!
//! A text that a schema or a connector declares to be a date is read as one only opposite something that is: everywhere
//! else it stays the text that it is.

use super::Checker;
use super::conditions::always;
use super::moments::{self, zone_of};
use super::values::{Lowered, constant_value};
use crate::calendar;
use crate::diagnostic::{Code, Diagnostic, Edit, Safety};
use crate::ir::{Constant, Node, NodeId, SetId, ZoneId};
use crate::source::Span;
use crate::syntax::ast::{self, Expr, ExprKind};
use crate::types::{Exact, Type};
use crate::value::{self, ArithmeticOp, CompareOp, Duration, Reading, Truth, Value};

/// `now`, where it is compared.
pub(super) fn now(checker: &mut Checker<'_>) -> Lowered {
    Lowered::Value {
        node: checker.bundle.arena.add(Node::Now),
        ty: Type::Exact(Exact::Instant),
        fold: false,
    }
}

/// Whether an expression is the word `now`.
pub(super) fn is_now(expr: &Expr) -> bool {
    let ExprKind::Path(path) = &expr.kind else {
        return false;
    };
    matches!(path.segments.as_slice(), [only] if only.text == "now")
}

/// A date, an instant or a length of time that is written out.
pub(super) fn literal(checker: &mut Checker<'_>, expr: &Expr) -> Option<Lowered> {
    let constant = written(checker, expr)?;
    Some(constant_value(checker, constant))
}

/// The same as a constant.
pub(super) fn written(checker: &mut Checker<'_>, expr: &Expr) -> Option<Constant> {
    if let ExprKind::Date(date) = &expr.kind {
        return first_instant(checker, *date, expr.span).map(Constant::Instant);
    }
    if let ExprKind::Duration(length) = &expr.kind {
        let milliseconds = i64::try_from(length.seconds).ok()?.checked_mul(1000)?;
        return Some(Constant::Duration(Duration(milliseconds)));
    }
    let ExprKind::Moment(moment) = &expr.kind else {
        return None;
    };
    let zone = zone_of(checker, expr.span.file);
    let zone = zone.and_then(|zone| checker.bundle.calendar.zone(zone));
    match moments::instant(Code::E0243, zone, moment) {
        Ok(instant) => Some(Constant::Instant(instant)),
        Err(diagnostic) => {
            checker.report(*diagnostic);
            None
        }
    }
}

fn first_instant(checker: &mut Checker<'_>, date: ast::Date, span: Span) -> Option<value::Instant> {
    let zone = zone(checker, span)?;
    let date = calendar::Date {
        year: date.year,
        month: date.month,
        day: date.day,
    };
    let zone = checker.bundle.calendar.zone(zone);
    let first = zone.and_then(|zone| calendar::first_instant(zone, date));
    if first.is_none() {
        checker.report(
            Diagnostic::new(Code::E0243, "this date is not covered", span, "out of range")
                .with_help("years from 1970 to 2099 are covered"),
        );
    }
    first
}

/// The zone in which a date begins: that of the file.
fn zone(checker: &mut Checker<'_>, span: Span) -> Option<ZoneId> {
    let zone = zone_of(checker, span.file);
    if zone.is_none() {
        checker.report(
            Diagnostic::new(
                Code::E0243,
                "this date has no zone",
                span,
                "a date begins at another instant in each zone, and this file names none",
            )
            .with_help("name the zone of the file: `zone \"Europe/Berlin\"`"),
        );
    }
    zone
}

/// What a value counts as here: what it is, or what its text means.
fn meaning(ty: &Type) -> Option<Exact> {
    if ty.is_date_or_instant() {
        return Some(Exact::Instant);
    }
    let found = ty.exact().or_else(|| ty.spelling())?;
    match found {
        Exact::Date => Some(Exact::Instant),
        Exact::Instant | Exact::Duration => Some(found),
        Exact::Address => None,
    }
}

/// A value as what its text means: read, where it has not been.
pub(super) fn read(checker: &mut Checker<'_>, node: NodeId, ty: &Type, span: Span) -> Option<NodeId> {
    if ty.is_date_or_instant() {
        let zone = zone(checker, span)?;
        return Some(checker.bundle.arena.add(Node::Moment { text: node, zone }));
    }
    let reading = match ty.spelling() {
        None => return Some(node),
        Some(Exact::Date) => {
            let zone = zone(checker, span)?;
            return Some(checker.bundle.arena.add(Node::Date { text: node, zone }));
        }
        Some(Exact::Instant) => Reading::Instant,
        Some(Exact::Duration) => Reading::Duration,
        Some(Exact::Address) => Reading::Address,
    };
    Some(checker.bundle.arena.add(Node::Read { text: node, reading }))
}

/// A value with its type and its place.
pub(super) struct Side<'a> {
    pub(super) node: NodeId,
    pub(super) ty: &'a Type,
    pub(super) span: Span,
    /// What is written there, where it is a text in quotes.
    pub(super) text: Option<&'a str>,
}

impl<'a> Side<'a> {
    pub(super) fn new(node: NodeId, ty: &'a Type, expr: &'a Expr) -> Self {
        let mut side = Self {
            node,
            ty,
            span: expr.span,
            text: None,
        };
        if let ExprKind::String(text) = &expr.kind {
            side.text = Some(text);
        }
        side
    }
}

/// Whether two sides are compared or joined as instants or lengths of time: one of them is made by a condition, or the
/// texts of both mean something.
pub(super) fn concerns(left: &Type, right: &Type) -> bool {
    let is_made = |ty: &Type| ty.exact().is_some();
    is_made(left) || is_made(right) || (meaning(left).is_some() && meaning(right).is_some())
}

/// The same where an order is asked for, which texts do not have.
pub(super) fn concerns_order(left: &Type, right: &Type) -> bool {
    concerns(left, right) || meaning(left).is_some() || meaning(right).is_some()
}

/// A comparison of two instants, of two lengths of time, or of two addresses.
pub(super) fn compare(
    checker: &mut Checker<'_>,
    op: CompareOp,
    left: &Side<'_>,
    right: &Side<'_>,
) -> Option<NodeId> {
    let is_address = |side: &Side<'_>| side.ty.exact() == Some(Exact::Address);
    let is_equality = matches!(op, CompareOp::Equal | CompareOp::NotEqual);
    let alike = meaning(left.ty).is_some() && meaning(left.ty) == meaning(right.ty);
    let are_addresses = is_address(left) && is_address(right) && is_equality;
    if !alike && !are_addresses {
        report_unlike(checker, left, right);
        return None;
    }
    let (a, b) = (
        read(checker, left.node, left.ty, left.span),
        read(checker, right.node, right.ty, right.span),
    );
    let (a, b) = (a?, b?);
    // Two that are written out are compared here.
    if let Some((left, right)) = constant(checker, a).zip(constant(checker, b)) {
        let truth = value::compare(op, &left, &right, false);
        return Some(always(checker, truth == Truth::True));
    }
    Some(checker.bundle.arena.add(Node::Compare {
        op,
        left: a,
        right: b,
        fold: false,
    }))
}

fn constant(checker: &Checker<'_>, node: NodeId) -> Option<Value<'static>> {
    let Some(Node::Constant(id)) = checker.bundle.arena.get(node) else {
        return None;
    };
    match checker.bundle.constants.get(id.index())? {
        Constant::Instant(instant) => Some(Value::Instant(*instant)),
        Constant::Duration(length) => Some(Value::Duration(*length)),
        Constant::Bool(_) | Constant::Number(_) | Constant::Text(_) | Constant::Network(_) => None,
    }
}

fn report_unlike(checker: &mut Checker<'_>, left: &Side<'_>, right: &Side<'_>) {
    let diagnostic = Diagnostic::new(
        Code::E0242,
        "these two cannot be compared",
        left.span.to(right.span),
        "neither two instants nor two durations",
    )
    .with_label(left.span, format!("this is {}", left.ty))
    .with_label(right.span, format!("this is {}", right.ty));
    checker.report(advise(diagnostic, left, right));
}

/// What to do where one side is a text.
fn advise(diagnostic: Diagnostic, left: &Side<'_>, right: &Side<'_>) -> Diagnostic {
    for side in [left, right] {
        if let Some(text) = side.text {
            return match unquoted(text) {
                Some(text) => diagnostic.with_fix(
                    format!("dates, instants and durations stand without quotes: `{text}`"),
                    vec![Edit::replace(side.span, text)],
                    Safety::Guess,
                ),
                None => diagnostic.with_help(
                    "an instant is written `2026-03-02 12:00+01:00`; hours of the day are a schedule: `now in office_hours`",
                ),
            };
        }
        let is_text = side.ty.alternatives().contains(&Type::Text);
        if is_text {
            return diagnostic.with_help(
                "a text is read as a date or an instant only where its schema says `format`, or its connector declares it so",
            );
        }
    }
    diagnostic
}

/// A date, an instant or a duration in quotes, as a condition writes it.
fn unquoted(text: &str) -> Option<String> {
    let is_length = value::Duration::parse(text).is_some() && !text.starts_with('P');
    if is_length || calendar::Date::parse(text).is_some() {
        return Some(text.to_owned());
    }
    value::Instant::parse_exactly(text)?;
    let (day, time) = text.split_once('T')?;
    let (minute, rest) = time.split_at_checked(5)?;
    Some(format!("{day} {minute}{}", rest.strip_prefix(":00")?))
}

/// A value that is looked for in a set of dates, of instants or of lengths of time: read, as the set wants it. Dates are
/// looked for in the zone in which those of the set begin.
pub(super) fn member(
    checker: &mut Checker<'_>,
    value: &Side<'_>,
    (set, container): (SetId, Span),
) -> Option<NodeId> {
    let dates = checker.date_sets.get(&set).copied();
    let elements = checker.bundle.sets.get(set.index())?.elements.as_slice();
    let holds_instants = matches!(elements, [Constant::Instant(_), ..]);
    let mixed = value.ty.is_date_or_instant();
    let spelled = if mixed { None } else { value.ty.spelling() };
    let is = |exact: Exact| spelled == Some(exact) || value.ty.exact() == Some(exact);
    let reading = match (dates, holds_instants) {
        (Some(zone), _) if mixed || spelled == Some(Exact::Date) => {
            return Some(checker.bundle.arena.add(Node::Date {
                text: value.node,
                zone,
            }));
        }
        (None, true) if mixed || is(Exact::Instant) => Reading::Instant,
        (None, false) if is(Exact::Duration) => Reading::Duration,
        (Some(_) | None, _) => {
            report_no_member(checker, value, dates.is_some(), holds_instants, container);
            return None;
        }
    };
    if value.ty.exact().is_some() {
        return Some(value.node);
    }
    Some(checker.bundle.arena.add(Node::Read {
        text: value.node,
        reading,
    }))
}

fn report_no_member(
    checker: &mut Checker<'_>,
    value: &Side<'_>,
    dates: bool,
    instants: bool,
    container: Span,
) {
    let held = match (dates, instants) {
        (true, _) => "dates",
        (false, true) => "instants",
        (false, false) => "durations",
    };
    let diagnostic = Diagnostic::new(
        Code::E0242,
        format!("this is never in a set of {held}"),
        value.span,
        format!("this is {}", value.ty),
    )
    .with_label(container, format!("these are {held}"));
    let advice = if dates && meaning(value.ty) == Some(Exact::Instant) {
        "an instant lies in a day, and is none: `args.due >= 2026-12-24 and args.due < 2026-12-25`"
    } else {
        "a text is read as a date or an instant only where its schema says `format`, or its connector declares it so"
    };
    checker.report(diagnostic.with_help(advice));
}

/// A sum or a difference of instants and lengths of time.
pub(super) fn arithmetic(
    checker: &mut Checker<'_>,
    op: ArithmeticOp,
    left: &Side<'_>,
    right: &Side<'_>,
) -> Option<Lowered> {
    use Exact::{Duration as Length, Instant as At};
    let made = match (op, meaning(left.ty), meaning(right.ty)) {
        (ArithmeticOp::Add | ArithmeticOp::Subtract, Some(At), Some(Length))
        | (ArithmeticOp::Add, Some(Length), Some(At)) => At,
        (ArithmeticOp::Subtract, Some(At), Some(At))
        | (ArithmeticOp::Add | ArithmeticOp::Subtract, Some(Length), Some(Length)) => Length,
        _ => {
            let diagnostic = Diagnostic::new(
                Code::E0242,
                format!("`{}` does not join these two", op.symbol()),
                left.span.to(right.span),
                "an instant takes a duration, and two instants have one between them",
            )
            .with_label(left.span, format!("this is {}", left.ty))
            .with_label(right.span, format!("this is {}", right.ty));
            checker.report(advise(diagnostic, left, right));
            return None;
        }
    };
    let (a, b) = (
        read(checker, left.node, left.ty, left.span),
        read(checker, right.node, right.ty, right.span),
    );
    let (left, right) = (a?, b?);
    Some(Lowered::Value {
        node: checker.bundle.arena.add(Node::Arithmetic { op, left, right }),
        ty: Type::Exact(made),
        fold: false,
    })
}

/// The sides of `x else d` where one is made by a condition: the other is read, so that both are of one kind.
pub(super) fn alternatives(
    checker: &mut Checker<'_>,
    left: &Side<'_>,
    right: &Side<'_>,
) -> Option<(NodeId, NodeId, Type)> {
    let made = meaning(left.ty).filter(|made| Some(*made) == meaning(right.ty));
    let Some(made) = made else {
        report_unlike(checker, left, right);
        return None;
    };
    let (a, b) = (
        read(checker, left.node, left.ty, left.span),
        read(checker, right.node, right.ty, right.span),
    );
    Some((a?, b?, Type::Exact(made)))
}

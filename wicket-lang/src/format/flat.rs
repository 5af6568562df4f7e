//! Pieces on one line: names, selectors, conditions, values.
//!
//! Texts and quoted names are printed as the author wrote them, from the source. Parentheses stand where the tree
//! would otherwise be read back differently, and nowhere else.

use super::printer::Printer;
use super::{schedules, times};
use crate::syntax::TYPE_WORDS;
use crate::syntax::ast::{
    AccountClause, ApprovalClause, ArithmeticOp, CompareOp, Expr, ExprKind, ForClause, Literal, Message,
    MessageKeyword, Name, Path, Principal, Selector, Spelled, TextOp,
};

/// How strongly an expression holds together: an operand that is weaker than its place wants needs parentheses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    Joined,
    Negation,
    Comparison,
    Sum,
    Product,
    Fallback,
    Primary,
}

pub(super) fn name(printer: &Printer<'_>, name: &Name) -> String {
    printer.source(name.span).to_owned()
}

pub(super) fn path(printer: &Printer<'_>, path: &Path) -> String {
    join(&path.segments, ".", |segment| name(printer, segment))
}

pub(super) fn join<T>(list: &[T], separator: &str, show: impl FnMut(&T) -> String) -> String {
    list.iter().map(show).collect::<Vec<_>>().join(separator)
}

pub(super) fn approval(printer: &Printer<'_>, clause: &ApprovalClause) -> String {
    let mut words = Vec::new();
    if let Some(from) = &clause.from {
        words.push("from".to_owned());
        if let Some(count) = &clause.count {
            words.push(count.digits.clone());
            words.push("of".to_owned());
        }
        words.push(name(printer, from));
    }
    if let Some(within) = &clause.within {
        words.push("within".to_owned());
        words.push(printer.source(within.span).to_owned());
    }
    words.join(" ")
}

pub(super) fn account(printer: &Printer<'_>, clause: &AccountClause) -> String {
    format!("using {} {}", clause.word.text, printer.source(clause.name.span))
}

pub(super) fn callers(printer: &Printer<'_>, clause: &ForClause) -> String {
    let principals = |list: &[Principal]| {
        join(list, ", ", |one| match &one.name {
            Some(of) => format!("{} {}", one.kind.text, name(printer, of)),
            None => one.kind.text.clone(),
        })
    };
    let all = principals(&clause.principals);
    if clause.except.is_empty() {
        return format!("for {all}");
    }
    format!("for {all} except {}", principals(&clause.except))
}

pub(super) fn selector(printer: &Printer<'_>, selector_: &Selector) -> String {
    match selector_ {
        Selector::Tool { connector, tool } => {
            format!("{}.{}", name(printer, connector), name(printer, tool))
        }
        Selector::Glob { connector, pattern } => {
            format!("{}.{}", name(printer, connector), name(printer, pattern))
        }
        Selector::Tier {
            connector: Some(connector),
            tier,
            ..
        } => format!("{}:{}", name(printer, connector), name(printer, tier)),
        Selector::Tier {
            connector: None,
            tier,
            ..
        } => format!("*:{}", name(printer, tier)),
        Selector::Every(_) => "*".to_owned(),
        Selector::Group(members, _) => {
            format!("{{{}}}", join(members, ", ", |member| selector(printer, member)))
        }
        Selector::Except { from, less } => {
            format!("{} except {}", selector(printer, from), selector(printer, less))
        }
        Selector::Method(method) => name(printer, method),
    }
}

/// Where a selector begins and ends.
pub(super) fn selector_span(selector: &Selector) -> (u32, u32) {
    match selector {
        Selector::Tool { connector, tool: end }
        | Selector::Glob {
            connector,
            pattern: end,
        } => (connector.span.start, end.span.end),
        Selector::Tier { span, .. } | Selector::Every(span) | Selector::Group(_, span) => {
            (span.start, span.end)
        }
        Selector::Except { from, less } => (selector_span(from).0, selector_span(less).1),
        Selector::Method(method) => (method.span.start, method.span.end),
    }
}

/// `message "…"`, the text as it was written.
pub(super) fn message(printer: &Printer<'_>, message: &Message) -> String {
    let source = printer.source(message.span);
    let text = source
        .find('"')
        .and_then(|at| source.get(at..))
        .unwrap_or_default();
    let keyword = match message.keyword {
        MessageKeyword::Message => "message",
        MessageKeyword::Otherwise => "otherwise",
    };
    format!("{keyword} {text}")
}

/// An expression in a place that wants at least `least`.
pub(super) fn expr(printer: &Printer<'_>, expr: &Expr, least: Strength) -> String {
    let (text, strength) = bare(printer, expr);
    if strength < least {
        format!("({text})")
    } else {
        text
    }
}

#[expect(clippy::too_many_lines, reason = "one arm for each form")]
fn bare(printer: &Printer<'_>, whole: &Expr) -> (String, Strength) {
    let show = |one: &Expr, least: Strength| expr(printer, one, least);
    match &whole.kind {
        ExprKind::And(all) => (
            join(all, " and ", |one| show(one, Strength::Negation)),
            Strength::Joined,
        ),
        ExprKind::Or(any) => (
            join(any, " or ", |one| show(one, Strength::Negation)),
            Strength::Joined,
        ),
        ExprKind::Not(inner) => (
            format!("not {}", show(inner, Strength::Negation)),
            Strength::Negation,
        ),
        ExprKind::Compare {
            op,
            spelled,
            left,
            right,
        } => {
            let op = compare_op(*op, *spelled, right);
            (infix(printer, left, op, right), Strength::Comparison)
        }
        ExprKind::In {
            negated,
            value,
            container,
        } => {
            let op = if *negated { "not in" } else { "in" };
            (infix(printer, value, op, container), Strength::Comparison)
        }
        ExprKind::IsType { negated, value, ty } => {
            let op = if *negated { "is not" } else { "is" };
            let value = show(value, Strength::Sum);
            (format!("{value} {op} {}", ty.text), Strength::Comparison)
        }
        ExprKind::Text { op, left, right } => {
            let op = match op {
                TextOp::StartsWith => "starts_with",
                TextOp::EndsWith => "ends_with",
                TextOp::Contains => "contains",
                TextOp::Like => "like",
                TextOp::Under => "under",
            };
            (infix(printer, left, op, right), Strength::Comparison)
        }
        ExprKind::Marked {
            negated,
            subject,
            mark,
        } => {
            let is = if *negated { "is not" } else { "is" };
            let subject = show(subject, Strength::Sum);
            (
                format!("{subject} {is} marked {}", mark.text),
                Strength::Comparison,
            )
        }
        ExprKind::Pattern {
            whole,
            value,
            pattern,
        } => {
            let word = if *whole { "matches" } else { "contains" };
            let value = show(value, Strength::Sum);
            (
                format!("{value} {word} /{}/", pattern.value),
                Strength::Comparison,
            )
        }
        ExprKind::Quantified {
            quantifier,
            variable,
            over,
            body,
        } => {
            let (word, variable) = (quantifier.word(), name(printer, variable));
            let over = show(over, Strength::Primary);
            let body = show(body, Strength::Joined);
            (
                format!("{word} {variable} in {over} ({body})"),
                Strength::Comparison,
            )
        }
        ExprKind::Has(of) => (format!("has {}", path(printer, of)), Strength::Comparison),
        ExprKind::Else { path: of, fallback } => {
            let fallback = show(fallback, Strength::Primary);
            (
                format!("{} else {fallback}", path(printer, of)),
                Strength::Fallback,
            )
        }
        ExprKind::Arithmetic { op, left, right } => {
            let (op, strength, right_strength) = match op {
                ArithmeticOp::Add => ("+", Strength::Sum, Strength::Product),
                ArithmeticOp::Subtract => ("-", Strength::Sum, Strength::Product),
                ArithmeticOp::Multiply => ("*", Strength::Product, Strength::Fallback),
            };
            let left = show(left, strength);
            let right = show(right, right_strength);
            (format!("{left} {op} {right}"), strength)
        }
        ExprKind::Call { function, arguments } => {
            let arguments = join(arguments, ", ", |one| show(one, Strength::Sum));
            (format!("{}({arguments})", function.text), Strength::Primary)
        }
        ExprKind::Part {
            function,
            arguments,
            part,
        } => {
            let arguments = join(arguments, ", ", |one| show(one, Strength::Sum));
            let call = format!("{}({arguments}).{}", function.text, part.text);
            (call, Strength::Primary)
        }
        ExprKind::Date(day) => (times::date(*day), Strength::Primary),
        ExprKind::Moment(at) => (times::moment(at), Strength::Primary),
        ExprKind::Network(network) => (network.to_string(), Strength::Primary),
        ExprKind::Path(one) => (path(printer, one), Strength::Primary),
        ExprKind::List(elements) => {
            let elements = join(elements, ", ", |one| show(one, Strength::Sum));
            (format!("[{elements}]"), Strength::Primary)
        }
        ExprKind::Schedule { zone, body } => (
            schedules::in_place(printer, zone.as_ref(), body),
            Strength::Primary,
        ),
        ExprKind::Number(digits) => (digits.clone(), Strength::Primary),
        ExprKind::Bool(value) => (value.to_string(), Strength::Primary),
        ExprKind::String(_) | ExprKind::Duration(_) | ExprKind::Error => {
            (printer.source(whole.span).to_owned(), Strength::Primary)
        }
    }
}

fn infix(printer: &Printer<'_>, left: &Expr, op: &str, right: &Expr) -> String {
    let left = expr(printer, left, Strength::Sum);
    let right = expr(printer, right, Strength::Sum);
    format!("{left} {op} {right}")
}

/// Words of an enum and truth values are compared by `is`. A word that `is` would read as a type keeps its sign.
fn compare_op(op: CompareOp, spelled: Spelled, right: &Expr) -> &'static str {
    let is_word = match &right.kind {
        ExprKind::Bool(_) => true,
        ExprKind::Path(path) => match path.segments.as_slice() {
            [only] => only.text != "now" && !TYPE_WORDS.contains(&only.text.as_str()),
            _ => false,
        },
        _ => false,
    };
    match op {
        CompareOp::Equal if spelled == Spelled::Word || is_word => "is",
        CompareOp::NotEqual if spelled == Spelled::Word || is_word => "is not",
        CompareOp::Equal => "==",
        CompareOp::NotEqual => "!=",
        CompareOp::Less => "<",
        CompareOp::LessEqual => "<=",
        CompareOp::Greater => ">",
        CompareOp::GreaterEqual => ">=",
    }
}

pub(super) fn literal(printer: &Printer<'_>, value: &Literal) -> String {
    match value {
        Literal::String(text) => printer.source(text.span).to_owned(),
        Literal::Number(number) => number.digits.clone(),
        Literal::Bool(value, _) => value.to_string(),
        Literal::Null(_) => "null".to_owned(),
        Literal::Word(word) => name(printer, word),
        Literal::List(elements, _) => {
            format!("[{}]", join(elements, ", ", |one| literal(printer, one)))
        }
        Literal::Record(fields, _) => record(printer, fields),
    }
}

pub(super) fn record(printer: &Printer<'_>, fields: &[(Name, Literal)]) -> String {
    if fields.is_empty() {
        return "{}".to_owned();
    }
    let fields = join(fields, ", ", |(key, value)| {
        format!("{}: {}", name(printer, key), literal(printer, value))
    });
    format!("{{ {fields} }}")
}

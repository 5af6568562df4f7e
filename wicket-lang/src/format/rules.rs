//! Rules: on one line with the message below it, or one clause a line.

use super::flat::{self, Strength};
use super::printer::{Gap, Printer};
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind, Message, Rule};

pub(super) fn rule(printer: &mut Printer<'_>, rule: &Rule) {
    let start = rule
        .selectors
        .first()
        .map_or(rule.span.start, |first| flat::selector_span(first).0);
    // A comment between `permit` and its first tool comes to stand before the rule.
    printer.begin(rule.span.start.max(start), Gap::Keep);
    let effect = rule.effect.word();
    let selectors_end = rule
        .selectors
        .last()
        .map_or(start, |last| flat::selector_span(last).1);
    let end = clauses_end(rule).unwrap_or(selectors_end);
    let selectors = flat::join(&rule.selectors, ", ", |one| flat::selector(printer, one));
    let mut line = format!("{effect} {selectors}");
    let clauses = clauses(printer, rule);
    for (_, text) in &clauses {
        line.push(' ');
        line.push_str(text);
    }
    if let Some(when) = &rule.when {
        line.push_str(if when.only { " only when " } else { " when " });
        line.push_str(&flat::expr(printer, &when.condition, Strength::Joined));
    }
    if let Some(unless) = &rule.unless {
        line.push_str(" unless (");
        line.push_str(&flat::expr(printer, unless, Strength::Joined));
        line.push(')');
    }
    printer.indent();
    if printer.fits(&line) && !printer.has_comment_before(end) {
        printer.write(&line);
        printer.end(end);
    } else {
        printer.write(effect);
        printer.write(" ");
        self::selectors(printer, rule, &selectors, selectors_end);
        for (span, text) in &clauses {
            printer.begin_close(span.start);
            printer.write(text);
            printer.end(span.end);
        }
        if let Some(when) = &rule.when {
            printer.begin_close(when.condition.span.start);
            let lead = if when.only { "only when " } else { "when " };
            condition(printer, lead, &when.condition, "");
        }
        if let Some(unless) = &rule.unless {
            printer.begin_close(unless.span.start);
            condition(printer, "unless (", unless, ")");
        }
    }
    if let Some(message) = &rule.message {
        self::message(printer, message);
    }
    printer.dedent();
}

/// What stands between the tools of a rule and its condition, with where it stood.
fn clauses(printer: &Printer<'_>, rule: &Rule) -> Vec<(Span, String)> {
    let approval = rule.approval.as_ref();
    let account = rule.account.as_ref();
    let callers = rule.callers.as_ref();
    [
        approval.map(|clause| (clause.span, flat::approval(printer, clause))),
        account.map(|clause| (clause.span, flat::account(printer, clause))),
        callers.map(|clause| (clause.span, flat::callers(printer, clause))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Where the conditions of a rule end.
fn clauses_end(rule: &Rule) -> Option<u32> {
    let when = rule.when.as_ref().map(|when| when.condition.span.end);
    let unless = rule.unless.as_ref().map(|unless| unless.span.end);
    let approval = rule.approval.as_ref().map(|approval| approval.span.end);
    let account = rule.account.as_ref().map(|account| account.span.end);
    let callers = rule.callers.as_ref().map(|callers| callers.span.end);
    unless.or(when).or(callers).or(account).or(approval)
}

/// The selectors on one line, or one a line.
fn selectors(printer: &mut Printer<'_>, rule: &Rule, line: &str, end: u32) {
    if printer.fits(line) && !printer.has_comment_before(end) {
        printer.write(line);
        printer.end(end);
        return;
    }
    printer.indent();
    for (number, one) in rule.selectors.iter().enumerate() {
        let (start, end) = flat::selector_span(one);
        if number > 0 {
            printer.begin_close(start);
        }
        let text = flat::selector(printer, one);
        printer.write(&text);
        if number + 1 < rule.selectors.len() {
            printer.write(",");
        }
        printer.end(end);
    }
    printer.dedent();
}

/// A condition behind `lead`: on one line, or one operand a line.
fn condition(printer: &mut Printer<'_>, lead: &str, whole: &Expr, close: &str) {
    printer.write(lead);
    lines(printer, whole, close);
}

/// A condition on one line, or one operand a line; `close` stands behind the last.
fn lines(printer: &mut Printer<'_>, whole: &Expr, close: &str) {
    let (word, operands) = match &whole.kind {
        ExprKind::And(all) => ("and ", all.as_slice()),
        ExprKind::Or(any) => ("or ", any.as_slice()),
        _ => ("", std::slice::from_ref(whole)),
    };
    let line = flat::expr(printer, whole, Strength::Joined);
    let short = printer.fits(&line) && !printer.has_comment_before(whole.span.end);
    if short || operands.len() < 2 {
        operand(printer, whole, Strength::Joined, close);
        return;
    }
    printer.indent();
    for (number, one) in operands.iter().enumerate() {
        if number > 0 {
            printer.begin_close(one.span.start);
            printer.write(word);
        }
        let close = if number + 1 == operands.len() { close } else { "" };
        operand(printer, one, Strength::Negation, close);
    }
    printer.dedent();
}

/// One operand on one line, or a quantifier with its body on lines of their own.
fn operand(printer: &mut Printer<'_>, one: &Expr, least: Strength, close: &str) {
    let text = flat::expr(printer, one, least);
    let short = printer.fits(&text) && !printer.has_comment_before(one.span.end);
    let (not, inner) = match &one.kind {
        ExprKind::Not(inner) => ("not ", inner.as_ref()),
        _ => ("", one),
    };
    let ExprKind::Quantified {
        quantifier,
        variable,
        over,
        body,
    } = &inner.kind
    else {
        printer.write(&text);
        printer.write(close);
        printer.end(one.span.end);
        return;
    };
    if short {
        printer.write(&text);
        printer.write(close);
        printer.end(one.span.end);
        return;
    }
    let (word, variable) = (quantifier.word(), flat::name(printer, variable));
    let elements = flat::expr(printer, over, Strength::Primary);
    printer.write(&format!("{not}{word} {variable} in {elements} ("));
    printer.open(over.span.end);
    printer.begin_close(body.span.start);
    lines(printer, body, "");
    printer.close(one.span.end, ")");
    printer.write(close);
    printer.end(one.span.end);
}

pub(super) fn message(printer: &mut Printer<'_>, message: &Message) {
    printer.begin_close(message.span.start);
    let text = flat::message(printer, message);
    printer.write(&text);
    printer.end(message.span.end);
}

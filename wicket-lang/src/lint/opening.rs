//! Which tests of a rule open something: those that let a call pass by being true.
//!
//! In the `when` of a `permit` that is a test as it stands, in the `when` of a `forbid` one that is denied; `unless` is
//! the other way round, and so is `not`.

use super::context::Context;
use crate::ir::Effect;
use crate::syntax::ast::{self, CompareOp, Expr, ExprKind, Path, TextOp};

/// A test of a rule.
pub(super) struct Test<'a> {
    pub(super) rule: &'a ast::Rule,
    pub(super) expr: &'a Expr,
    /// Whether a call passes by it being true, rather than by it being false.
    pub(super) opens: bool,
}

/// Every test of every rule.
pub(super) fn tests<'a>(context: &Context<'a>) -> Vec<Test<'a>> {
    let mut found = Vec::new();
    for rule in context.rules() {
        let permits = rule.effect == ast::Effect::Permit;
        if let Some(when) = &rule.when {
            collect(rule, &when.condition, permits, &mut found);
        }
        if let Some(unless) = &rule.unless {
            collect(rule, unless, !permits, &mut found);
        }
    }
    found
}

fn collect<'a>(rule: &'a ast::Rule, expr: &'a Expr, opens: bool, found: &mut Vec<Test<'a>>) {
    match &expr.kind {
        ExprKind::And(parts) | ExprKind::Or(parts) => {
            for part in parts {
                collect(rule, part, opens, found);
            }
        }
        ExprKind::Not(inner) => collect(rule, inner, !opens, found),
        _ => found.push(Test { rule, expr, opens }),
    }
}

/// How a text begins or ends, by a test of it.
pub(super) struct Edge<'a> {
    pub(super) path: &'a Path,
    pub(super) pattern: &'a Expr,
    /// What the text begins with or ends with.
    pub(super) text: &'a str,
    pub(super) begins: bool,
}

/// The edge that a test asks for: `starts_with`, `ends_with`, or a `like` with one star at an end.
pub(super) fn edge(expr: &Expr) -> Option<Edge<'_>> {
    let ExprKind::Text { op, left, right } = &expr.kind else {
        return None;
    };
    let ExprKind::Path(path) = &left.kind else {
        return None;
    };
    let ExprKind::String(pattern) = &right.kind else {
        return None;
    };
    let plain = |text: &str| !text.is_empty() && !text.contains(['*', '?', '\\']);
    let (text, begins) = match op {
        TextOp::StartsWith => (pattern.as_str(), true),
        TextOp::EndsWith => (pattern.as_str(), false),
        TextOp::Like => {
            if let Some(text) = pattern.strip_suffix('*').filter(|text| plain(text)) {
                (text, true)
            } else {
                let text = pattern.strip_prefix('*').filter(|text| plain(text))?;
                (text, false)
            }
        }
        TextOp::Contains | TextOp::Under => return None,
    };
    Some(Edge {
        path,
        pattern: right,
        text,
        begins,
    })
}

/// The name of an argument, the last of its path: `args.target.url` is called `url`.
pub(super) fn argument(path: &Path) -> Option<&str> {
    let (first, rest) = path.segments.split_first()?;
    let last = rest.last()?;
    (first.text == "args").then_some(last.text.as_str())
}

/// The words of a name, in small letters: `filePath` and `file_path` are `file` and `path`.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut small_before = false;
    for c in name.chars() {
        let parts = !c.is_alphanumeric();
        if (parts || (c.is_uppercase() && small_before)) && words.last().is_some_and(|word| !word.is_empty())
        {
            words.push(String::new());
        }
        if let (false, Some(word)) = (parts, words.last_mut()) {
            word.extend(c.to_lowercase());
        }
        small_before = c.is_lowercase();
    }
    words
}

/// Whether a test is true because something is not the case: `x != y`, `x not in s`.
pub(super) fn denies(expr: &Expr) -> bool {
    matches!(
        &expr.kind,
        ExprKind::Compare {
            op: CompareOp::NotEqual,
            ..
        } | ExprKind::In { negated: true, .. }
            | ExprKind::IsType { negated: true, .. }
    )
}

/// Whether the rule is one that permits.
pub(super) fn permits(context: &Context<'_>, rule: &ast::Rule) -> bool {
    context
        .own(rule)
        .is_some_and(|(_, effect)| effect == Effect::Permit)
}

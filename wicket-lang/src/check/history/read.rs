//! Reading tracks in conditions: as a number, as a set, as a mark.

use std::collections::BTreeSet;

use super::{Kept, is_without, key};
use crate::check::conditions::unknowable;
use crate::check::names::Meaning;
use crate::check::policies::{asked_in, reads_in, walk};
use crate::check::values::{Lowered, Site, lower, report_word};
use crate::check::{Checker, named as named_types};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Constant, Measure, Node, NodeId, Over, ToolId, TrackId};
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind, Name};
use crate::types::Type;
use crate::value::{CompareOp, Decimal, Kind};

/// The track that a bare word names.
pub(in crate::check) fn named(checker: &Checker<'_>, expr: &Expr) -> Option<TrackId> {
    let ExprKind::Path(path) = &expr.kind else {
        return None;
    };
    let [name] = path.segments.as_slice() else {
        return None;
    };
    if checker.names.get(&name.text) != Some(Meaning::Track) {
        return None;
    }
    checker.bundle.find_track(&name.text)
}

/// A count or a sum as a number.
pub(in crate::check) fn number(
    checker: &mut Checker<'_>,
    site: &Site<'_>,
    track: TrackId,
    span: Span,
) -> Option<Lowered> {
    let read = checker.bundle.track(track)?;
    let ty = match read.measure {
        Measure::Calls => Type::Integer,
        Measure::Sum => Type::Decimal,
        Measure::Values => {
            let name = read.name.clone();
            checker.report(
                Diagnostic::new(
                    Code::E0343,
                    format!("`{name}` is a set of values"),
                    span,
                    "this is no number",
                )
                .with_help(format!(
                    "ask `args.x in {name}`, or for its size: `size({name}) > 3`"
                )),
            );
            return None;
        }
    };
    let node = tracked(checker, site, track)?;
    Some(Lowered::Value {
        node,
        ty,
        fold: false,
    })
}

/// The set of a track that a bare word names.
pub(in crate::check) fn named_set(checker: &Checker<'_>, expr: &Expr) -> Option<TrackId> {
    let track = named(checker, expr)?;
    (checker.bundle.track(track)?.measure == Measure::Values).then_some(track)
}

/// How many different values a track keeps.
pub(in crate::check) fn size(checker: &mut Checker<'_>, site: &Site<'_>, track: TrackId) -> Option<Lowered> {
    let node = tracked(checker, site, track)?;
    Some(Lowered::Value {
        node,
        ty: Type::Integer,
        fold: false,
    })
}

/// `x in NAME`.
pub(in crate::check) fn contained(
    checker: &mut Checker<'_>,
    site: &Site<'_>,
    value: &Expr,
    name: &Name,
) -> Option<NodeId> {
    let track = set_of_values(checker, name)?;
    let of_value = named_types::of(checker, site, value);
    let (value, ty, fold, span) = match lower(checker, site, value)? {
        Lowered::Value { node, ty, fold } => (node, ty, fold, value.span),
        Lowered::Missing(path) => return Some(unknowable(checker, path)),
        Lowered::Word(name) => {
            let _ = report_word(checker, &name);
            return None;
        }
    };
    let kept = checker.kept.get(&track).cloned().unwrap_or_default();
    named_types::check_alike(checker, span, (of_value, span), (kept.named, name.span))?;
    let are_texts = kept.ty.may_be(Kind::Text) && ty.may_be(Kind::Text);
    if !are_texts && !kept.ty.can_equal(&ty) {
        let diagnostic = Diagnostic::new(
            Code::E0301,
            "no element can be equal to this",
            span,
            format!("this is {ty}"),
        )
        .with_label(name.span, format!("this keeps {}", kept.ty));
        checker.report(diagnostic);
        return None;
    }
    let key = read_key(checker, site, track).ok()?;
    let fold = fold || checker.bundle.track(track)?.fold;
    Some(checker.bundle.arena.add(Node::InTrack {
        value,
        track,
        key,
        fold,
    }))
}

/// The track that keeps values under this name; a track that keeps none is a mistake.
fn set_of_values(checker: &mut Checker<'_>, name: &Name) -> Option<TrackId> {
    let track = checker.bundle.find_track(&name.text)?;
    if checker.bundle.track(track)?.measure == Measure::Values {
        return Some(track);
    }
    checker.report(
        Diagnostic::new(
            Code::E0343,
            format!("`{}` is a number", name.text),
            name.span,
            "nothing can be in it",
        )
        .with_help(format!("compare it: `{} > 3`", name.text)),
    );
    None
}

/// What a tracked set is looked through as, and what its elements are.
pub(in crate::check) fn elements(
    checker: &mut Checker<'_>,
    site: &Site<'_>,
    name: &Name,
) -> Option<(Over, Kept, bool)> {
    let track = set_of_values(checker, name)?;
    let key = read_key(checker, site, track).ok()?;
    let kept = checker.kept.get(&track).cloned().unwrap_or_default();
    let fold = checker.bundle.track(track)?.fold;
    Some((Over::Tracked { track, key }, kept, fold))
}

/// The type that a connector names of what a track keeps.
pub(in crate::check) fn named_type(checker: &Checker<'_>, track: TrackId) -> Option<String> {
    checker.kept.get(&track)?.named.clone()
}

/// `session is marked NAME`: a call that set the mark is counted.
pub(in crate::check) fn marked(
    checker: &mut Checker<'_>,
    site: &Site<'_>,
    subject: &Expr,
    mark: &Name,
) -> Option<NodeId> {
    let is_session = matches!(
        &subject.kind,
        ExprKind::Path(path) if matches!(path.segments.as_slice(), [one] if one.text == "session")
    );
    if !is_session {
        checker.report(
            Diagnostic::new(
                Code::E0344,
                "only a session is marked",
                subject.span,
                "this bears no marks",
            )
            .with_help(format!("write `session is marked {}`", mark.text)),
        );
        return None;
    }
    if checker.names.get(&mark.text) != Some(Meaning::Mark) {
        let label = checker
            .names
            .get(&mark.text)
            .map_or("no mark has this name".to_owned(), |meaning| {
                format!("this is {}", meaning.noun())
            });
        let near = checker
            .names
            .nearest(&mark.text, |meaning| meaning == Meaning::Mark)
            .map(str::to_owned);
        let diagnostic = Diagnostic::new(
            Code::E0344,
            format!("`{}` is no mark", mark.text),
            mark.span,
            label,
        );
        checker.report(match near {
            Some(near) => diagnostic.with_near(mark.span, Some(&near)),
            None => diagnostic.with_help(format!("declare it: `mark {} {{ github:read }}`", mark.text)),
        });
        return None;
    }
    let track = checker.bundle.find_track(&mark.text)?;
    let left = tracked(checker, site, track)?;
    let one = checker.constant(Constant::Number(Decimal::from_i64(1)));
    let right = checker.bundle.arena.add(Node::Constant(one));
    Some(checker.bundle.arena.add(Node::Compare {
        op: CompareOp::GreaterEqual,
        left,
        right,
        fold: false,
    }))
}

fn tracked(checker: &mut Checker<'_>, site: &Site<'_>, track: TrackId) -> Option<NodeId> {
    let key = read_key(checker, site, track).ok()?;
    Some(checker.bundle.arena.add(Node::Tracked { track, key }))
}

/// A mistake that has been reported.
struct Reported;

/// The key of the call that reads, where the track has keys.
fn read_key(checker: &mut Checker<'_>, site: &Site<'_>, track: TrackId) -> Result<Option<NodeId>, Reported> {
    let Some(by) = checker.keys.get(&track).copied() else {
        return Ok(None);
    };
    let mut asked: BTreeSet<Vec<String>> = asked_in([by]);
    asked.extend(site.asked.iter().cloned());
    let site = Site::new(site.tool, &asked);
    key(checker, &site, by).map(Some).ok_or(Reported)
}

/// By which key a breaker looks at the calls of a tool that it stops; `None` where it passes over the tool, because its
/// owner declares that it touches no such resource, or where a mistake has been reported.
///
/// The tool need not have the arguments: then nobody knows the key of its calls.
pub(in crate::check) fn stopping(checker: &mut Checker<'_>, tool: ToolId, track: TrackId) -> Option<NodeId> {
    let by = checker.keys.get(&track).copied()?;
    if is_without(checker, tool, &reads_in(checker, [by])) {
        return None;
    }
    let mut asked = asked_in([by]);
    walk(by, &mut |expr| {
        if let ExprKind::Path(path) = &expr.kind {
            let names = path.segments.iter().skip(1);
            asked.insert(names.map(|name| name.text.clone()).collect());
        }
    });
    key(checker, &Site::new(tool, &asked), by)
}

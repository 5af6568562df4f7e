//! Sets of constants.

use std::collections::{BTreeMap, BTreeSet};

use super::moments::zone_of;
use super::names::{Meaning, is_first};
use super::{Checker, exact, named};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Constant, Set, SetId, ZoneId};
use crate::source::Span;
use crate::syntax::ast::{self, Expr, ExprKind};
use crate::value::Decimal;

/// Whether it is private, its elements, and where these are dates the zone in which they begin.
pub(super) type Literal = (bool, Vec<Constant>, Option<ZoneId>);

/// Whether the instants in a set came from dates, and of which zones.
#[derive(Default)]
struct Dates {
    zones: BTreeSet<ZoneId>,
    has_instants: bool,
}

impl Dates {
    /// Notes what an element is.
    fn note(&mut self, checker: &Checker<'_>, element: &Expr) {
        if let ExprKind::Date(_) = &element.kind {
            self.zones.extend(zone_of(checker, element.span.file));
        }
        self.has_instants |= matches!(element.kind, ExprKind::Moment(_));
    }

    /// Notes what a set that is taken in holds.
    fn take_in(&mut self, checker: &Checker<'_>, id: SetId) {
        let elements = checker
            .bundle
            .sets
            .get(id.index())
            .map(|set| set.elements.as_slice());
        let holds_instants = matches!(elements, Some([Constant::Instant(_), ..]));
        match checker.date_sets.get(&id) {
            Some(zone) => drop(self.zones.insert(*zone)),
            None => self.has_instants |= holds_instants,
        }
    }

    /// The zone in which all of them begin, where all are dates.
    fn zone(&self) -> Option<ZoneId> {
        self.zones.first().copied().filter(|_| !self.has_instants)
    }
}

/// Fills the table of sets; a set may take in others, and comes after them.
pub(super) fn check(checker: &mut Checker<'_>) {
    let mut open: BTreeMap<&str, &ast::Set> = checker
        .items()
        .filter_map(|(_, item)| item.kind.as_set())
        .filter(|set| is_first(checker, &set.name))
        .map(|set| (set.name.text.as_str(), set))
        .collect();
    loop {
        let ready: Vec<&str> = open
            .iter()
            .filter(|(_, set)| names(set).all(|name| !open.contains_key(name)))
            .map(|(name, _)| *name)
            .collect();
        if ready.is_empty() {
            break;
        }
        for name in ready {
            if let Some(set) = open.remove(name) {
                add(checker, set);
            }
        }
    }
    for set in open.into_values() {
        checker.report(
            Diagnostic::new(
                Code::E0311,
                format!("set `{}` contains itself", set.name.text),
                set.name.span,
                "this set is needed to know itself",
            )
            .with_help("take the name out of one of the sets in the circle"),
        );
    }
}

/// The sets that a set speaks of.
fn names(set: &ast::Set) -> impl Iterator<Item = &str> {
    let parts = set.written().flat_map(|element| {
        if let ExprKind::And(parts) = &element.kind {
            parts.as_slice()
        } else {
            std::slice::from_ref(element)
        }
    });
    parts.filter_map(|element| {
        let ExprKind::Path(path) = &element.kind else {
            return None;
        };
        path.segments.first().map(|name| name.text.as_str())
    })
}

/// What a set is made of, as it is read.
#[derive(Default)]
struct Making {
    private: bool,
    /// Every value that is named on the way, whether or not it stays.
    named: BTreeSet<Constant>,
    /// The sets that are spoken of, and where.
    sets: Vec<(SetId, Span)>,
    /// The dates among them.
    dates: Dates,
}

impl Making {
    /// The values that these elements are together.
    fn all(&mut self, checker: &mut Checker<'_>, elements: &[Expr]) -> BTreeSet<Constant> {
        let each = elements.iter().map(|element| self.one(checker, element));
        let all: BTreeSet<Constant> = each.flatten().collect();
        self.named.extend(all.iter().cloned());
        all
    }

    fn one(&mut self, checker: &mut Checker<'_>, element: &Expr) -> BTreeSet<Constant> {
        self.dates.note(checker, element);
        if let ExprKind::And(parts) = &element.kind {
            self.common(checker, parts)
        } else if let ExprKind::Path(path) = &element.kind {
            self.set(checker, element, path)
        } else {
            constant(checker, element).into_iter().collect()
        }
    }

    /// What all of these sets have.
    fn common(&mut self, checker: &mut Checker<'_>, parts: &[Expr]) -> BTreeSet<Constant> {
        let mut common: Option<BTreeSet<Constant>> = None;
        for part in parts {
            let ExprKind::Path(path) = &part.kind else {
                checker.report(
                    Diagnostic::new(
                        Code::E0311,
                        "`and` stands between the names of sets",
                        part.span,
                        "this is no name of a set",
                    )
                    .with_help("declare a set of it, and name that one"),
                );
                continue;
            };
            let own = self.set(checker, part, path);
            self.named.extend(own.iter().cloned());
            common = Some(match common {
                None => own,
                Some(common) => common.intersection(&own).cloned().collect(),
            });
        }
        common.unwrap_or_default()
    }

    fn set(&mut self, checker: &mut Checker<'_>, element: &Expr, path: &ast::Path) -> BTreeSet<Constant> {
        let name = path.segments.first().map(|name| name.text.as_str());
        let name = name.unwrap_or_default();
        match checker.names.get(name) {
            Some(Meaning::Set(Some(id))) if path.segments.len() == 1 => {
                self.sets.push((id, element.span));
                self.dates.take_in(checker, id);
                let Some(inner) = checker.bundle.sets.get(id.index()) else {
                    return BTreeSet::new();
                };
                // What one set keeps to itself, a set that is made with it cannot tell.
                self.private |= inner.private;
                inner.elements.iter().cloned().collect()
            }
            _ => {
                checker.report(unknown(checker, element, name));
                BTreeSet::new()
            }
        }
    }
}

fn add(checker: &mut Checker<'_>, set: &ast::Set) {
    let mut making = Making::default();
    let mut elements = making.all(checker, &set.elements);
    for taken in making.all(checker, &set.except) {
        elements.remove(&taken);
    }
    if set.elements.is_empty() && set.ty.is_none() {
        checker.report(
            Diagnostic::new(
                Code::E0311,
                format!("set `{}` is empty and has no type", set.name.text),
                set.name.span,
                "a set of what?",
            )
            .with_help(format!("write `set {}: string = []`", set.name.text)),
        );
    }
    let first = set.elements.first().map_or(set.name.span, |element| element.span);
    check_kinds(checker, &making.named, &making.dates, set.ty.as_ref(), first);
    check_networks(checker, set, &making.named);
    let id = SetId::at(checker.bundle.sets.len());
    if let Some(ty) = set.ty.as_ref().filter(|ty| ty.text.contains('.')) {
        named::set(checker, id, ty);
        for (inner, span) in making.sets {
            let (outer, inner) = (named::of_set(checker, id), named::of_set(checker, inner));
            let _ = named::check_alike(checker, span, (inner, span), (outer, ty.span));
        }
    }
    checker
        .date_sets
        .extend(making.dates.zone().map(|zone| (id, zone)));
    checker.bundle.sets.push(Set {
        name: Some(set.name.text.clone()),
        private: set.private || making.private,
        elements: elements.into_iter().collect(),
    });
    if let Some(entry) = checker.names.entries.get_mut(&set.name.text) {
        entry.meaning = Meaning::Set(Some(id));
    }
}

/// Networks lie within each other, so to take one of them out of a set takes none of its addresses out.
fn check_networks(checker: &mut Checker<'_>, set: &ast::Set, named: &BTreeSet<Constant>) {
    let is_network = |constant: &Constant| matches!(constant, Constant::Network(_));
    if !named.iter().any(is_network) {
        return;
    }
    let common = set.elements.iter();
    let mut common = common.filter(|element| matches!(element.kind, ExprKind::And(_)));
    if let Some(place) = set.except.first().or_else(|| common.next()) {
        checker.report(
            Diagnostic::new(
                Code::E0311,
                "networks are neither taken away nor held against each other",
                place.span,
                "an address may lie in several networks",
            )
            .with_help(
                "ask it of the address: `address(args.ip) in inside and address(args.ip) not in guests`",
            ),
        );
    }
}

fn unknown(checker: &Checker<'_>, element: &Expr, name: &str) -> Diagnostic {
    let near = checker
        .names
        .nearest(name, |meaning| matches!(meaning, Meaning::Set(_)));
    let diagnostic = Diagnostic::new(
        Code::E0203,
        format!("`{name}` is no set"),
        element.span,
        "an element is a text, a number, a truth value, or another set",
    );
    match near {
        Some(near) => diagnostic.with_near(element.span, Some(near)),
        None => diagnostic.with_help(format!("a text stands in quotes: \"{name}\"")),
    }
}

/// All elements are of one kind, the declared one where there is one.
fn check_kinds(
    checker: &mut Checker<'_>,
    elements: &BTreeSet<Constant>,
    dates: &Dates,
    ty: Option<&ast::Name>,
    span: crate::source::Span,
) {
    let kind = |constant: &Constant| match constant {
        Constant::Bool(_) => "bool",
        Constant::Number(_) => "number",
        Constant::Text(_) => "string",
        Constant::Network(_) => "network",
        Constant::Instant(_) => "instant",
        Constant::Duration(_) => "duration",
    };
    let mut kinds: BTreeSet<&str> = elements.iter().map(kind).collect();
    if !dates.zones.is_empty() {
        if !dates.has_instants {
            kinds.remove("instant");
        }
        kinds.insert("date");
    }
    if dates.zones.len() > 1 {
        checker.report(
            Diagnostic::new(
                Code::E0311,
                "these dates begin in different zones",
                span,
                "each is the first instant of its day in the zone of its file",
            )
            .with_help("keep dates that stand in one set in files of one zone"),
        );
    }
    // What a connector names is of the kind of the elements.
    if let Some(ty) = ty.filter(|ty| !ty.text.contains('.')) {
        let declared = match ty.text.as_str() {
            "string" => "string",
            "bool" => "bool",
            "network" => "network",
            "date" => "date",
            "instant" => "instant",
            "duration" => "duration",
            "number" | "integer" | "decimal" => "number",
            _ => {
                checker.report(
                    Diagnostic::new(
                        Code::E0311,
                        format!("no type is called `{}`", ty.text),
                        ty.span,
                        "the types of a set are `string`, `number`, `integer`, `decimal`, `bool`, `date`, `instant`, `duration` and `network`",
                    )
                    .with_help("the type can be left out where the set has elements"),
                );
                return;
            }
        };
        kinds.insert(declared);
    }
    if kinds.len() > 1 {
        let kinds: Vec<&str> = kinds.into_iter().collect();
        checker.report(
            Diagnostic::new(
                Code::E0311,
                "a set holds values of one kind",
                span,
                format!("here they are of {} kinds: {}", kinds.len(), kinds.join(", ")),
            )
            .with_help("make a set for each kind"),
        );
    }
}

/// A literal as a constant.
pub(super) fn constant(checker: &mut Checker<'_>, expr: &Expr) -> Option<Constant> {
    match &expr.kind {
        ExprKind::String(text) => Some(Constant::Text(text.clone())),
        ExprKind::Bool(value) => Some(Constant::Bool(*value)),
        ExprKind::Number(digits) => match Decimal::parse(digits) {
            Ok(value) => Some(Constant::Number(value)),
            Err(error) => {
                checker.report(Diagnostic::new(
                    Code::E0310,
                    format!("`{digits}` is no number that can be kept exactly: {error}"),
                    expr.span,
                    "at most 34 digits",
                ));
                None
            }
        },
        ExprKind::Network(network) => Some(Constant::Network(*network)),
        ExprKind::Error => None,
        ExprKind::Date(_) | ExprKind::Moment(_) | ExprKind::Duration(_) => exact::written(checker, expr),
        ExprKind::Path(_)
        | ExprKind::And(_)
        | ExprKind::Or(_)
        | ExprKind::Not(_)
        | ExprKind::Compare { .. }
        | ExprKind::In { .. }
        | ExprKind::IsType { .. }
        | ExprKind::Text { .. }
        | ExprKind::Pattern { .. }
        | ExprKind::Has(_)
        | ExprKind::Quantified { .. }
        | ExprKind::Marked { .. }
        | ExprKind::Else { .. }
        | ExprKind::Arithmetic { .. }
        | ExprKind::Call { .. }
        | ExprKind::Part { .. }
        | ExprKind::Schedule { .. }
        | ExprKind::List(_) => {
            let help = if matches!(expr.kind, ExprKind::Arithmetic { .. }) {
                "sets are joined by comma, and what is taken away stands behind `except`: `[core except frozen]`"
            } else {
                "write a text, a number, a truth value, a date, an instant or a duration"
            };
            checker.report(
                Diagnostic::new(
                    Code::E0311,
                    "an element of a set is a constant",
                    expr.span,
                    "this is computed",
                )
                .with_help(help),
            );
            None
        }
    }
}

fn word(element: &Expr, words: &[String]) -> Option<Constant> {
    let ExprKind::Path(path) = &element.kind else {
        return None;
    };
    let [name] = path.segments.as_slice() else {
        return None;
    };
    words
        .contains(&name.text)
        .then(|| Constant::Text(name.text.clone()))
}

/// The set of a list that stands in an expression, with the elements of the sets that it names; equal lists are one set. A bare word is one of `words`, the values
/// that what stands opposite has.
pub(super) fn literal(
    checker: &mut Checker<'_>,
    elements: &[Expr],
    words: &[String],
    span: crate::source::Span,
) -> SetId {
    let mut private = false;
    let mut constants = BTreeSet::new();
    let mut dates = Dates::default();
    for element in elements {
        dates.note(checker, element);
        if let Some(word) = word(element, words) {
            constants.insert(word);
        } else if let Some(id) = taken_in(checker, element) {
            dates.take_in(checker, id);
            if let Some(set) = checker.bundle.sets.get(id.index()) {
                private |= set.private;
                constants.extend(set.elements.iter().cloned());
            }
        } else if let Some(constant) = constant(checker, element) {
            constants.insert(constant);
        }
    }
    check_kinds(checker, &constants, &dates, None, span);
    let elements: Vec<Constant> = constants.into_iter().collect();
    let key = (private, elements, dates.zone());
    if let Some(known) = checker.literal_sets.get(&key) {
        return *known;
    }
    let id = SetId::at(checker.bundle.sets.len());
    checker.date_sets.extend(key.2.map(|zone| (id, zone)));
    checker.bundle.sets.push(Set {
        name: None,
        private,
        elements: key.1.clone(),
    });
    checker.literal_sets.insert(key, id);
    id
}

/// The set that a bare word names.
fn taken_in(checker: &Checker<'_>, expr: &Expr) -> Option<SetId> {
    let ExprKind::Path(path) = &expr.kind else {
        return None;
    };
    let [name] = path.segments.as_slice() else {
        return None;
    };
    let Some(Meaning::Set(set)) = checker.names.get(&name.text) else {
        return None;
    };
    set
}

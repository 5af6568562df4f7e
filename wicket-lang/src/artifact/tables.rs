//! Checks of the tables everything that the code behind relies on, once.
//!
//! Every id leads somewhere, children stand before their parents and are of the sort that is wanted, what is searched
//! is in order, and no expression is larger or deeper than the walks over it can bear.

mod history;

use history::{verify_breaker, verify_stopped, verify_track};
use thiserror::Error;

use crate::bytecode::{MAX_DEPTH, MAX_NODES, sizes};
use crate::calendar;
use crate::ir::{
    Binding, Bundle, Constant, Limit, Measure, Node, NodeId, Over, Part, Path, PathId, Set, Tally, Template,
    Tool, TrackId,
};

/// Why tables are refused. A number is the place of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unsound {
    /// A zone or a schedule is not as it has to be.
    #[error(transparent)]
    Calendar(#[from] calendar::Unsound),
    /// An entry names one that is not there.
    #[error("{table} {place} refers to something that is not there")]
    Reference {
        /// Which table, in the singular: `rule`.
        table: &'static str,
        /// The place of the entry in it.
        place: usize,
    },
    /// An entry, or what it lists, does not stand in the order by which it is looked for.
    #[error("{table} {place} is out of order")]
    Order {
        /// Which table, in the singular: `rule`.
        table: &'static str,
        /// The place of the entry in it.
        place: usize,
    },
    /// An entry is wrong in itself.
    #[error("{table} {place} is not what it has to be: {problem}")]
    Entry {
        /// Which table, in the singular: `set`.
        table: &'static str,
        /// The place of the entry in it.
        place: usize,
        /// What is wrong with the entry.
        problem: &'static str,
    },
    /// The node at this place reads what it may not read.
    #[error("node {0} reads one that does not stand before it, or is of the wrong sort")]
    Node(usize),
    /// The tool at this place has a condition that the walks over it cannot bear.
    #[error(
        "a condition of tool {0} is nested deeper than {MAX_DEPTH}, has more than {MAX_NODES} parts, takes too many steps, or speaks of an element of nothing"
    )]
    TooLarge(usize),
}

/// Checks all tables.
pub(super) fn verify(bundle: &Bundle) -> Result<(), Unsound> {
    bundle.calendar.verify()?;
    if bundle
        .zone
        .is_some_and(|zone| bundle.calendar.zone(zone).is_none())
    {
        return Err(Unsound::Reference {
            table: "the zone of the bundle",
            place: 0,
        });
    }
    verify_names(bundle)?;
    each("set", &bundle.sets, verify_set)?;
    each("resource", &bundle.resources, |resource| {
        refers(resource.connector.index() < bundle.connectors.len())?;
        let mut attributes = resource.attributes.iter();
        refers(attributes.all(|attribute| {
            let target = attribute.refers.map(|id| bundle.resources.get(id.index()));
            target.is_none_or(|target| target.is_some_and(|target| target.connector == resource.connector))
        }))
    })?;
    each("path", &bundle.paths, |path| verify_path(bundle, path))?;
    for (id, node) in bundle.arena.iter() {
        if !is_sound(bundle, id, node) {
            return Err(Unsound::Node(id.index()));
        }
    }
    each("rule", &bundle.rules, |rule| {
        refers(rule.policy.index() < bundle.policies.len())?;
        verify_message(bundle, rule.message.as_ref())
    })?;
    each("tool", &bundle.tools, |tool| verify_tool(bundle, tool))?;
    each("breaker", &bundle.breakers, |breaker| {
        verify_breaker(bundle, breaker)
    })?;
    each("track", &bundle.tracks, |track| verify_track(bundle, track))?;
    each("limit", &bundle.limits, |limit| verify_limit(bundle, limit))?;
    verify_sizes(bundle)
}

/// What is wrong with one entry.
enum Wrong {
    Reference,
    Order,
    Problem(&'static str),
}

fn each<T>(
    table: &'static str,
    entries: &[T],
    check: impl Fn(&T) -> Result<(), Wrong>,
) -> Result<(), Unsound> {
    for (place, entry) in entries.iter().enumerate() {
        check(entry).map_err(|wrong| match wrong {
            Wrong::Reference => Unsound::Reference { table, place },
            Wrong::Order => Unsound::Order { table, place },
            Wrong::Problem(problem) => Unsound::Entry {
                table,
                place,
                problem,
            },
        })?;
    }
    Ok(())
}

fn refers(is_there: bool) -> Result<(), Wrong> {
    if is_there { Ok(()) } else { Err(Wrong::Reference) }
}

fn must(holds: bool, problem: &'static str) -> Result<(), Wrong> {
    if holds {
        Ok(())
    } else {
        Err(Wrong::Problem(problem))
    }
}

/// The tables that are searched by name, or walked in order.
fn verify_names(bundle: &Bundle) -> Result<(), Unsound> {
    in_order("connector", &bundle.connectors, |a, b| a.name < b.name)?;
    in_order("tool", &bundle.tools, |a, b| {
        (a.connector, &a.name) < (b.connector, &b.name)
    })?;
    in_order("policy", &bundle.policies, |a, b| a.name < b.name)?;
    in_order("rule", &bundle.rules, |a, b| a.policy <= b.policy)?;
    in_order("breaker", &bundle.breakers, |a, b| a.name < b.name)?;
    in_order("track", &bundle.tracks, |a, b| a.name < b.name)?;
    in_order("limit", &bundle.limits, |a, b| a.name < b.name)
}

fn in_order<T>(table: &'static str, entries: &[T], is_before: fn(&T, &T) -> bool) -> Result<(), Unsound> {
    let mut pairs = entries.iter().zip(entries.iter().skip(1));
    match pairs.position(|(a, b)| !is_before(a, b)) {
        Some(place) => Err(Unsound::Order {
            table,
            place: place + 1,
        }),
        None => Ok(()),
    }
}

fn verify_set(set: &Set) -> Result<(), Wrong> {
    let mut pairs = set.elements.iter().zip(set.elements.iter().skip(1));
    if pairs.clone().any(|(a, b)| a >= b) {
        return Err(Wrong::Order);
    }
    let same = |a: &Constant, b: &Constant| std::mem::discriminant(a) == std::mem::discriminant(b);
    must(
        pairs.all(|(a, b)| same(a, b)),
        "its elements are of several kinds",
    )?;
    let is_sound = |constant: &Constant| match constant {
        Constant::Network(network) => network.is_sound(),
        Constant::Bool(_)
        | Constant::Number(_)
        | Constant::Text(_)
        | Constant::Instant(_)
        | Constant::Duration(_) => true,
    };
    must(
        set.elements.iter().all(is_sound),
        "a network has bits behind its prefix",
    )
}

fn verify_path(bundle: &Bundle, path: &Path) -> Result<(), Wrong> {
    match path {
        Path::Argument(names) | Path::Result(names) => must(!names.is_empty(), "a value without a name"),
        Path::Attribute { resource, attribute } => {
            let resource = bundle.resources.get(resource.index());
            refers(resource.is_some_and(|resource| (*attribute as usize) < resource.attributes.len()))
        }
        Path::MemberAttribute(index) => refers((*index as usize) < bundle.directory.member.len()),
        Path::AgentAttribute(index) => refers((*index as usize) < bundle.directory.agent.len()),
        Path::MemberEmail
        | Path::MemberGroups
        | Path::AgentName
        | Path::ClientName
        | Path::ClientVersion
        | Path::ClientAddress
        | Path::SessionDenials
        | Path::Arguments
        | Path::Call
        | Path::Annotation(_) => Ok(()),
    }
}

/// Whether everything that a node reads is there, stands before it, and is of the sort that it wants.
fn is_sound(bundle: &Bundle, id: NodeId, node: Node) -> bool {
    let reads_conditions = matches!(node, Node::Not(_) | Node::And(..) | Node::Or(..));
    let body = node.body();
    let mut children = node.children();
    let are_sound = children.all(|child| {
        let wants_condition = reads_conditions || body == Some(child);
        child < id
            && bundle
                .arena
                .get(child)
                .is_some_and(|child| child.is_condition() == wants_condition)
    });
    are_sound
        && match node {
            Node::Constant(constant) => constant.index() < bundle.constants.len(),
            Node::Load(path) | Node::Unknowable(path) | Node::Has(path) => path.index() < bundle.paths.len(),
            Node::InSet { set, .. } => set.index() < bundle.sets.len(),
            Node::Pattern { pattern, .. } => bundle.patterns.get(pattern).is_some(),
            Node::Field { name, .. } => {
                matches!(bundle.constants.get(name.index()), Some(Constant::Text(_)))
            }
            Node::Any { over, .. } | Node::All { over, .. } => match over {
                Over::Set(set) => set.index() < bundle.sets.len(),
                Over::List(_) | Over::Texts(_) => true,
                Over::Tracked { track, key } => is_set(bundle, track, key),
            },
            Node::Date { zone, .. } | Node::Moment { zone, .. } => bundle.calendar.zone(zone).is_some(),
            Node::InSchedule(schedule) => {
                bundle.calendar.schedule(schedule).is_some() && !bundle.calendar.needs_zone(schedule)
            }
            Node::InScheduleOf { schedule, .. } => bundle.calendar.needs_zone(schedule),
            Node::Tracked { track, key } => is_kept(bundle, track, key),
            Node::InTrack { track, key, .. } => is_set(bundle, track, key),
            Node::Now
            | Node::Read { .. }
            | Node::Lower(_)
            | Node::Size(_)
            | Node::Else { .. }
            | Node::Arithmetic { .. }
            | Node::Always(_)
            | Node::IsTrue(_)
            | Node::Compare { .. }
            | Node::InList { .. }
            | Node::Text { .. }
            | Node::IsKind { .. }
            | Node::IsWritten { .. }
            // That there is such an element is part of the size of what stands around it.
            | Node::Element(_)
            | Node::HasValue(_)
            | Node::Not(_)
            | Node::And(..)
            | Node::Or(..) => true,
        }
}

fn verify_message(bundle: &Bundle, message: Option<&Template>) -> Result<(), Wrong> {
    let mut parts = message.into_iter().flat_map(|message| &message.parts);
    refers(parts.all(|part| match part {
        Part::Text(_) | Part::Next | Part::ToolName | Part::ToolTier | Part::ToolConnector => true,
        Part::Path(path) => path.index() < bundle.paths.len(),
        Part::Set(set) => set.index() < bundle.sets.len(),
        Part::Schedule(schedule) | Part::ScheduleNext(schedule) => {
            bundle.calendar.schedule(*schedule).is_some()
        }
        Part::ScheduleOf { schedule, zone } | Part::ScheduleOfNext { schedule, zone } => {
            bundle.calendar.schedule(*schedule).is_some() && zone.index() < bundle.paths.len()
        }
    }))
}

fn verify_tool(bundle: &Bundle, tool: &Tool) -> Result<(), Wrong> {
    refers(tool.connector.index() < bundle.connectors.len())?;
    for (place, binding) in tool.bindings.iter().enumerate() {
        verify_binding(bundle, tool, binding)?;
        let others = tool.bindings.iter().take(place);
        must(
            others.into_iter().all(|other| other.resource != binding.resource),
            "it names a resource twice",
        )?;
    }
    refers(
        tool.without
            .iter()
            .all(|resource| resource.index() < bundle.resources.len()),
    )?;
    for guard in &tool.guards {
        refers(guard.rule.index() < bundle.rules.len())?;
        let callers = bundle.arena.get(guard.callers).ok_or(Wrong::Reference)?;
        must(callers.is_condition(), "whom a rule is for is a value")?;
        let condition = bundle.arena.get(guard.condition).ok_or(Wrong::Reference)?;
        must(condition.is_condition(), "a rule has a value for a condition")?;
    }
    for tally in &tool.tallies {
        verify_tally(bundle, tally)?;
    }
    for stopped in &tool.stopped {
        verify_stopped(bundle, *stopped)?;
    }
    let mut pairs = tool.stopped.iter().zip(tool.stopped.iter().skip(1));
    must(
        pairs.all(|(a, b)| a.breaker < b.breaker),
        "its breakers are not in their order, each once",
    )?;
    let mut pairs = tool.tallies.iter().zip(tool.tallies.iter().skip(1));
    must(
        pairs.all(|(a, b)| a.track < b.track),
        "its tracks are not in their order, each once",
    )?;
    let mut pairs = tool.guards.iter().zip(tool.guards.iter().skip(1));
    must(
        pairs.all(|(a, b)| a.rule < b.rule),
        "its rules are not in their order, each once",
    )
}

fn verify_binding(bundle: &Bundle, tool: &Tool, binding: &Binding) -> Result<(), Wrong> {
    let resource = bundle
        .resources
        .get(binding.resource.index())
        .ok_or(Wrong::Reference)?;
    must(
        resource.connector == tool.connector,
        "it names a resource of another connector",
    )?;
    must(
        resource.keys.len() == binding.keys.len(),
        "it names a resource by a key of another length",
    )?;
    // An attribute of a resource before it: so a chain of references ends.
    let names = |path: &PathId| match bundle.path(*path) {
        Some(Path::Argument(_)) => true,
        Some(Path::Attribute { resource, .. }) => *resource < binding.resource,
        Some(
            Path::MemberEmail
            | Path::MemberGroups
            | Path::MemberAttribute(_)
            | Path::AgentName
            | Path::AgentAttribute(_)
            | Path::ClientName
            | Path::ClientVersion
            | Path::ClientAddress
            | Path::SessionDenials
            | Path::Arguments
            | Path::Call
            | Path::Annotation(_)
            | Path::Result(_),
        )
        | None => false,
    };
    must(
        binding.keys.iter().all(names),
        "it names a resource by something else than arguments and what they lead to",
    )
}

fn verify_limit(bundle: &Bundle, limit: &Limit) -> Result<(), Wrong> {
    must(!limit.most.is_negative(), "it lets nothing pass")?;
    refers(bundle.track(limit.track).is_some())?;
    verify_message(bundle, limit.message.as_ref())
}

/// Whether a track is read as the set that it keeps.
fn is_set(bundle: &Bundle, track: TrackId, key: Option<NodeId>) -> bool {
    let track_of = bundle.track(track);
    is_kept(bundle, track, key) && track_of.is_some_and(|track| track.measure == Measure::Values)
}

/// A track is read by a key if it is kept by one.
fn is_kept(bundle: &Bundle, track: TrackId, key: Option<NodeId>) -> bool {
    bundle
        .track(track)
        .is_some_and(|track| track.keyed == key.is_some())
}

fn verify_tally(bundle: &Bundle, tally: &Tally) -> Result<(), Wrong> {
    let track = bundle.track(tally.track).ok_or(Wrong::Reference)?;
    let is = |node: NodeId, condition: bool| {
        bundle
            .arena
            .get(node)
            .is_some_and(|node| node.is_condition() == condition)
    };
    must(is(tally.condition, true), "a track has a value for a condition")?;
    must(
        tally
            .key
            .into_iter()
            .chain(tally.value)
            .all(|node| is(node, false)),
        "a track has a condition for a value",
    )?;
    must(
        tally.key.is_some() == track.keyed && tally.value.is_some() == (track.measure != Measure::Calls),
        "a track is entered otherwise than it is kept",
    )
}

fn verify_sizes(bundle: &Bundle) -> Result<(), Unsound> {
    let sizes = sizes(bundle);
    for (place, tool) in bundle.tools.iter().enumerate() {
        let tallies = tool.tallies.iter();
        let entering = tallies.flat_map(|tally| [Some(tally.condition), tally.key, tally.value]);
        let guards = tool.guards.iter();
        let nodes = guards.flat_map(|guard| [guard.condition, guard.callers]);
        let keys = tool.stopped.iter().map(|stopped| stopped.key);
        let are_small = nodes.chain(entering.flatten()).chain(keys).all(|node| {
            sizes
                .get(node.index())
                .is_some_and(|size| size.is_within_bounds())
        });
        if !are_small {
            return Err(Unsound::TooLarge(place));
        }
    }
    Ok(())
}

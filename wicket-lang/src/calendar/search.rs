//! The next and the last edge of a schedule.
//!
//! Exact to the end of the zone data, and yet quick: the time ahead is split into ever smaller spans, those in which
//! nothing can happen are passed over, and only within a day is the schedule asked at each edge that it has. Between
//! two such edges (midnight, a time of a window, a change of an offset, in any of the zones in play) it cannot change.

use std::collections::{BTreeMap, BTreeSet};

use super::civil::DAY;
use super::evaluate::{earlier, is_open_at, possible};
use super::schedule::Expression;
use super::zone::Zone;
use super::{Calendar, ScheduleId, ZoneId, instant_of, second_of};
use crate::value::Instant;

/// When something happens again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    At(Instant),
    /// Not before the end of the zone data, which is the end of 2099.
    Never,
}

/// The first instant after `now` at which the schedule opens, having been shut just before. None where `now` lies
/// outside the zone data.
#[must_use]
pub fn next_open(calendar: &Calendar, schedule: ScheduleId, now: Instant) -> Option<Next> {
    next(calendar, schedule, now, Edge::Opens)
}

/// The first instant after `now` at which the schedule shuts, having been open just before.
#[must_use]
pub fn next_close(calendar: &Calendar, schedule: ScheduleId, now: Instant) -> Option<Next> {
    next(calendar, schedule, now, Edge::Shuts)
}

/// The first instant after `now` at which one of the schedules opens or shuts. Whatever is said of these schedules
/// together stays as it is until then.
#[must_use]
pub fn next_change(calendar: &Calendar, schedules: &[ScheduleId], now: Instant) -> Option<Next> {
    let mut earliest = Next::Never;
    for schedule in schedules {
        match (next(calendar, *schedule, now, Edge::Any)?, earliest) {
            (Next::At(change), Next::At(known)) => earliest = Next::At(known.min(change)),
            (Next::At(change), Next::Never) => earliest = Next::At(change),
            (Next::Never, _) => {}
        }
    }
    Some(earliest)
}

/// For a schedule that ends, because its dates carry years: the first instant from which it is shut for ever. Where it
/// is never open at all that is the beginning of the zone data. None for a schedule that does not end.
#[must_use]
pub fn last_open(calendar: &Calendar, schedule: ScheduleId) -> Option<Instant> {
    let last_day = match end(calendar, schedule)? {
        End::Never => return None,
        End::Empty => 0,
        End::Day(day) => day,
    };
    let search = Search::new(calendar, schedule, Edge::Shuts)?;
    // A window of the last day may run into the day after, and local days reach a day further than those of UTC.
    let until = last_day.saturating_add(3).saturating_mul(DAY).min(search.until);
    if is_open_at(calendar, schedule, until - 1)? {
        return None;
    }
    let from = search.from;
    match search.find(from + 1, until, WIDEST, Direction::Backward)? {
        Found::At(second) => Some(instant_of(second)),
        Found::Nothing => Some(instant_of(from)),
    }
}

fn next(calendar: &Calendar, schedule: ScheduleId, now: Instant, edge: Edge) -> Option<Next> {
    let search = Search::new(calendar, schedule, edge)?;
    let second = second_of(now);
    if second < search.from || second >= search.until {
        return None;
    }
    let found = search.find(second + 1, search.until, WIDEST, Direction::Forward)?;
    Some(match found {
        Found::At(second) => Next::At(instant_of(second)),
        Found::Nothing => Next::Never,
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edge {
    Opens,
    Shuts,
    Any,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    Forward,
    Backward,
}

/// What a search came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    /// The second of the edge.
    At(i64),
    Nothing,
}

/// The widest span that is judged as one; each split divides by [`SPLIT`], down to one day.
const WIDEST: i64 = 512 * DAY;
const SPLIT: i64 = 8;

struct Search<'calendar> {
    calendar: &'calendar Calendar,
    schedule: ScheduleId,
    edge: Edge,
    /// The zones in play, each with the seconds of the day at which something may change.
    clocks: Vec<(&'calendar Zone, Vec<i64>)>,
    /// The seconds for which all zones in play have data.
    from: i64,
    until: i64,
}

impl<'calendar> Search<'calendar> {
    fn new(calendar: &'calendar Calendar, schedule: ScheduleId, edge: Edge) -> Option<Self> {
        let mut edges = BTreeMap::new();
        collect_edges(calendar, schedule, &mut BTreeSet::new(), &mut edges)?;
        let mut search = Search {
            calendar,
            schedule,
            edge,
            clocks: Vec::new(),
            from: 0,
            until: i64::MAX,
        };
        for (zone, seconds) in edges {
            let zone = calendar.zone(zone)?;
            let span = zone.span()?;
            search.from = search.from.max(span.start);
            search.until = search.until.min(span.end);
            search.clocks.push((zone, seconds.into_iter().collect()));
        }
        Some(search)
    }

    /// The first (or, backward, the last) edge in a span of seconds, its end not included. The second before the span
    /// must have zone data. None means unknown.
    fn find(&self, from: i64, to: i64, width: i64, direction: Direction) -> Option<Found> {
        if from >= to {
            return Some(Found::Nothing);
        }
        // An edge at the very start is a change from the second before.
        let possible = possible(self.calendar, self.schedule, from - 1, to)?;
        if !(possible.open && possible.shut) {
            return Some(Found::Nothing);
        }
        if width < DAY {
            return self.walk(from, to, direction);
        }
        let count = (to - from + width - 1) / width;
        for step in 0..count {
            let index = match direction {
                Direction::Forward => step,
                Direction::Backward => count - 1 - step,
            };
            let start = from + index * width;
            if let found @ Found::At(_) =
                self.find(start, (start + width).min(to), width / SPLIT, direction)?
            {
                return Some(found);
            }
        }
        Some(Found::Nothing)
    }

    fn walk(&self, from: i64, to: i64, direction: Direction) -> Option<Found> {
        let mut before = self.is_open(from - 1)?;
        let mut last = Found::Nothing;
        let mut second = from;
        while second < to {
            let now = self.is_open(second)?;
            let found = match self.edge {
                Edge::Opens => now && !before,
                Edge::Shuts => before && !now,
                Edge::Any => before != now,
            };
            if found {
                match direction {
                    Direction::Forward => return Some(Found::At(second)),
                    Direction::Backward => last = Found::At(second),
                }
            }
            before = now;
            second = self.next_candidate(second)?;
        }
        Some(last)
    }

    fn is_open(&self, second: i64) -> Option<bool> {
        is_open_at(self.calendar, self.schedule, second)
    }

    /// The next second at which the schedule may change.
    fn next_candidate(&self, second: i64) -> Option<i64> {
        let mut earliest = i64::MAX;
        for (zone, edges) in &self.clocks {
            earliest = earliest.min(zone.next_edge(second, edges)?);
        }
        Some(earliest)
    }
}

fn collect_edges(
    calendar: &Calendar,
    id: ScheduleId,
    seen: &mut BTreeSet<ScheduleId>,
    edges: &mut BTreeMap<ZoneId, BTreeSet<i64>>,
) -> Option<()> {
    if !seen.insert(id) {
        return Some(());
    }
    let schedule = calendar.schedule(id)?;
    edges.entry(schedule.zone).or_default();
    let mut open = vec![&schedule.expression];
    while let Some(expression) = open.pop() {
        match expression {
            Expression::Windows { times, .. } => {
                let seconds = times
                    .iter()
                    .flat_map(|times| [times.start_second(), times.end_second()]);
                edges.entry(schedule.zone).or_default().extend(seconds);
            }
            Expression::Schedule(referred) => collect_edges(calendar, earlier(id, *referred)?, seen, edges)?,
            Expression::Union(parts) | Expression::Intersection(parts) => open.extend(parts),
            Expression::Except(from, without) => open.extend([&**from, &**without]),
        }
    }
    Some(())
}

/// The last day, by its date alone, on which a window may open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    /// No window opens at all.
    Empty,
    Day(i64),
    Never,
}

fn end(calendar: &Calendar, id: ScheduleId) -> Option<End> {
    expression_end(calendar, id, &calendar.schedule(id)?.expression)
}

fn expression_end(calendar: &Calendar, owner: ScheduleId, expression: &Expression) -> Option<End> {
    let of = |part: &Expression| expression_end(calendar, owner, part);
    Some(match expression {
        Expression::Windows { days, .. } if days.is_empty() => End::Never,
        Expression::Windows { days, .. } => days
            .iter()
            .map(|days| days.last_day().map_or(End::Never, End::Day))
            .max()
            .unwrap_or(End::Never),
        Expression::Schedule(referred) => end(calendar, earlier(owner, *referred)?)?,
        Expression::Union(parts) => parts
            .iter()
            .map(of)
            .collect::<Option<Vec<_>>>()?
            .into_iter()
            .max()
            .unwrap_or(End::Empty),
        Expression::Intersection(parts) => parts
            .iter()
            .map(of)
            .collect::<Option<Vec<_>>>()?
            .into_iter()
            .min()
            .unwrap_or(End::Never),
        Expression::Except(from, _) => of(from)?,
    })
}

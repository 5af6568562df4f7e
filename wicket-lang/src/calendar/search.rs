//! The next and the last edge of schedules, alone or together.
//!
//! Exact to the end of the zone data, and yet quick. The time ahead is cut into stretches in which no clock is changed
//! and no date comes or goes ([`super::stretch`]): within one, every week is like the other, so a week without what is
//! looked for proves that the whole stretch is without it. And a stretch that begins on the same weekday and minute as
//! one before it, with the same offsets and dates, is like it. So "these windows never meet" is proved for a century by
//! looking at a few weeks.

use std::collections::{BTreeMap, BTreeSet};

use super::civil::DAY;
use super::combination::Combination;
use super::evaluate::earlier;
use super::schedule::Expression;
use super::stretch::{Fruitless, Pattern, WEEK};
use super::window::Days;
use super::zone::Zone;
use super::{Calendar, Located, ScheduleId, ZoneId, instant_of, second_of};
use crate::value::Instant;

/// When something happens again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// At this instant.
    At(Instant),
    /// Not before the end of the zone data, which is the end of 2099.
    Never,
}

/// The first instant after `now` at which the schedule opens, having been shut just before. None where `now` lies
/// outside the zone data.
#[must_use]
pub fn next_open(calendar: &Calendar, schedule: impl Into<Located>, now: Instant) -> Option<Next> {
    next_edge(calendar, schedule.into(), now, true)
}

/// The first instant after `now` at which the schedule shuts, having been open just before.
#[must_use]
pub fn next_close(calendar: &Calendar, schedule: impl Into<Located>, now: Instant) -> Option<Next> {
    next_edge(calendar, schedule.into(), now, false)
}

fn next_edge(calendar: &Calendar, schedule: Located, now: Instant, opens: bool) -> Option<Next> {
    let combination = Combination::Schedule(schedule);
    let search = Search::new(calendar, &combination)?;
    let second = second_of(now);
    if !(search.from..search.until).contains(&second) {
        return None;
    }
    let Found::At(other) = search.first(second, search.until, !opens)? else {
        return Some(Next::Never);
    };
    Some(match search.first(other, search.until, opens)? {
        Found::At(edge) => Next::At(instant_of(edge)),
        Found::Nothing => Next::Never,
    })
}

/// The first instant, `from` included and `until` (where there is one) not, that lies in the combination. None where
/// `from` lies outside the zone data.
#[must_use]
pub fn first_in(
    calendar: &Calendar,
    combination: &Combination,
    from: Instant,
    until: Option<Instant>,
) -> Option<Next> {
    let search = Search::new(calendar, combination)?;
    let second = second_of(from);
    if !(search.from..search.until).contains(&second) {
        return None;
    }
    // The second in which `until` lies belongs to what is asked for, but for the part of it that comes later.
    let end = until.map_or(search.until, |until| {
        search.until.min(second_of(until).saturating_add(1))
    });
    let Found::At(found) = search.first(second, end, true)? else {
        return Some(Next::Never);
    };
    // Everything here happens at whole seconds, so what holds in the second of `from` holds at `from`.
    let at = if found == second { from } else { instant_of(found) };
    Some(if until.is_none_or(|until| at < until) {
        Next::At(at)
    } else {
        Next::Never
    })
}

/// For a schedule that ends, because its dates carry years: the first instant from which it is shut for ever. Where it
/// is never open at all that is the beginning of the zone data. None for a schedule that does not end.
#[must_use]
pub fn last_open(calendar: &Calendar, schedule: impl Into<Located>) -> Option<Instant> {
    let combination = Combination::Schedule(schedule.into());
    Some(match last_piece(calendar, &combination)? {
        Found::At(second) => instant_of(second),
        Found::Nothing => instant_of(Search::new(calendar, &combination)?.from),
    })
}

/// For a combination that ends: the first instant from which no instant lies in it any more. None for one that does not
/// end, and for one in which no instant lies at all.
#[must_use]
pub fn last_in(calendar: &Calendar, combination: &Combination) -> Option<Instant> {
    let Found::At(second) = last_piece(calendar, combination)? else {
        return None;
    };
    // The search goes by seconds, and a bound may lie within the last of them.
    let end = instant_of(second);
    let mut ends: Vec<Instant> = combination.bounds();
    ends.retain(|bound| instant_of(second - 1) < *bound && *bound < end);
    ends.push(end);
    ends.sort();
    let held_until = |end: &&Instant| combination.holds_at(calendar, Instant(end.0 - 1)) == Some(true);
    ends.iter().rev().find(held_until).copied()
}

/// Where the last piece of a combination ends. None for one that does not end.
fn last_piece(calendar: &Calendar, combination: &Combination) -> Option<Found> {
    let last_day = match combination_end(calendar, combination)? {
        End::Never => return None,
        End::Empty => return Some(Found::Nothing),
        End::Day(day) => day,
    };
    let search = Search::new(calendar, combination)?;
    // A window of the last day may run into the day after, and local days reach a day further than those of UTC.
    let until = last_day.saturating_add(3).saturating_mul(DAY).min(search.until);
    if search.holds(until - 1)? {
        return None;
    }
    // Where no zone bounds the search, it goes back as far as the zone data would.
    search.last_end(search.from.max(0), until, WIDEST)
}

/// What a search came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    /// The second.
    At(i64),
    Nothing,
}

/// The widest span that is judged as one on the way back; each split divides by [`SPLIT`], down to one day.
const WIDEST: i64 = 512 * DAY;
const SPLIT: i64 = 8;

struct Search<'search> {
    calendar: &'search Calendar,
    combination: &'search Combination,
    /// The zones in play, each with the seconds of the day at which something may change and the dates that matter.
    clocks: Vec<Clock<'search>>,
    /// The seconds at which a bound turns, in order.
    turns: Vec<i64>,
    /// The seconds for which all zones in play have data.
    from: i64,
    until: i64,
}

pub(super) struct Clock<'calendar> {
    pub(super) zone: &'calendar Zone,
    pub(super) edges: Vec<i64>,
    pub(super) dates: Vec<Days>,
}

impl<'search> Search<'search> {
    fn new(calendar: &'search Calendar, combination: &'search Combination) -> Option<Self> {
        let mut found = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for schedule in combination.schedules() {
            collect(calendar, schedule, &mut seen, &mut found)?;
        }
        let bounds = combination.bounds().into_iter();
        // A bound within a second turns what holds at the beginning of the next.
        let turns: BTreeSet<i64> = bounds
            .map(|bound| second_of(Instant(bound.0.saturating_add(999))))
            .collect();
        let mut search = Search {
            calendar,
            combination,
            clocks: Vec::new(),
            turns: turns.into_iter().collect(),
            from: i64::MIN,
            until: LAST_SECOND,
        };
        for (zone, (edges, dates)) in found {
            let zone = calendar.zone(zone)?;
            let span = zone.span()?;
            search.from = search.from.max(span.start);
            search.until = search.until.min(span.end);
            search.clocks.push(Clock {
                zone,
                edges: edges.into_iter().collect(),
                dates,
            });
        }
        Some(search)
    }

    fn holds(&self, second: i64) -> Option<bool> {
        self.combination.holds(self.calendar, second)
    }

    /// The first second of a span, its end not included, at which the combination is as wanted. None means unknown.
    fn first(&self, from: i64, to: i64, wanted: bool) -> Option<Found> {
        let mut fruitless = Fruitless::default();
        let mut second = from;
        while second < to {
            let (pattern, end) = Pattern::at(&self.clocks, second)?;
            let turn = self.next_turn(second);
            let end = end.min(to).min(turn.unwrap_or(to));
            // A week stands for all of them.
            let looked = end.min(second.saturating_add(WEEK));
            if !fruitless.covers(&pattern, second, looked) {
                if let found @ Found::At(_) = self.walk(second, looked, wanted)? {
                    return Some(found);
                }
                fruitless.insert(pattern, second, looked);
            }
            if Some(end) == turn {
                // Behind a bound nothing is like it was before.
                fruitless = Fruitless::default();
            }
            second = end;
        }
        Some(Found::Nothing)
    }

    /// The first second after this one at which a bound turns.
    fn next_turn(&self, second: i64) -> Option<i64> {
        let after = self.turns.partition_point(|turn| *turn <= second);
        self.turns.get(after).copied()
    }

    fn walk(&self, from: i64, to: i64, wanted: bool) -> Option<Found> {
        let possible = self.combination.possible(self.calendar, from, to)?;
        if !(if wanted { possible.open } else { possible.shut }) {
            return Some(Found::Nothing);
        }
        let mut second = from;
        while second < to {
            if self.holds(second)? == wanted {
                return Some(Found::At(second));
            }
            second = self.next_candidate(second)?;
        }
        Some(Found::Nothing)
    }

    /// The end of the last piece of a span in which the combination holds.
    fn last_end(&self, from: i64, to: i64, width: i64) -> Option<Found> {
        if from >= to || !self.combination.possible(self.calendar, from, to)?.open {
            return Some(Found::Nothing);
        }
        if width < DAY {
            let (mut second, mut last) = (from, Found::Nothing);
            while second < to {
                let after = self.next_candidate(second)?.min(to);
                if self.holds(second)? {
                    last = Found::At(after);
                }
                second = after;
            }
            return Some(last);
        }
        let count = (to - from + width - 1) / width;
        for index in (0..count).rev() {
            let start = from + index * width;
            if let found @ Found::At(_) = self.last_end(start, (start + width).min(to), width / SPLIT)? {
                return Some(found);
            }
        }
        Some(Found::Nothing)
    }

    /// The next second at which the combination may change.
    fn next_candidate(&self, second: i64) -> Option<i64> {
        let mut earliest = self.next_turn(second).unwrap_or(i64::MAX);
        for clock in &self.clocks {
            earliest = earliest.min(clock.zone.next_edge(second, &clock.edges)?);
        }
        Some(earliest)
    }
}

/// Where no zone bounds a search, the last second that an instant can name.
const LAST_SECOND: i64 = i64::MAX / 1000;

type Parts = BTreeMap<ZoneId, (BTreeSet<i64>, Vec<Days>)>;

/// The times of day and the dates that a schedule and those that it refers to ask for, by zone.
fn collect(
    calendar: &Calendar,
    located: Located,
    seen: &mut BTreeSet<Located>,
    found: &mut Parts,
) -> Option<()> {
    if !seen.insert(located) {
        return Some(());
    }
    let schedule = calendar.schedule(located.schedule)?;
    let zone = located.zone_of(schedule)?;
    found.entry(zone).or_default();
    let mut open = vec![&schedule.expression];
    while let Some(expression) = open.pop() {
        match expression {
            Expression::Windows { days, times } => {
                let (edges, dates) = found.entry(zone).or_default();
                let seconds = times
                    .iter()
                    .flat_map(|times| [times.start_second(), times.end_second()]);
                edges.extend(seconds);
                for days in days.iter().filter(|days| days.are_dates()) {
                    if !dates.contains(days) {
                        dates.push(*days);
                    }
                }
            }
            Expression::Schedule(referred) => collect(calendar, located.referred(*referred)?, seen, found)?,
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

/// Of what is not in a schedule no end is claimed.
fn combination_end(calendar: &Calendar, combination: &Combination) -> Option<End> {
    let ends = |parts: &[Combination]| -> Option<Vec<End>> {
        let ends = parts.iter().map(|part| combination_end(calendar, part));
        ends.collect()
    };
    Some(match combination {
        Combination::Constant(true) | Combination::Not(_) => End::Never,
        Combination::Constant(false) => End::Empty,
        Combination::Before(bound) => End::Day(second_of(*bound).div_euclid(DAY)),
        Combination::Schedule(located) => end(calendar, located.schedule)?,
        Combination::All(parts) => ends(parts)?.into_iter().min().unwrap_or(End::Never),
        Combination::Any(parts) => ends(parts)?.into_iter().max().unwrap_or(End::Empty),
    })
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

//! Is a schedule open at an instant, and may it be in a span of time?
//!
//! The first question is exact and is the meaning of a schedule. The second errs to "may be"; the search for the next
//! edge uses it to pass over years in which nothing can happen.

use super::civil::CivilDay;
use super::schedule::Expression;
use super::window::{self, Days, Times};
use super::zone::Zone;
use super::{Calendar, Located, ScheduleId, second_of};
use crate::value::Instant;

/// Whether the schedule is open at the instant. None where the zone data does not reach, or for an unknown schedule.
#[must_use]
pub fn is_open(calendar: &Calendar, schedule: impl Into<Located>, instant: Instant) -> Option<bool> {
    is_open_at(calendar, schedule.into(), second_of(instant))
}

pub(super) fn is_open_at(calendar: &Calendar, located: Located, second: i64) -> Option<bool> {
    let schedule = calendar.schedule(located.schedule)?;
    let wall = calendar.zone(located.zone_of(schedule)?)?.wall(second)?;
    let reading = Reading {
        today: CivilDay::from_number(wall.day),
        second_of_day: wall.second,
    };
    expression_is_open(calendar, located, &schedule.expression, &reading, second)
}

/// What the wall clock of a schedule's zone reads.
struct Reading {
    today: CivilDay,
    second_of_day: i64,
}

fn expression_is_open(
    calendar: &Calendar,
    owner: Located,
    expression: &Expression,
    reading: &Reading,
    second: i64,
) -> Option<bool> {
    let open = |part: &Expression| expression_is_open(calendar, owner, part, reading, second);
    match expression {
        Expression::Windows { days, times } => Some(windows_are_open(days, times, reading)),
        Expression::Schedule(id) => is_open_at(calendar, owner.referred(*id)?, second),
        Expression::Union(parts) => {
            for part in parts {
                if open(part)? {
                    return Some(true);
                }
            }
            Some(false)
        }
        Expression::Intersection(parts) => {
            for part in parts {
                if !open(part)? {
                    return Some(false);
                }
            }
            Some(true)
        }
        Expression::Except(from, without) => Some(open(from)? && !open(without)?),
    }
}

fn windows_are_open(days: &[Days], times: &[Times], reading: &Reading) -> bool {
    let any_of = |day: CivilDay| days.is_empty() || days.iter().any(|days| days.contains(day));
    if times.is_empty() {
        return any_of(reading.today);
    }
    let second = reading.second_of_day;
    times.iter().any(|times| {
        if times.wraps() {
            (second >= times.start_second() && any_of(reading.today))
                || (second < times.end_second() && any_of(CivilDay::from_number(reading.today.number - 1)))
        } else {
            times.start_second() <= second && second < times.end_second() && any_of(reading.today)
        }
    })
}

/// Refers a schedule to another only where that stands before it, so that no chain of references can run in a circle.
pub(super) fn earlier(owner: ScheduleId, referred: ScheduleId) -> Option<ScheduleId> {
    (referred < owner).then_some(referred)
}

/// What may be the case at some instant of a span.
#[derive(Clone, Copy, Debug)]
pub(super) struct Possible {
    pub(super) open: bool,
    pub(super) shut: bool,
}

/// What may be the case from one second to another (not included). A "no" is certain.
pub(super) fn possible(calendar: &Calendar, located: Located, from: i64, to: i64) -> Option<Possible> {
    let schedule = calendar.schedule(located.schedule)?;
    let zone = calendar.zone(located.zone_of(schedule)?)?;
    expression_possible(calendar, located, zone, &schedule.expression, from, to)
}

fn expression_possible(
    calendar: &Calendar,
    owner: Located,
    zone: &Zone,
    expression: &Expression,
    from: i64,
    to: i64,
) -> Option<Possible> {
    let of = |part: &Expression| expression_possible(calendar, owner, zone, part, from, to);
    match expression {
        Expression::Windows { days, times } => {
            let (first_day, last_day) = zone.local_days(from, to)?;
            let since = if times.iter().any(|times| times.wraps()) {
                first_day - 1
            } else {
                first_day
            };
            let any = days.is_empty() || days.iter().any(|days| days.may_meet(since, last_day));
            let all = days.is_empty() || days_surely_cover(days, since, last_day);
            Some(Possible {
                open: any,
                shut: !(all && window::covers_day(times)),
            })
        }
        Expression::Schedule(id) => possible(calendar, owner.referred(*id)?, from, to),
        Expression::Union(parts) => {
            let mut all = Possible {
                open: false,
                shut: true,
            };
            for part in parts {
                let part = of(part)?;
                all = Possible {
                    open: all.open || part.open,
                    shut: all.shut && part.shut,
                };
            }
            Some(all)
        }
        Expression::Intersection(parts) => {
            let mut all = Possible {
                open: true,
                shut: false,
            };
            for part in parts {
                let part = of(part)?;
                all = Possible {
                    open: all.open && part.open,
                    shut: all.shut || part.shut,
                };
            }
            Some(all)
        }
        Expression::Except(from_part, without) => {
            let (from_part, without) = (of(from_part)?, of(without)?);
            Some(Possible {
                open: from_part.open && without.shut,
                shut: from_part.shut || without.open,
            })
        }
    }
}

fn days_surely_cover(days: &[Days], first_day: i64, last_day: i64) -> bool {
    if days.iter().any(|days| days.surely_cover(first_day, last_day)) {
        return true;
    }
    // Several together are tried on short spans only, where the search looks day by day.
    last_day - first_day < 8
        && (first_day..=last_day).all(|number| days.iter().any(|days| days.surely_cover(number, number)))
}

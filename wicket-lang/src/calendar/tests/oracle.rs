//! The meaning of a schedule once more, written for plainness and on jiff's calendar.
//!
//! A window is taken literally: it runs from one local date and time to another, and an instant lies in it when what
//! jiff says the wall clock reads lies between the two.

use jiff::civil::Date as CivilDate;
use jiff::tz::TimeZone;

use crate::calendar::{Calendar, Date, Days, Expression, ScheduleId, Times};

pub(super) struct Oracle<'a> {
    calendar: &'a Calendar,
    zones: Vec<TimeZone>,
}

#[derive(Clone, Copy)]
pub(super) struct Clock {
    minute: u16,
    today: CivilDate,
    yesterday: CivilDate,
    tomorrow: CivilDate,
}

impl<'a> Oracle<'a> {
    pub(super) fn new(calendar: &'a Calendar) -> Self {
        let database = jiff::tz::TimeZoneDatabase::bundled();
        let zones = calendar
            .zones
            .iter()
            .map(|zone| database.get(zone.name()).unwrap())
            .collect();
        Oracle { calendar, zones }
    }

    /// What the clocks of all zones read, each with the dates around.
    pub(super) fn clocks(&self, second: i64) -> Vec<Clock> {
        let instant = jiff::Timestamp::from_second(second).unwrap();
        let clock = |zone: &TimeZone| {
            let local = zone.to_datetime(instant);
            let minute = i16::from(local.hour()) * 60 + i16::from(local.minute());
            let today = local.date();
            Clock {
                minute: minute.cast_unsigned(),
                today,
                yesterday: today.yesterday().unwrap(),
                tomorrow: today.tomorrow().unwrap(),
            }
        };
        self.zones.iter().map(clock).collect()
    }

    pub(super) fn is_open(&self, id: ScheduleId, clocks: &[Clock]) -> bool {
        let schedule = self.calendar.schedule(id).unwrap();
        let clock = clocks[usize::try_from(schedule.zone.0).unwrap()];
        self.holds(&schedule.expression, clock, clocks)
    }

    fn holds(&self, expression: &Expression, clock: Clock, clocks: &[Clock]) -> bool {
        match expression {
            Expression::Windows { days, times } => {
                let all_day = [Times::WHOLE_DAY];
                let times = if times.is_empty() {
                    all_day.as_slice()
                } else {
                    times
                };
                let starts = [(clock.today, clock.tomorrow), (clock.yesterday, clock.today)];
                starts.into_iter().any(|(date, date_after)| {
                    (days.is_empty() || days.iter().any(|days| is_one_of(date, *days)))
                        && times.iter().any(|times| {
                            let ends_on = if times.end < times.start { date_after } else { date };
                            let reading = (clock.today, clock.minute);
                            (date, times.start) <= reading && reading < (ends_on, times.end)
                        })
                })
            }
            Expression::Schedule(id) => self.is_open(*id, clocks),
            Expression::Union(parts) => parts.iter().any(|part| self.holds(part, clock, clocks)),
            Expression::Intersection(parts) => parts.iter().all(|part| self.holds(part, clock, clocks)),
            Expression::Except(from, without) => {
                self.holds(from, clock, clocks) && !self.holds(without, clock, clocks)
            }
        }
    }
}

fn is_one_of(date: CivilDate, days: Days) -> bool {
    match days {
        Days::Weekdays { first, last } => {
            // Steps from the first weekday to the last, as one would on a wall calendar.
            let today = date.weekday().to_monday_zero_offset().cast_unsigned();
            let mut weekday = first;
            loop {
                if weekday == today {
                    return true;
                }
                if weekday == last {
                    return false;
                }
                weekday = (weekday + 1) % 7;
            }
        }
        Days::Dates { first, last } => {
            let key = |date: Date| (i32::from(date.month), i32::from(date.day));
            let today = (i32::from(date.month()), i32::from(date.day()));
            match (first.year, last.year) {
                (Some(from), Some(to)) => {
                    let today = (i32::from(date.year()), today);
                    (from, key(first)) <= today && today <= (to, key(last))
                }
                (None, None) if key(first) <= key(last) => key(first) <= today && today <= key(last),
                (None, None) => today >= key(first) || today <= key(last),
                (Some(_), None) | (None, Some(_)) => panic!("a range with one year"),
            }
        }
    }
}

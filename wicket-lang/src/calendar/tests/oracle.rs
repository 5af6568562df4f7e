//! The meaning of a schedule once more, written for plainness and on jiff's calendar.
//!
//! A window is taken literally: it runs from one local date and time to another, and an instant lies in it when what
//! jiff says the wall clock reads lies between the two.

use jiff::civil::{Date as CivilDate, DateTime, time};
use jiff::tz::TimeZone;

use crate::calendar::{Calendar, Date, Days, Expression, ScheduleId, Times};

pub(super) struct Oracle<'a> {
    calendar: &'a Calendar,
    zones: Vec<TimeZone>,
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

    pub(super) fn is_open(&self, id: ScheduleId, second: i64) -> bool {
        let schedule = self.calendar.schedule(id).unwrap();
        let zone = &self.zones[usize::try_from(schedule.zone.0).unwrap()];
        let local = zone.to_datetime(jiff::Timestamp::from_second(second).unwrap());
        self.holds(&schedule.expression, local, second)
    }

    fn holds(&self, expression: &Expression, local: DateTime, second: i64) -> bool {
        match expression {
            Expression::Windows { days, times } => {
                let all_day = [Times::WHOLE_DAY];
                let times = if times.is_empty() {
                    all_day.as_slice()
                } else {
                    times
                };
                [local.date(), local.date().yesterday().unwrap()]
                    .into_iter()
                    .any(|date| {
                        (days.is_empty() || days.iter().any(|days| is_one_of(date, *days)))
                            && times.iter().any(|times| {
                                let ends_on = if times.end < times.start {
                                    date.tomorrow().unwrap()
                                } else {
                                    date
                                };
                                moment(date, times.start) <= local && local < moment(ends_on, times.end)
                            })
                    })
            }
            Expression::Schedule(id) => self.is_open(*id, second),
            Expression::Union(parts) => parts.iter().any(|part| self.holds(part, local, second)),
            Expression::Intersection(parts) => parts.iter().all(|part| self.holds(part, local, second)),
            Expression::Except(from, without) => {
                self.holds(from, local, second) && !self.holds(without, local, second)
            }
        }
    }
}

fn moment(date: CivilDate, minute: u16) -> DateTime {
    if minute == 1440 {
        return date.tomorrow().unwrap().at(0, 0, 0, 0);
    }
    let (hour, minute) = (
        i8::try_from(minute / 60).unwrap(),
        i8::try_from(minute % 60).unwrap(),
    );
    date.to_datetime(time(hour, minute, 0, 0))
}

fn is_one_of(date: CivilDate, days: Days) -> bool {
    match days {
        Days::Weekdays { first, last } => {
            // Steps from the first weekday to the last, as one would on a wall calendar.
            let mut weekday = first;
            loop {
                if i64::from(date.weekday().to_monday_zero_offset()) == i64::from(weekday) {
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

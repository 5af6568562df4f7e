//! Generated schedules against the independent evaluation, at generated instants around edges.

use proptest::prelude::*;

use super::add;
use super::oracle::Oracle;
use crate::calendar::{
    Calendar, Date, Days, Expression, Next, ScheduleId, Times, is_open, last_open, next_close, next_open,
};
use crate::value::Instant;

const ZONES: [&str; 8] = [
    "Europe/Berlin",
    "America/New_York",
    "America/Havana",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Pacific/Apia",
    "America/Sao_Paulo",
];

/// 2011-01-01, so that the date that Apia skipped and the midnights that Sao Paulo skipped and repeated are within.
const START: i64 = 1_293_840_000;
const DAYS: i64 = 3 * 365;

fn date(year: Option<i32>) -> impl Strategy<Value = Date> {
    let valid = |(month, day): (u8, u8)| {
        move |year| Date {
            year,
            month,
            day: day.min(if month == 2 { 28 } else { 30 }),
        }
    };
    (1_u8..=12, 1_u8..=31).prop_map(move |month_and_day| valid(month_and_day)(year))
}

fn days() -> impl Strategy<Value = Days> {
    prop_oneof![
        (0_u8..7, 0_u8..7).prop_map(|(first, last)| Days::Weekdays { first, last }),
        (date(None), date(None)).prop_map(|(first, last)| Days::Dates { first, last }),
        Just(Days::date(Date {
            year: None,
            month: 2,
            day: 29
        })),
        Just(Days::date(Date {
            year: Some(2011),
            month: 12,
            day: 30
        })),
        (date(Some(2011)), date(Some(2012))).prop_map(|(first, last)| Days::Dates { first, last }),
        date(Some(2012)).prop_map(Days::date),
    ]
}

fn times() -> impl Strategy<Value = Times> {
    // Many near midnight and near two, where clocks change.
    let minute = || prop_oneof![0_u16..240, 0_u16..1440, Just(0), 1320_u16..1440];
    (minute(), minute()).prop_map(|(start, end)| {
        if start == end {
            Times::WHOLE_DAY
        } else {
            Times { start, end }
        }
    })
}

fn windows() -> impl Strategy<Value = Expression> {
    let some = (
        prop::collection::vec(days(), 0..3),
        prop::collection::vec(times(), 0..3),
    );
    some.prop_map(|(days, times)| {
        let times = if days.is_empty() && times.is_empty() {
            vec![Times::WHOLE_DAY]
        } else {
            times
        };
        Expression::Windows { days, times }
    })
}

fn expression(earlier: u32) -> impl Strategy<Value = Expression> {
    let leaf = prop_oneof![3 => windows(), 1 => (0..earlier.max(1)).prop_map(move |id| {
        if earlier == 0 {
            Expression::Windows { days: vec![Days::Weekdays { first: 0, last: 4 }], times: Vec::new() }
        } else {
            Expression::Schedule(ScheduleId(id))
        }
    })];
    leaf.prop_recursive(3, 8, 3, |part| {
        prop_oneof![
            prop::collection::vec(part.clone(), 0..3).prop_map(Expression::Union),
            prop::collection::vec(part.clone(), 1..3).prop_map(Expression::Intersection),
            (part.clone(), part)
                .prop_map(|(from, without)| Expression::Except(Box::new(from), Box::new(without))),
        ]
    })
}

fn calendars() -> impl Strategy<Value = Calendar> {
    let zone = || (0..ZONES.len()).prop_map(|index| ZONES[index]);
    (zone(), zone(), expression(0), expression(1)).prop_map(|(first_zone, second_zone, first, second)| {
        let mut calendar = Calendar::default();
        add(&mut calendar, first_zone, Some("first"), first);
        add(&mut calendar, second_zone, Some("second"), second);
        calendar
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_the_oracle(calendar in calendars(), day in 0..DAYS, minute in 0..1440_i64) {
        let id = ScheduleId(1);
        let oracle = Oracle::new(&calendar);
        let open = |second: i64| oracle.is_open(id, &oracle.clocks(second));
        let now = START + day * 86_400 + minute * 60;
        let mut before = open(now);
        let (mut opens, mut shuts) = (None, None);
        prop_assert_eq!(is_open(&calendar, id, Instant(now * 1000)), Some(before));
        // Three days of minutes.
        let end = now + 3 * 86_400;
        for second in (now + 60..end).step_by(60) {
            let is = open(second);
            prop_assert_eq!(is_open(&calendar, id, Instant(second * 1000)), Some(is));
            if is && !before {
                opens = opens.or(Some(second));
            }
            if before && !is {
                shuts = shuts.or(Some(second));
            }
            before = is;
        }
        let found = [next_open(&calendar, id, Instant(now * 1000)), next_close(&calendar, id, Instant(now * 1000))];
        for (expected, found) in [opens, shuts].into_iter().zip(found) {
            match (expected, found) {
                (Some(second), found) => prop_assert_eq!(found, Some(Next::At(Instant(second * 1000)))),
                (None, Some(Next::At(instant))) => prop_assert!(instant.0 >= end * 1000),
                (None, Some(Next::Never)) => {}
                (None, None) => prop_assert!(false, "2011 is within the zone data"),
            }
        }
    }

    #[test]
    fn a_found_edge_is_an_edge(calendar in calendars(), day in 0..DAYS) {
        let id = ScheduleId(1);
        let mut now = Instant((START + day * 86_400) * 1000);
        for _ in 0..8 {
            let Some(Next::At(opens)) = next_open(&calendar, id, now) else { break };
            prop_assert!(opens > now);
            prop_assert_eq!(is_open(&calendar, id, Instant(opens.0 - 1)), Some(false));
            prop_assert_eq!(is_open(&calendar, id, opens), Some(true));
            now = opens;
        }
    }

    #[test]
    fn nothing_opens_after_the_last_opening(calendar in calendars()) {
        let id = ScheduleId(1);
        if let Some(last) = last_open(&calendar, id) {
            prop_assert_eq!(is_open(&calendar, id, last), Some(false));
            prop_assert_eq!(next_open(&calendar, id, last), Some(Next::Never));
            if last > Instant(0) {
                prop_assert_eq!(is_open(&calendar, id, Instant(last.0 - 1)), Some(true));
            }
        }
    }

    #[test]
    fn bytes_hold_all_of_it(calendar in calendars()) {
        let bytes = postcard::to_stdvec(&calendar).unwrap();
        prop_assert_eq!(postcard::from_bytes(&bytes), Ok(calendar));
    }
}

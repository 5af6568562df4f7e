//! Text, validation, soundness.

use super::{add, at, calendar, dated, dates, except, times, weekdays, windows, yearly};
use crate::calendar::{
    Calendar, Combination, Days, Expression, MAX_DEPTH, Next, Problem, Schedule, ScheduleId, Times, Unsound,
    Zone, ZoneId, describe, first_in, is_open, last_open, next_close, next_open,
};
use crate::value::Instant;

fn described(expression: Expression) -> String {
    let mut calendar = Calendar::default();
    add(
        &mut calendar,
        "Europe/Berlin",
        Some("holidays"),
        windows([Days::date(yearly(1, 1))], []),
    );
    let id = add(&mut calendar, "Europe/Berlin", None, expression);
    describe(&calendar, id)
        .strip_suffix(" (Europe/Berlin)")
        .unwrap()
        .to_owned()
}

#[test]
fn schedules_are_described_in_words() {
    let holidays = || Expression::Schedule(ScheduleId(0));
    let office = || windows([weekdays(0, 4)], ["09:00-17:00"]);
    assert_eq!(
        described(except(office(), holidays())),
        "Mon-Fri 09:00-17:00 except holidays"
    );
    assert_eq!(described(windows([], ["22:00-06:00"])), "daily 22:00-06:00");
    assert_eq!(described(windows([weekdays(5, 6)], [])), "Sat-Sun");
    let days = [dates(yearly(12, 24), yearly(12, 26)), Days::date(yearly(1, 1))];
    assert_eq!(described(windows(days, [])), "24-26 Dec, 1 Jan");
    let days = [
        dates(yearly(12, 24), yearly(1, 2)),
        dates(dated(2026, 12, 24), dated(2027, 1, 2)),
    ];
    assert_eq!(
        described(windows(days, ["00:00-24:00"])),
        "24 Dec-2 Jan, 24 Dec 2026-2 Jan 2027 00:00-24:00"
    );
    let days = [
        dates(dated(2026, 3, 30), dated(2026, 4, 2)),
        dates(dated(2026, 5, 1), dated(2026, 5, 3)),
    ];
    assert_eq!(described(windows(days, [])), "30 Mar-2 Apr 2026, 1-3 May 2026");
    let union = || {
        Expression::Union(vec![
            office(),
            windows([weekdays(5, 5)], ["10:00-12:00", "13:00-14:00"]),
        ])
    };
    assert_eq!(
        described(union()),
        "Mon-Fri 09:00-17:00; Sat 10:00-12:00, 13:00-14:00"
    );
    assert_eq!(
        described(Expression::Intersection(vec![union(), holidays()])),
        "(Mon-Fri 09:00-17:00; Sat 10:00-12:00, 13:00-14:00) and holidays"
    );
    assert_eq!(
        described(Expression::Union(vec![except(office(), holidays()), holidays()])),
        "(Mon-Fri 09:00-17:00 except holidays); holidays"
    );
}

#[test]
fn what_means_nothing_is_named() {
    assert_eq!(Days::date(yearly(2, 29)).problem(), None);
    assert_eq!(
        Days::date(yearly(2, 30)).problem(),
        Some(Problem::NoSuchDate(yearly(2, 30)))
    );
    assert_eq!(
        Days::date(dated(2026, 2, 29)).problem(),
        Some(Problem::NoSuchDate(dated(2026, 2, 29)))
    );
    assert_eq!(
        Days::date(yearly(13, 1)).problem(),
        Some(Problem::NoSuchDate(yearly(13, 1)))
    );
    assert_eq!(
        Days::date(yearly(0, 1)).problem(),
        Some(Problem::NoSuchDate(yearly(0, 1)))
    );
    assert_eq!(
        Days::date(dated(2100, 1, 1)).problem(),
        Some(Problem::YearOutOfRange(dated(2100, 1, 1)))
    );
    assert_eq!(dates(yearly(12, 24), yearly(1, 2)).problem(), None);
    assert_eq!(
        dates(dated(2026, 12, 24), dated(2026, 1, 2)).problem(),
        Some(Problem::EndsBeforeStart)
    );
    assert_eq!(
        dates(dated(2026, 12, 24), yearly(12, 26)).problem(),
        Some(Problem::MixedYears)
    );
    assert_eq!(weekdays(5, 0).problem(), None);
    assert_eq!(weekdays(0, 7).problem(), Some(Problem::NoSuchWeekday));
    assert_eq!(times("22:00-06:00").problem(), None);
    assert_eq!(times("22:00-00:00").problem(), None);
    assert_eq!(Times::WHOLE_DAY.problem(), None);
    assert_eq!(times("09:00-09:00").problem(), Some(Problem::StartIsEnd));
    assert_eq!(times("24:00-06:00").problem(), Some(Problem::NoSuchTime));
    assert_eq!(times("09:00-24:01").problem(), Some(Problem::NoSuchTime));
    assert_eq!(Expression::windows_problem(&[], &[]), Some(Problem::NothingSaid));
}

#[test]
fn a_schedule_ends_where_its_dates_do() {
    let ends = |expression: Expression| {
        let (calendar, id) = calendar("America/Los_Angeles", expression);
        last_open(&calendar, id)
    };
    let march = || windows([dates(dated(2026, 3, 2), dated(2026, 3, 8))], ["09:00-17:00"]);
    let weekdays_only = || windows([weekdays(0, 4)], []);
    assert_eq!(ends(march()), Some(at("2026-03-08T17:00-07:00")));
    assert_eq!(ends(weekdays_only()), None);
    assert_eq!(ends(windows([Days::date(yearly(12, 24))], [])), None);
    let both = vec![march(), weekdays_only()];
    assert_eq!(
        ends(Expression::Intersection(both.clone())),
        Some(at("2026-03-06T17:00-08:00"))
    );
    assert_eq!(ends(Expression::Union(both)), None);
    assert_eq!(
        ends(except(march(), weekdays_only())),
        Some(at("2026-03-08T17:00-07:00"))
    );
    assert_eq!(
        ends(except(march(), march())),
        Some(Instant(0)),
        "never open at all"
    );
    assert_eq!(ends(Expression::Union(Vec::new())), Some(Instant(0)));
    assert_eq!(
        ends(windows([Days::date(dated(2099, 12, 31))], [])),
        None,
        "open where the zone data ends"
    );
}

#[test]
fn a_schedule_that_never_shuts_has_no_edges() {
    let always = [
        windows([weekdays(0, 6)], []),
        windows([], ["00:00-24:00"]),
        windows([], ["22:00-09:00", "08:00-22:00"]),
        windows([weekdays(0, 3), weekdays(4, 6)], ["00:00-12:00", "12:00-00:00"]),
        Expression::Union(vec![windows([weekdays(0, 4)], []), windows([weekdays(5, 6)], [])]),
        Expression::Intersection(Vec::new()),
    ];
    let now = at("2026-03-02T12:00Z");
    for expression in always {
        let (calendar, id) = calendar("Europe/Berlin", expression);
        assert_eq!(is_open(&calendar, id, now), Some(true));
        assert_eq!(next_open(&calendar, id, now), Some(Next::Never));
        assert_eq!(next_close(&calendar, id, now), Some(Next::Never));
    }
}

#[test]
fn a_window_whose_edge_the_clock_skips_starts_at_the_next_valid_instant() {
    let (calendar, id) = calendar("Europe/Berlin", windows([], ["02:30-04:00"]));
    let now = at("2026-03-29T00:00+01:00");
    let opens = at("2026-03-29T03:00+02:00");
    assert_eq!(next_open(&calendar, id, now), Some(Next::At(opens)));
    assert_eq!(
        next_close(&calendar, id, opens),
        Some(Next::At(at("2026-03-29T04:00+02:00")))
    );
}

#[test]
fn a_window_that_the_clock_skips_does_not_open() {
    let (calendar, id) = calendar("Europe/Berlin", windows([], ["02:00-03:00"]));
    let now = at("2026-03-28T12:00+01:00");
    assert_eq!(
        next_open(&calendar, id, now),
        Some(Next::At(at("2026-03-30T02:00+02:00")))
    );
}

#[test]
fn in_a_repeated_hour_both_passes_count() {
    let (calendar, id) = calendar("Europe/Berlin", windows([], ["02:30-03:00"]));
    let edges = [
        (true, "2026-10-25T02:30+02:00"),
        (false, "2026-10-25T02:00+01:00"),
        (true, "2026-10-25T02:30+01:00"),
        (false, "2026-10-25T03:00+01:00"),
    ];
    let mut now = at("2026-10-25T00:00+02:00");
    for (opens, edge) in edges {
        let found = if opens {
            next_open(&calendar, id, now)
        } else {
            next_close(&calendar, id, now)
        };
        assert_eq!(found, Some(Next::At(at(edge))));
        assert_eq!(is_open(&calendar, id, at(edge)), Some(opens));
        now = at(edge);
    }
}

#[test]
fn a_night_window_is_an_hour_shorter_or_longer() {
    let (calendar, id) = calendar("Europe/Berlin", windows([weekdays(5, 5)], ["22:00-06:00"]));
    for (opens, shuts) in [
        ("2026-03-28T22:00+01:00", "2026-03-29T06:00+02:00"),
        ("2026-10-24T22:00+02:00", "2026-10-25T06:00+01:00"),
    ] {
        assert_eq!(
            next_open(&calendar, id, Instant(at(opens).0 - 1)),
            Some(Next::At(at(opens)))
        );
        assert_eq!(next_close(&calendar, id, at(opens)), Some(Next::At(at(shuts))));
    }
}

#[test]
fn a_skipped_date_opens_nothing_of_its_own() {
    // Samoa went from Thursday 29 to Saturday 31 December 2011.
    let (calendar, id) = calendar("Pacific/Apia", windows([weekdays(4, 4)], ["09:00-17:00"]));
    let now = at("2011-12-29T12:00-10:00");
    assert_eq!(
        next_open(&calendar, id, now),
        Some(Next::At(at("2012-01-06T09:00+14:00")))
    );
    // A window of the skipped Friday's night would open inside of what was skipped, so it opens right after.
    let (calendar, id) = super::calendar("Pacific/Apia", windows([weekdays(4, 4)], ["22:00-06:00"]));
    assert_eq!(
        next_open(&calendar, id, now),
        Some(Next::At(at("2011-12-31T00:00+14:00")))
    );
    assert_eq!(
        next_close(&calendar, id, now),
        Some(Next::At(at("2011-12-31T06:00+14:00")))
    );
}

#[test]
fn schedules_of_two_zones_together() {
    let mut calendar = Calendar::default();
    let day = add(&mut calendar, "Europe/Berlin", None, windows([], ["09:00-17:00"]));
    let night = add(
        &mut calendar,
        "America/New_York",
        None,
        windows([], ["00:00-05:00"]),
    );
    let (day, night) = (
        Combination::Schedule(day.into()),
        Combination::Schedule(night.into()),
    );
    let both = Combination::all([day.clone(), night.clone()]);
    let first = |combination: &Combination, from: &str| first_in(&calendar, combination, at(from), None);
    let found = |instant: &str| Some(Next::At(at(instant)));
    let noon = "2026-07-06T12:00+02:00";
    assert_eq!(first(&both, noon), found("2026-07-07T09:00+02:00"));
    assert_eq!(
        first(&both, "2026-07-06T10:00+02:00"),
        found("2026-07-06T10:00+02:00")
    );
    let only_day = Combination::all([day.clone(), night.clone().negated()]);
    assert_eq!(
        first(&only_day, "2026-07-06T10:00+02:00"),
        found("2026-07-06T11:00+02:00")
    );
    let neither = Combination::any([day, night]).negated();
    assert_eq!(first(&neither, noon), found("2026-07-06T17:00+02:00"));
    let until = at("2026-07-06T17:00+02:00");
    assert_eq!(
        first_in(&calendar, &neither, at(noon), Some(until)),
        Some(Next::Never)
    );
}

#[test]
fn what_never_meets_is_never_found() {
    let mut calendar = Calendar::default();
    let zone = "Europe/Berlin";
    let holidays = windows(
        [
            dates(yearly(12, 24), yearly(1, 2)),
            dates(yearly(2, 29), yearly(2, 29)),
        ],
        [],
    );
    let day = add(
        &mut calendar,
        zone,
        None,
        windows([weekdays(0, 4)], ["09:00-17:00"]),
    );
    let night = add(
        &mut calendar,
        "Africa/Casablanca",
        None,
        windows([], ["21:00-05:00"]),
    );
    let holidays = add(&mut calendar, zone, None, holidays);
    let [day, night, holidays] = [day, night, holidays].map(|id| Combination::Schedule(id.into()));
    let from = at("2026-07-06T12:00+02:00");
    let never = Combination::all([day.clone(), night]);
    assert_eq!(first_in(&calendar, &never, from, None), Some(Next::Never));
    // The next 29 February that is a working day is in 2028; the one after it in 2032 is a Sunday.
    let february = add(
        &mut calendar,
        zone,
        None,
        windows([Days::date(yearly(2, 29))], []),
    );
    let together = Combination::all([day.clone(), Combination::Schedule(february.into())]);
    let found = first_in(&calendar, &together, from, None);
    assert_eq!(found, Some(Next::At(at("2028-02-29T09:00+01:00"))));
    let found = first_in(&calendar, &together, at("2028-03-01T00:00+01:00"), None);
    assert_eq!(found, Some(Next::At(at("2036-02-29T09:00+01:00"))));
    let shut = Combination::all([together, holidays.negated()]);
    assert_eq!(first_in(&calendar, &shut, from, None), Some(Next::Never));
}

#[test]
fn two_releases_of_a_zone_can_be_compared() {
    let (from, to) = (at("2026-01-01T00:00Z"), at("2027-01-01T00:00Z"));
    let new = Zone::load("Europe/Berlin").unwrap();
    let mut old = new.clone();
    assert_eq!(new.first_difference(&old, from, to), None);
    // As if the older release had not known of the end of summer time in 2026.
    let end_of_summer = at("2026-10-25T03:00+02:00");
    old.transitions
        .retain(|transition| transition.at * 1000 != end_of_summer.0);
    assert_eq!(new.first_difference(&old, from, to), Some(end_of_summer));
    assert_eq!(old.first_difference(&new, from, end_of_summer), None);
}

#[test]
fn a_broken_calendar_is_refused_and_answers_nothing() {
    let (good, id) = calendar("Europe/Berlin", windows([weekdays(0, 6)], []));
    let now = at("2026-03-02T12:00Z");
    let itself = Schedule {
        name: None,
        zone: ZoneId(0),
        expression: Expression::Schedule(id),
    };
    let circle = Calendar {
        schedules: vec![itself],
        ..good.clone()
    };
    assert_eq!(circle.verify(), Err(Unsound::Reference(0)));
    assert_eq!(is_open(&circle, id, now), None);
    assert_eq!(next_open(&circle, id, now), None);
    let mut no_zone = good.clone();
    no_zone.zones.clear();
    assert_eq!(no_zone.verify(), Err(Unsound::NoZone(0)));
    assert_eq!(is_open(&no_zone, id, now), None);
    let mut unsorted = good.clone();
    unsorted.zones[0].transitions.swap(1, 2);
    assert_eq!(unsorted.verify(), Err(Unsound::Zone("Europe/Berlin".to_owned())));
    let mut nonsense = good.clone();
    nonsense.schedules[0].expression = windows([weekdays(0, 9)], []);
    assert_eq!(nonsense.verify(), Err(Unsound::Window(0)));
}

#[test]
fn references_cannot_multiply_without_bound() {
    let (mut calendar, mut id) = calendar("Europe/Berlin", windows([weekdays(0, 6)], []));
    for _ in 0..20 {
        let twice = Expression::Union(vec![Expression::Schedule(id), Expression::Schedule(id)]);
        let schedule = Schedule {
            name: None,
            zone: ZoneId(0),
            expression: twice,
        };
        id = calendar.add_schedule(schedule).unwrap();
    }
    assert!(matches!(calendar.verify(), Err(Unsound::TooLarge(_))));
}

#[test]
fn nesting_is_bounded_in_bytes_and_by_reference() {
    let nested = |depth: usize| {
        let mut expression = windows([weekdays(0, 6)], []);
        for _ in 0..depth {
            expression = Expression::Union(vec![expression]);
        }
        expression
    };
    let bytes = postcard::to_stdvec(&nested(MAX_DEPTH)).unwrap();
    assert_eq!(postcard::from_bytes(&bytes), Ok(nested(MAX_DEPTH)));
    let bytes = postcard::to_stdvec(&nested(MAX_DEPTH + 1)).unwrap();
    assert!(postcard::from_bytes::<Expression>(&bytes).is_err());
    let (mut calendar, mut id) = calendar("Europe/Berlin", windows([weekdays(0, 6)], []));
    for _ in 0..=MAX_DEPTH {
        let schedule = Schedule {
            name: None,
            zone: ZoneId(0),
            expression: Expression::Schedule(id),
        };
        id = calendar.add_schedule(schedule).unwrap();
    }
    assert!(matches!(calendar.verify(), Err(Unsound::TooDeep(_))));
}

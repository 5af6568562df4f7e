//! The answers of the language about time, one test or more for each.

use super::{add, at, calendar, dated, dates, except, weekdays, windows, yearly};
use crate::calendar::{
    Calendar, Date, Days, Expression, LocalTime, Next, Period, ScheduleId, first_instant, is_open, last_open,
    local_time, next_close, next_open, period, show_instant, show_next, tzdata_version,
};

fn opens_next(calendar: &Calendar, id: ScheduleId, now: &str) -> String {
    let next = next_open(calendar, id, at(now)).unwrap();
    show_next(calendar.zone_of(id).unwrap(), next, at(now))
}

#[test]
fn point_28_a_day_is_the_calendars() {
    let (calendar, _) = calendar("Europe/Berlin", windows([weekdays(0, 6)], []));
    let zone = &calendar.zones[0];
    // The day on which the clock is put forward has 23 hours.
    let now = at("2026-03-29T12:00+02:00");
    let day = (at("2026-03-29T00:00+01:00"), at("2026-03-30T00:00+02:00"));
    assert_eq!(period(zone, Period::Day, now), Some(day));
    let week = (at("2026-03-23T00:00+01:00"), at("2026-03-30T00:00+02:00"));
    assert_eq!(period(zone, Period::Week, now), Some(week));
    let month = (at("2026-03-01T00:00+01:00"), at("2026-04-01T00:00+02:00"));
    assert_eq!(period(zone, Period::Month, now), Some(month));
    let last_of_year = (at("2026-12-01T00:00+01:00"), at("2027-01-01T00:00+01:00"));
    assert_eq!(
        period(zone, Period::Month, at("2026-12-31T23:59+01:00")),
        Some(last_of_year)
    );
}

#[test]
fn point_36_an_excepted_date_is_shut_from_midnight_to_midnight() {
    // 2026-12-25 is a Friday.
    let nights = windows([weekdays(0, 4)], ["22:00-06:00"]);
    let (calendar, id) = calendar(
        "Europe/Berlin",
        except(nights, windows([Days::date(dated(2026, 12, 26))], [])),
    );
    let open = |text: &str| is_open(&calendar, id, at(text)).unwrap();
    assert!(open("2026-12-25T23:59+01:00"));
    assert!(
        !open("2026-12-26T00:00+01:00"),
        "the piece after midnight lies on the excepted date"
    );
    assert!(!open("2026-12-26T05:59+01:00"));
    let closes = next_close(&calendar, id, at("2026-12-25T22:00+01:00"));
    assert_eq!(closes, Some(Next::At(at("2026-12-26T00:00+01:00"))));
}

#[test]
fn point_36_a_window_belongs_to_the_day_on_which_it_opens() {
    let (calendar, id) = calendar("Europe/Berlin", windows([weekdays(4, 4)], ["22:00-06:00"]));
    let open = |text: &str| is_open(&calendar, id, at(text)).unwrap();
    assert!(
        !open("2026-12-25T05:00+01:00"),
        "Friday's small hours are Thursday's window"
    );
    assert!(open("2026-12-25T22:00+01:00"));
    assert!(open("2026-12-26T05:59+01:00"));
    assert!(!open("2026-12-26T06:00+01:00"));
}

#[test]
fn point_36_dots_include_both_ends_and_a_dash_excludes_the_second() {
    let holidays = windows([dates(yearly(12, 24), yearly(12, 26))], []);
    let (days, id) = calendar("Europe/Berlin", holidays);
    assert_eq!(is_open(&days, id, at("2026-12-24T00:00+01:00")), Some(true));
    assert_eq!(is_open(&days, id, at("2026-12-26T23:59+01:00")), Some(true));
    assert_eq!(is_open(&days, id, at("2026-12-27T00:00+01:00")), Some(false));
    let (hours, id) = calendar("Europe/Berlin", windows([weekdays(0, 4)], ["09:00-17:00"]));
    assert_eq!(
        is_open(&hours, id, at("2026-03-02T08:59:59.999+01:00")),
        Some(false)
    );
    assert_eq!(is_open(&hours, id, at("2026-03-02T09:00+01:00")), Some(true));
    assert_eq!(
        is_open(&hours, id, at("2026-03-02T16:59:59.999+01:00")),
        Some(true)
    );
    assert_eq!(is_open(&hours, id, at("2026-03-02T17:00+01:00")), Some(false));
}

#[test]
fn point_36_an_intersection_is_one_of_instants_and_not_of_days() {
    // Friday's night and Saturday share the hours after midnight, though no day is in both.
    let parts = vec![
        windows([weekdays(4, 4)], ["22:00-06:00"]),
        windows([weekdays(5, 5)], []),
    ];
    let (calendar, id) = calendar("Europe/Berlin", Expression::Intersection(parts));
    assert_eq!(
        opens_next(&calendar, id, "2026-03-02T12:00+01:00"),
        "Sat 7 Mar 00:00 CET"
    );
    let closes = next_close(&calendar, id, at("2026-03-02T12:00+01:00"));
    assert_eq!(closes, Some(Next::At(at("2026-03-07T06:00+01:00"))));
}

#[test]
fn point_37_a_schedule_keeps_its_zone_where_another_refers_to_it() {
    let mut calendar = Calendar::default();
    let tokyo = add(
        &mut calendar,
        "Asia/Tokyo",
        Some("tokyo"),
        windows([weekdays(0, 4)], ["09:00-17:00"]),
    );
    let berlin = Expression::Intersection(vec![
        windows([weekdays(0, 4)], ["09:00-17:00"]),
        Expression::Schedule(tokyo),
    ]);
    let both = add(&mut calendar, "Europe/Berlin", Some("both"), berlin);
    // Tokyo shuts at 09:00 in Berlin's winter and at 10:00 in its summer.
    assert_eq!(
        is_open(&calendar, both, at("2026-01-05T09:00+01:00")),
        Some(false)
    );
    assert_eq!(is_open(&calendar, both, at("2026-07-06T09:59+02:00")), Some(true));
    assert_eq!(
        opens_next(&calendar, both, "2026-03-02T12:00+01:00"),
        "Mon 30 Mar 09:00 CEST"
    );
}

#[test]
fn point_37_a_date_is_its_first_instant() {
    let (calendar, _) = calendar("America/Havana", windows([weekdays(0, 6)], []));
    let zone = &calendar.zones[0];
    // The clock jumps from 23:59 to 01:00.
    assert_eq!(
        first_instant(zone, dated(2024, 3, 10)),
        Some(at("2024-03-10T01:00-04:00"))
    );
    assert_eq!(
        first_instant(zone, dated(2024, 3, 11)),
        Some(at("2024-03-11T00:00-04:00"))
    );
    // The clock shows the hour from midnight twice.
    assert_eq!(
        first_instant(zone, dated(2024, 11, 3)),
        Some(at("2024-11-03T00:00-04:00"))
    );
    assert_eq!(first_instant(zone, yearly(3, 10)), None);
}

#[test]
fn point_37_a_local_time_may_come_twice_or_not_at_all() {
    let (calendar, _) = calendar("Europe/Berlin", windows([weekdays(0, 6)], []));
    let zone = &calendar.zones[0];
    let once = LocalTime::Once(at("2026-03-02T12:00+01:00"));
    assert_eq!(local_time(zone, dated(2026, 3, 2), 12 * 60), Some(once));
    assert_eq!(
        local_time(zone, dated(2026, 3, 29), 2 * 60 + 30),
        Some(LocalTime::Skipped)
    );
    let twice = LocalTime::Twice(at("2026-10-25T02:30+02:00"), at("2026-10-25T02:30+01:00"));
    assert_eq!(local_time(zone, dated(2026, 10, 25), 2 * 60 + 30), Some(twice));
    assert_eq!(local_time(zone, dated(2026, 2, 29), 0), None);
}

#[test]
fn point_38_zone_rules_are_data_with_a_version() {
    let (calendar, id) = calendar("Europe/Berlin", windows([weekdays(0, 4)], ["09:00-17:00"]));
    assert_eq!(tzdata_version(), "2026f");
    // A calendar that went through bytes answers alike, and other rules in the bytes give other answers: nothing else
    // has a say.
    let bytes = postcard::to_stdvec(&calendar).unwrap();
    let mut read: Calendar = postcard::from_bytes(&bytes).unwrap();
    assert_eq!(read, calendar);
    let summer = at("2026-07-06T09:00+02:00");
    assert_eq!(is_open(&read, id, summer), Some(true));
    read.zones[0].transitions.truncate(1);
    assert_eq!(is_open(&read, id, summer), Some(false));
}

#[test]
fn point_38_outside_of_the_zone_data_nothing_is_known() {
    let (calendar, id) = calendar("Europe/Berlin", windows([weekdays(0, 6)], []));
    assert_eq!(is_open(&calendar, id, at("1970-01-01T00:00Z")), Some(true));
    assert_eq!(is_open(&calendar, id, at("1969-12-31T23:59:59.999Z")), None);
    assert_eq!(is_open(&calendar, id, at("2099-12-31T23:59:59.999Z")), Some(true));
    assert_eq!(is_open(&calendar, id, at("2100-01-01T00:00Z")), None);
    assert_eq!(next_open(&calendar, id, at("2100-01-01T00:00Z")), None);
}

#[test]
fn point_39_the_next_opening_is_written_in_the_schedules_zone() {
    let holidays = windows(
        [dates(yearly(12, 24), yearly(12, 26)), Days::date(yearly(1, 1))],
        [],
    );
    let office = except(windows([weekdays(0, 4)], ["09:00-17:00"]), holidays);
    let (calendar, id) = calendar("Europe/Berlin", office);
    assert_eq!(
        opens_next(&calendar, id, "2026-03-02T08:59+01:00"),
        "Mon 2 Mar 09:00 CET"
    );
    assert_eq!(
        opens_next(&calendar, id, "2026-03-27T17:00+01:00"),
        "Mon 30 Mar 09:00 CEST"
    );
    // 24 December 2026 is a Thursday.
    assert_eq!(
        opens_next(&calendar, id, "2026-12-23T20:00+01:00"),
        "Mon 28 Dec 09:00 CET"
    );
    // The year stands where it is not the current one, by the calendar of that zone.
    assert_eq!(
        opens_next(&calendar, id, "2026-12-31T20:00+01:00"),
        "Mon 4 Jan 2027 09:00 CET"
    );
    assert_eq!(
        opens_next(&calendar, id, "2026-12-31T23:30Z"),
        "Mon 4 Jan 09:00 CET"
    );
}

#[test]
fn point_39_next_is_after_now_even_when_open() {
    let (calendar, id) = calendar("Europe/Berlin", windows([weekdays(0, 4)], ["09:00-17:00"]));
    assert_eq!(
        opens_next(&calendar, id, "2026-03-02T09:00+01:00"),
        "Tue 3 Mar 09:00 CET"
    );
    assert_eq!(
        opens_next(&calendar, id, "2026-03-02T08:59:59.999+01:00"),
        "Mon 2 Mar 09:00 CET"
    );
}

#[test]
fn point_39_never_again() {
    let days = windows([dates(dated(2026, 3, 2), dated(2026, 3, 3))], ["22:00-06:00"]);
    let (calendar, id) = calendar("Europe/Berlin", days);
    assert_eq!(
        opens_next(&calendar, id, "2026-03-02T22:00+01:00"),
        "Tue 3 Mar 22:00 CET"
    );
    assert_eq!(opens_next(&calendar, id, "2026-03-03T22:00+01:00"), "never again");
    assert_eq!(last_open(&calendar, id), Some(at("2026-03-04T06:00+01:00")));
}

#[test]
fn point_39_an_opening_far_away_is_found() {
    // 29 February is a Monday in 2044 for the first time after 2016.
    let parts = vec![
        windows([Days::date(yearly(2, 29))], []),
        windows([weekdays(0, 0)], ["09:00-17:00"]),
    ];
    let (calendar, id) = calendar("Europe/Berlin", Expression::Intersection(parts));
    assert_eq!(
        opens_next(&calendar, id, "2026-03-02T12:00+01:00"),
        "Mon 29 Feb 2044 09:00 CET"
    );
    assert_eq!(last_open(&calendar, id), None);
}

#[test]
fn point_39_the_abbreviation_is_that_of_the_instant() {
    let (calendar, _) = calendar("America/New_York", windows([weekdays(0, 6)], []));
    let now = at("2026-01-01T00:00-05:00");
    let shown = |text: &str| show_instant(&calendar.zones[0], at(text), now);
    assert_eq!(shown("2026-11-01T01:30-04:00"), "Sun 1 Nov 01:30 EDT");
    assert_eq!(shown("2026-11-01T01:30-05:00"), "Sun 1 Nov 01:30 EST");
    let kathmandu = crate::calendar::Zone::load("Asia/Kathmandu").unwrap();
    assert_eq!(
        show_instant(&kathmandu, at("2026-03-02T09:00+05:45"), now),
        "Mon 2 Mar 09:00 +0545"
    );
    assert_eq!(shown("2150-11-01T01:30Z"), "Sun 1 Nov 2150 01:30 UTC");
}

#[test]
fn point_36_dates_without_a_year_are_every_years() {
    let leap = Date {
        year: None,
        month: 2,
        day: 29,
    };
    let (calendar, id) = calendar("Europe/Berlin", windows([Days::date(leap)], []));
    assert_eq!(
        opens_next(&calendar, id, "2026-01-01T00:00+01:00"),
        "Tue 29 Feb 2028 00:00 CET"
    );
    let closes = next_close(&calendar, id, at("2028-02-29T00:00+01:00"));
    assert_eq!(closes, Some(Next::At(at("2028-03-01T00:00+01:00"))));
}

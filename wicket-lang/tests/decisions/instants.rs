//! The instant of the class `at`, and what is told beside the class.

use wicket_lang::decide::{Class, Explanation};
use wicket_lang::request::Fact;
use wicket_lang::value::Instant;

use crate::session::Session;

const READ: &str = r#"{"method":"get","owner":"acme","repo":"site","issue_number":7}"#;

fn at(text: &str) -> Class {
    Class::At {
        at: Instant::parse(text).unwrap(),
    }
}

fn told(session: &mut Session) -> (Class, Vec<Class>) {
    let (_, Explanation { class, others, .. }) = session.call("github.issue_read", READ);
    (class.unwrap(), others)
}

/// A session with these schedules and rules, in Berlin.
fn session(schedules: &str, rules: &str) -> Session {
    Session::new(&format!(
        "use github\nzone \"Europe/Berlin\"\n{schedules}\npolicy a {{ {rules} }}"
    ))
}

#[test]
fn point_19_three_daily_windows_meet_once_in_two_years() {
    let mut session = session(
        "schedule days { mon..fri 08:00-18:00 }
         schedule halves { 07:00-07:30, 12:00-12:30, 19:00-19:30 }
         schedule evenings { 06:00-08:00, 17:00-22:00 }
         schedule once { 2027-12-24 12:10-12:20 }",
        "permit github.issue_read when now in days and now in halves and (now not in evenings) and now in once",
    );
    session.at("2026-03-02T12:00:00+01:00");
    assert_eq!(told(&mut session), (at("2027-12-24T12:10:00+01:00"), Vec::new()));
}

#[test]
fn point_19_windows_that_never_meet_are_never() {
    let mut session = session(
        "schedule days { mon..fri 08:00-18:00 except holidays_of_all }
         schedule holidays_of_all { 12-24..12-26, 01-01, 05-01 }
         schedule nights { 18:00-24:00, 00:00-08:00 }
         schedule halves { 07:00-07:30, 12:00-12:30, 19:00-19:30 }",
        "permit github.issue_read when now in days and now in nights and now in halves",
    );
    session.at("2026-03-02T12:00:00+01:00");
    assert_eq!(told(&mut session), (Class::Never, Vec::new()));
}

#[test]
fn point_19_the_others_are_listed() {
    let mut session = session(
        "schedule days { mon..fri 08:00-18:00 }",
        "permit github.issue_read when now in days and args.owner is \"beta\"
         forbid github.issue_read when repo.archived",
    );
    session.at("2026-03-07T12:00:00+01:00");
    let (class, others) = told(&mut session);
    let Class::If { arguments } = class else {
        panic!("an argument is the hardest: {class:?}");
    };
    assert_eq!(arguments.len(), 1);
    let unknown = Class::Unknown {
        attributes: vec!["repo.archived".into()],
    };
    assert_eq!(others, [unknown, at("2026-03-09T08:00:00+01:00")]);
    session.fact(Fact::Failed);
    let (_, others) = told(&mut session);
    assert_eq!(others, [at("2026-03-09T08:00:00+01:00"), Class::Transient]);
}

#[test]
fn point_19_behind_an_open_breaker_stands_the_rest() {
    let mut session = Session::new(
        "use github\nzone \"Europe/Berlin\"\nschedule days { mon..fri 08:00-18:00 }
         policy a { permit github.issue_read when now in days and args.owner is \"beta\" }
         policy b { permit github.get_me }
         breaker one { trip after 1 denials of github.get_me per session, until reset }
         breaker two { trip after 1 denials of github.get_me per session, for 8h }",
    );
    session.at("2026-03-02T12:00:00+01:00");
    session.call("github.get_me", r#"{"no":1}"#);
    let (class, others) = told(&mut session);
    let expected = Class::AfterReset {
        breakers: vec!["one".into()],
    };
    assert_eq!(class, expected);
    // The hold ends at eight in the evening, and then the days are over.
    assert!(
        matches!(others.as_slice(), [Class::If { .. }, at_last] if *at_last == at("2026-03-03T08:00:00+01:00"))
    );
}

#[test]
fn point_19_what_is_in_the_way_only_then_is_the_class() {
    let mut session = session(
        "schedule days { mon..fri 08:00-18:00 }",
        "permit github.issue_read when now in days
         forbid github.issue_read when now in days and args.owner is \"acme\"",
    );
    session.at("2026-03-07T12:00:00+01:00");
    let (class, others) = told(&mut session);
    assert!(matches!(class, Class::If { .. }), "{class:?}");
    assert_eq!(others, [at("2026-03-09T08:00:00+01:00")]);
    let mut asks = self::session(
        "schedule days { mon..fri 08:00-18:00 }",
        "permit github.issue_read when now in days
         ask github.issue_read when now in days",
    );
    asks.at("2026-03-07T12:00:00+01:00");
    let (class, others) = told(&mut asks);
    assert!(matches!(class, Class::AfterApproval { .. }), "{class:?}");
    assert_eq!(others, [at("2026-03-09T08:00:00+01:00")]);
}

#[test]
fn point_19_a_limit_refills_while_the_window_is_shut() {
    let mut session = Session::new(
        "use github\nzone \"Europe/Berlin\"\nschedule days { mon..fri 08:00-18:00 }
         policy a { permit github.issue_read when now in days }
         limit one { at most 1 calls of github.issue_read per session within 2h }",
    );
    for (now, opens) in [
        ("2026-03-02T12:00:00+01:00", "2026-03-02T14:00:00+01:00"),
        ("2026-03-02T17:00:00+01:00", "2026-03-03T08:00:00+01:00"),
    ] {
        session.at(now);
        assert!(session.permits("github.issue_read", READ));
        assert_eq!(told(&mut session), (at(opens), Vec::new()));
    }
}

#[test]
fn point_19_a_pending_fact_is_not_in_the_way() {
    let mut session = session(
        "schedule days { mon..fri 08:00-18:00 }",
        "permit github.issue_read when repo.visibility is public
         forbid github.issue_read when now not in days",
    );
    session.facts = wicket_lang::request::Facts::none_yet();
    session.at("2026-03-07T12:00:00+01:00");
    assert_eq!(told(&mut session), (at("2026-03-09T08:00:00+01:00"), Vec::new()));
}

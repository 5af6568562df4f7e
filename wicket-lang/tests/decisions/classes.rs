//! What an agent can do about a denial.

use wicket_lang::decide::Class;
use wicket_lang::request::{Fact, Setting};
use wicket_lang::value::Instant;

use crate::session::Session;

const READ: &str = r#"{"method":"get","owner":"acme","repo":"site","issue_number":7}"#;
const HOURS: &str = "zone \"Europe/Berlin\"\nschedule office_hours { mon..fri 09:00-17:00 }\n";

fn at(text: &str) -> Class {
    Class::At {
        at: Instant::parse(text).unwrap(),
    }
}

#[test]
fn never() {
    let mut session =
        Session::new("use github\npolicy a { permit github:read }\npolicy b { forbid github.issue_read }");
    assert_eq!(session.class("github.issue_read", READ), Class::Never);
    let mut nothing = Session::new("use github\npolicy a { permit github.get_me }");
    assert_eq!(nothing.class("github.issue_read", READ), Class::Never);
}

#[test]
fn at_the_next_opening() {
    let mut session = Session::new(&format!(
        "use github\n{HOURS}policy a {{ permit github.issue_read when now in office_hours }}"
    ));
    session.at("2026-03-02T08:59:00+01:00");
    assert_eq!(
        session.class("github.issue_read", READ),
        at("2026-03-02T09:00:00+01:00")
    );
    session.at("2026-03-06T17:00:00+01:00");
    assert_eq!(
        session.class("github.issue_read", READ),
        at("2026-03-09T09:00:00+01:00")
    );
}

#[test]
fn at_an_instant_that_suits_every_schedule() {
    let mut session = Session::new(&format!(
        "use github\n{HOURS}schedule late {{ fri 16:00-20:00 }}\n\
         policy a {{ permit github.issue_read when now in office_hours and now in late }}"
    ));
    assert_eq!(
        session.class("github.issue_read", READ),
        at("2026-03-06T16:00:00+01:00")
    );
}

#[test]
fn never_where_no_instant_suits() {
    let mut session = Session::new(&format!(
        "use github\n{HOURS}schedule night {{ 22:00-06:00 }}\n\
         policy a {{ permit github.issue_read when now in office_hours and now in night }}"
    ));
    assert_eq!(session.class("github.issue_read", READ), Class::Never);
}

#[test]
fn at_the_end_of_a_hold() {
    let mut session = Session::new(
        "use github\npolicy a { permit github:read }\nbreaker one { trip after 1 denials per session, for 30m }",
    );
    session.call("github.create_branch", "{}");
    assert_eq!(
        session.class("github.issue_read", READ),
        at("2026-03-02T12:30:00+01:00")
    );
}

#[test]
fn if_an_argument_is_another() {
    let mut session = Session::new(
        "use github\nset owners = [\"acme\", \"beta\"]\npolicy a { permit github.issue_read when args.owner in owners }",
    );
    let other = READ.replace("acme", "evil");
    let Class::If { arguments } = session.class("github.issue_read", &other) else {
        panic!("an argument decides");
    };
    let [need] = arguments.as_slice() else {
        panic!("{arguments:?}");
    };
    assert_eq!(
        (need.argument.as_str(), need.must.as_str()),
        ("args.owner", "be in")
    );
    assert_eq!(need.values, ["acme", "beta"]);
}

#[test]
fn a_permit_that_is_switched_off_is_no_way_out() {
    let mut session = Session::new(
        "use github\npolicy a { permit github.issue_read when args.owner is \"beta\" }\n\
         policy b { permit github.issue_read when repo.visibility is public }",
    );
    assert!(matches!(
        session.class("github.issue_read", READ),
        Class::Unknown { .. }
    ));
    session.switches.0.insert("b".into(), Setting::Off);
    assert!(matches!(
        session.class("github.issue_read", READ),
        Class::If { .. }
    ));
    session.switches.0.insert("a".into(), Setting::Off);
    assert_eq!(session.class("github.issue_read", READ), Class::Never);
}

#[test]
fn unknown_where_a_fact_is_not_known() {
    let mut session =
        Session::new("use github\npolicy a { permit github.issue_read when repo.visibility is public }");
    let expected = Class::Unknown {
        attributes: vec!["repo.visibility".into()],
    };
    assert_eq!(session.class("github.issue_read", READ), expected);
}

#[test]
fn transient_where_a_fact_failed() {
    let mut session =
        Session::new("use github\npolicy a { permit github.issue_read when repo.visibility is public }");
    session.fact(Fact::Failed);
    assert_eq!(session.class("github.issue_read", READ), Class::Transient);
}

#[test]
fn after_a_reset() {
    let mut session = Session::new(
        "use github\npolicy a { permit github:read }\nbreaker one { trip after 1 denials per session, until reset }",
    );
    session.call("github.create_branch", "{}");
    let expected = Class::AfterReset {
        breakers: vec!["one".into()],
    };
    assert_eq!(session.class("github.issue_read", READ), expected);
}

#[test]
fn the_hardest_thing_is_told() {
    let mut session = Session::new(&format!(
        "use github\n{HOURS}policy a {{ permit github.issue_read when now in office_hours and args.owner is \"beta\" }}"
    ));
    session.at("2026-03-07T12:00:00+01:00");
    assert!(matches!(
        session.class("github.issue_read", READ),
        Class::If { .. }
    ));
    let beta = READ.replace("acme", "beta");
    assert_eq!(
        session.class("github.issue_read", &beta),
        at("2026-03-09T09:00:00+01:00")
    );
}

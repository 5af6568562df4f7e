//! Breakers: when they trip, what they stop, and how they close again.

use wicket_lang::decide::{self, Reason};

use crate::session::Session;

const MERGE: &str = r#"{"owner":"acme","repo":"site","pullNumber":7}"#;

fn session(breaker: &str) -> Session {
    Session::new(&format!(
        "use github, slack\npolicy all {{ permit github.*, slack.* }}\n\
         policy no_merge {{ forbid github.merge_pull_request }}\n\
         policy no_delete {{ forbid github.delete_file }}\n{breaker}"
    ))
}

fn merge(session: &mut Session) -> Reason {
    session.call("github.merge_pull_request", MERGE).0.reason
}

#[test]
fn it_trips_with_the_nth_denial_and_answers_from_the_next_call_on() {
    let mut session = session("breaker three { trip after 3 denials per session, until reset }");
    for _ in 0..3 {
        assert!(session.permits("github.get_me", "{}"));
        assert_eq!(merge(&mut session), Reason::Policy);
    }
    assert_eq!(session.call("github.get_me", "{}").0.reason, Reason::Breaker);
    assert_eq!(merge(&mut session), Reason::Breaker);
    // Denials by the breaker itself do not count.
    assert_eq!(session.state.denials, 3);
    session.later(10_000_000);
    assert_eq!(merge(&mut session), Reason::Breaker);
    let (state, found) = decide::reset(&session.state, Some("three"));
    assert!(found);
    session.state = state;
    assert!(session.permits("github.get_me", "{}"));
}

#[test]
fn after_its_hold_one_call_is_let_through() {
    let mut session = session("breaker one { trip after 1 denials per session, for 30m }");
    merge(&mut session);
    session.later(30 * 60 - 1);
    assert!(!session.permits("github.get_me", "{}"));
    session.later(1);
    let probe = session.probe("github.get_me", "{}");
    assert!(!session.permits("github.get_me", "{}"), "while the probe is out");
    session.ends(&probe, true);
    assert!(session.permits("github.get_me", "{}"));

    merge(&mut session);
    session.later(30 * 60);
    let probe = session.probe("github.get_me", "{}");
    session.ends(&probe, false);
    session.later(30 * 60 - 1);
    assert!(
        !session.permits("github.get_me", "{}"),
        "open anew after a probe that failed"
    );
}

#[test]
fn a_probe_closes_only_the_breaker_that_waits_for_it() {
    let mut session = session(
        "breaker hub { trip after 1 denials per session, stop github.* for 30m }\n\
         breaker chat { trip after 1 denials per session, stop slack.* for 30m }",
    );
    merge(&mut session);
    session.later(30 * 60);
    let hub = session.probe("github.get_me", "{}");
    let channels = r#"{"channel_types":"public_channel"}"#;
    let chat = session.probe("slack.channels_list", channels);
    assert_eq!(
        hub.probes.as_ref().unwrap().1,
        chat.probes.as_ref().unwrap().1,
        "told apart by name, not by the instant alone"
    );
    session.ends(&chat, true);
    assert!(session.permits("slack.channels_list", channels));
    assert!(
        !session.permits("github.get_me", "{}"),
        "its own probe is still out"
    );
    session.ends(&hub, false);
    assert!(!session.permits("github.get_me", "{}"), "open anew");
}

#[test]
fn a_probe_that_was_given_up_says_nothing_any_more() {
    let mut session = session("breaker one { trip after 1 denials per session, for 30m }");
    merge(&mut session);
    session.later(30 * 60);
    let late = session.probe("github.get_me", "{}");
    session.later(60);
    let second = session.probe("github.get_me", "{}");
    session.ends(&late, true);
    assert!(
        !session.permits("github.get_me", "{}"),
        "the second probe decides"
    );
    session.ends(&second, true);
    assert!(session.permits("github.get_me", "{}"));
}

#[test]
fn a_denied_call_is_no_probe() {
    let mut session = session("breaker one { trip after 1 denials per session, for 30m }");
    merge(&mut session);
    session.later(30 * 60);
    assert_eq!(merge(&mut session), Reason::Policy);
    assert!(session.permits("github.get_me", "{}"), "still the probe");
}

#[test]
fn calls_are_those_that_were_permitted() {
    let mut session = session("breaker two { trip after 2 calls of github.get_me per session, until reset }");
    merge(&mut session);
    merge(&mut session);
    assert!(session.permits("github.get_me", "{}"), "denials are no calls");
    assert!(
        session.permits("github.get_me", "{}"),
        "the one that trips it gets its own answer"
    );
    assert!(!session.permits("github.get_me", "{}"));
}

#[test]
fn a_probe_leaves_a_breaker_on_calls_waiting() {
    let mut session = session("breaker one { trip after 1 calls per session, for 30m }");
    assert!(session.permits("github.get_me", "{}"));
    session.later(30 * 60);
    let probe = session.probe("github.get_me", "{}");
    assert!(!session.permits("github.get_me", "{}"), "while the probe is out");
    session.ends(&probe, true);
    assert!(
        session.permits("github.get_me", "{}"),
        "closed, and counting from nothing"
    );
    assert!(!session.permits("github.get_me", "{}"));
}

#[test]
fn a_window_forgets() {
    let mut session = session("breaker two { trip after 2 denials per session within 10m, until reset }");
    merge(&mut session);
    session.later(600);
    merge(&mut session);
    assert!(
        session.permits("github.get_me", "{}"),
        "the first is just out of the window"
    );
    session.later(599);
    merge(&mut session);
    assert!(!session.permits("github.get_me", "{}"));
}

#[test]
fn it_stops_what_it_names_and_counts_what_it_names() {
    let mut session = session(
        "breaker merges { trip after 1 denials of github.merge_pull_request per session, stop slack.* for 10m }",
    );
    let delete = r#"{"owner":"a","repo":"b","path":"c","message":"d","branch":"e","sha":"f"}"#;
    session.call("github.delete_file", delete);
    assert!(session.state.session.breakers.is_empty());
    merge(&mut session);
    assert!(session.permits("github.get_me", "{}"));
    let (decision, _) = session.call("slack.channels_list", r#"{"channel_types":"public_channel"}"#);
    assert_eq!(decision.reason, Reason::Breaker);
}

//! What trips a breaker beside plain denials: failures, rows and shares of them, tracks, conditions and keys.

use wicket_lang::decide::{Class, Reason};
use wicket_lang::ir::{Outcome, Per};
use wicket_lang::request::{Awaited, Facts, Setting};
use wicket_lang::value::Instant;

use crate::session::Session;

const ISSUE: &str = r#"{"method":"get","owner":"acme","repo":"site","issue_number":7}"#;
const OTHER: &str = r#"{"method":"get","owner":"acme","repo":"app","issue_number":7}"#;
const CHANNELS: &str = r#"{"channel_types":"public_channel"}"#;

fn session(items: &str) -> Session {
    Session::new(&format!(
        "use github, slack\npolicy all {{ permit github.*, slack.* }}\n\
         policy no_merge {{ forbid github.merge_pull_request }}\n{items}"
    ))
}

fn merge_in(session: &mut Session, repo: &str) -> Reason {
    let args = format!(r#"{{"owner":"acme","repo":"{repo}","pullNumber":7}}"#);
    session.call("github.merge_pull_request", &args).0.reason
}

/// A call of GitHub that goes out.
fn out(session: &mut Session, args: &str) -> Awaited {
    let (decision, _, awaited) = session.awaited("github.issue_read", args);
    assert!(decision.is_permit(), "{:?}", decision.reason);
    awaited
}

fn ends(session: &mut Session, outcome: Option<Outcome>) {
    let call = out(session, ISSUE);
    session.outcome(&call, outcome);
}

fn fails(session: &mut Session, count: usize) {
    for _ in 0..count {
        ends(session, Some(Outcome::Failure));
    }
}

fn is_stopped(session: &mut Session) -> bool {
    session.call("github.issue_read", ISSUE).0.reason == Reason::Breaker
}

#[test]
fn point_30_failures_alone_trip_and_an_error_is_an_answer() {
    let mut session = session(
        "breaker down { trip after 3 failures of github.* per connector within 2m, stop github.* for 10m }",
    );
    for _ in 0..9 {
        ends(&mut session, Some(Outcome::Error));
        ends(&mut session, Some(Outcome::Success));
    }
    fails(&mut session, 2);
    assert!(session.permits("github.get_me", "{}"), "two of three");
    fails(&mut session, 1);
    assert!(is_stopped(&mut session));
    assert!(
        session.permits("slack.channels_list", CHANNELS),
        "another connector"
    );
    let at = Instant(session.now.unwrap().0 + 600_000);
    assert_eq!(session.class("github.issue_read", ISSUE), Class::At { at });
}

#[test]
fn point_30_a_call_in_flight_has_not_failed_and_one_never_learnt_may_have() {
    let text = "breaker down { trip after 3 failures of github.* per connector within 2m, for 10m }";
    let mut session = session(text);
    let flying: Vec<Awaited> = (0..40).map(|_| out(&mut session, ISSUE)).collect();
    for call in flying {
        session.outcome(&call, Some(Outcome::Success));
    }
    for _ in 0..3 {
        assert!(!is_stopped(&mut session));
        let lost = out(&mut session, ISSUE);
        session.outcome(&lost, None);
    }
    assert!(is_stopped(&mut session), "each of the three may have failed");
}

#[test]
fn a_call_whose_end_nobody_told_counts_when_it_is_over_for_sure() {
    let mut session =
        session("breaker down { trip after 3 failures of github.* per connector within 10m, for 10m }");
    out(&mut session, ISSUE);
    out(&mut session, ISSUE);
    fails(&mut session, 1);
    assert!(!is_stopped(&mut session), "two are in flight");
    session.later(61);
    fails(&mut session, 1);
    assert!(
        is_stopped(&mut session),
        "as after a restart, nobody will learn of those two"
    );
}

#[test]
fn point_23_one_probe_closes_or_opens_anew_in_each_scope() {
    for per in ["session", "member", "agent", "connector"] {
        let mut session = session(&format!(
            "breaker down {{ trip after 2 failures of github.* per {per} within 1h, stop github.* for 10m }}"
        ));
        fails(&mut session, 2);
        assert!(is_stopped(&mut session), "{per}");
        session.later(600);
        let probe = session.probe("github.issue_read", ISSUE);
        assert!(is_stopped(&mut session), "{per}: while the probe is out");
        session.outcome(&probe, Some(Outcome::Error));
        assert!(is_stopped(&mut session), "{per}: only a success closes");
        session.later(600);
        let probe = session.probe("github.issue_read", ISSUE);
        session.outcome(&probe, Some(Outcome::Success));
        fails(&mut session, 1);
        assert!(!is_stopped(&mut session), "{per}: counted from nothing");
        fails(&mut session, 1);
        assert!(is_stopped(&mut session), "{per}");
    }
}

#[test]
fn an_answer_ends_a_row() {
    let text = "breaker down { trip after 3 failures in a row of github.* per connector within 1h, for 10m }";
    for answer in [Outcome::Success, Outcome::Error] {
        let mut session = session(text);
        for _ in 0..5 {
            fails(&mut session, 2);
            ends(&mut session, Some(answer));
        }
        fails(&mut session, 2);
        assert!(!is_stopped(&mut session));
        fails(&mut session, 1);
        assert!(is_stopped(&mut session));
    }
    let mut session = session(text);
    fails(&mut session, 2);
    let lost = out(&mut session, ISSUE);
    session.outcome(&lost, None);
    assert!(
        is_stopped(&mut session),
        "what was never learnt ends no row and may be part of it"
    );
}

#[test]
fn a_share_is_one_of_enough_calls_that_have_ended() {
    let text = "breaker half { trip at 50% failures among at least 6 calls of github.* per connector within 10m, for 5m }";
    let mut few = session(text);
    fails(&mut few, 5);
    assert!(!is_stopped(&mut few), "of five nothing follows");
    fails(&mut few, 1);
    assert!(is_stopped(&mut few));

    let mut exact = session(text);
    for _ in 0..5 {
        ends(&mut exact, Some(Outcome::Success));
        let _in_flight = out(&mut exact, ISSUE);
    }
    fails(&mut exact, 4);
    assert!(!is_stopped(&mut exact), "four of nine are less than half");
    fails(&mut exact, 1);
    assert!(is_stopped(&mut exact), "five of ten are half");
}

#[test]
fn a_share_stays_one_of_all_calls_however_many_there_are() {
    let mut session = session(
        "breaker half { trip at 20% failures among at least 100 calls of github.* per connector within 10m, for 5m }",
    );
    for number in 0..3000 {
        // Twelve of a hundred fail.
        let failed = number % 25 < 3;
        ends(
            &mut session,
            Some(if failed {
                Outcome::Failure
            } else {
                Outcome::Success
            }),
        );
        if number % 5 == 0 {
            session.later(1);
        }
    }
    assert!(!is_stopped(&mut session));
    let kept = session
        .state
        .shared
        .get(&Per::Connector)
        .unwrap()
        .tracks
        .get("half")
        .unwrap();
    let events: usize = kept
        .keys
        .values()
        .chain(kept.answers.values())
        .map(|kept| kept.ledger.entries.len())
        .sum();
    assert!(events <= 2 * 101 + 1, "{events} are kept");
}

#[test]
fn point_34_a_breaker_trips_on_a_track() {
    let mut session = session(
        "track seen { values of args.repo in github.issue_read per session within 1h }\n\
         breaker curious { trip when size(seen) > 1, for 30m }",
    );
    assert!(session.permits("github.issue_read", ISSUE));
    assert!(session.permits("github.issue_read", ISSUE));
    assert!(
        session.permits("github.issue_read", OTHER),
        "the call that trips gets its own answer"
    );
    assert!(is_stopped(&mut session));
    session.later(1800);
    let probe = session.probe("github.issue_read", ISSUE);
    session.outcome(&probe, Some(Outcome::Success));
    assert!(!is_stopped(&mut session), "the probe closes it");
    assert!(
        is_stopped(&mut session),
        "the track holds as much as it did, and a call has entered it"
    );
}

#[test]
fn point_34_of_a_track_with_keys_it_is_open_for_one_of_them() {
    let mut session = session(
        "track reads { calls of github.issue_read by args.repo per session within 1h }\n\
         breaker much { trip when reads >= 2, stop github.* for 30m }",
    );
    assert!(session.permits("github.issue_read", ISSUE));
    assert!(session.permits("github.issue_read", ISSUE));
    assert!(is_stopped(&mut session));
    assert!(session.permits("github.issue_read", OTHER), "another key");
    assert_eq!(
        session.call("github.get_me", "{}").0.reason,
        Reason::Breaker,
        "nobody knows of which key it is"
    );
    assert_eq!(
        session.class("github.get_me", "{}"),
        Class::Unknown {
            attributes: vec!["args.repo".to_owned()]
        }
    );
    assert!(
        session.permits("slack.channels_list", CHANNELS),
        "it does not stop these"
    );
    // The probe of the one key leaves the other alone.
    assert!(session.permits("github.issue_read", OTHER));
    session.later(1800);
    let probe = session.probe("github.issue_read", ISSUE);
    let other = session.probe("github.issue_read", OTHER);
    session.outcome(&other, Some(Outcome::Failure));
    session.outcome(&probe, Some(Outcome::Success));
    assert_eq!(session.state.session.breakers.get("much").unwrap().keys.len(), 1);
    assert_eq!(session.call("github.issue_read", OTHER).0.reason, Reason::Breaker);
}

#[test]
fn point_34_denials_have_conditions_and_keys_as_well() {
    let mut session = session(
        "breaker merges { trip after 2 denials by forbid of github.merge_pull_request when args.owner is \"acme\" \
           by args.repo per session within 1h, stop github:write for 10m }\n\
         policy no_write { forbid github.create_branch when args.repo is \"none\" }",
    );
    let branch = |repo: &str| format!(r#"{{"owner":"acme","repo":"{repo}","branch":"x"}}"#);
    merge_in(&mut session, "site");
    merge_in(&mut session, "app");
    assert!(session.permits("github.create_branch", &branch("site")));
    merge_in(&mut session, "site");
    assert_eq!(
        session.call("github.create_branch", &branch("site")).0.reason,
        Reason::Breaker
    );
    assert!(session.permits("github.create_branch", &branch("app")));
    let foreign = r#"{"owner":"other","repo":"app","pullNumber":7}"#;
    for _ in 0..3 {
        session.call("github.merge_pull_request", foreign);
    }
    assert!(
        session.permits("github.create_branch", &branch("app")),
        "the condition is false of them"
    );
}

#[test]
fn point_1_a_denial_of_which_the_condition_is_unknown_counts() {
    let mut session = session(
        "breaker wild { trip after 2 denials when has args.owner and args.owner is \"acme\" per session within 1h, until reset }\n\
         policy reads { permit github.merge_pull_request }",
    );
    let bad = r#"{"owner":7,"repo":"app","pullNumber":7}"#;
    assert_eq!(
        session.call("github.merge_pull_request", bad).0.reason,
        Reason::Arguments
    );
    assert_eq!(
        session.call("github.no_such_tool", "{}").0.reason,
        Reason::UnknownTool
    );
    assert!(is_stopped(&mut session), "either may have been one that counts");
}

#[test]
fn a_call_counts_on_its_outcome_and_by_its_key() {
    let mut session = session(
        "breaker wrong { trip after 2 calls of github.issue_read when args.owner is \"acme\" on error by args.repo \
         per session within 1h, stop github.issue_read for 10m }",
    );
    ends(&mut session, Some(Outcome::Failure));
    ends(&mut session, Some(Outcome::Error));
    ends(&mut session, Some(Outcome::Success));
    assert!(session.permits("github.issue_read", ISSUE));
    ends(&mut session, Some(Outcome::Error));
    assert!(is_stopped(&mut session));
    assert!(session.permits("github.issue_read", OTHER));
}

#[test]
fn point_33_what_is_enforced_reads_no_track_in_shadow() {
    let mut session = session(
        "track reads { calls of github.issue_read per session within 1h }\n\
         breaker much { trip when reads > 2, for 30m }",
    );
    session.switches.0.insert("reads".to_owned(), Setting::Shadow);
    let misread = session.switches.misread(&session.artifact.bundle);
    let named: Vec<(&str, &str)> = misread
        .iter()
        .map(|one| (one.reader.as_str(), one.read.as_str()))
        .collect();
    assert_eq!(named, [("much", "reads")]);
    session.switches.0.insert("much".to_owned(), Setting::Shadow);
    assert!(session.switches.misread(&session.artifact.bundle).is_empty());
}

#[test]
fn point_33_a_breaker_that_is_off_never_trips() {
    let mut session =
        session("breaker down { trip after 1 failures of github.* per session within 1h, until reset }");
    let call = out(&mut session, ISSUE);
    session.switches.0.insert("down".to_owned(), Setting::Off);
    let late = out(&mut session, ISSUE);
    session.outcome(&late, Some(Outcome::Failure));
    assert!(session.state.session.breakers.is_empty());
    session.switches.0.clear();
    session.outcome(&call, Some(Outcome::Failure));
    assert!(is_stopped(&mut session));
}

#[test]
fn point_31_another_bound_keeps_what_is_counted_and_another_key_does_not() {
    let of = |items: &str| session(items).artifact.bundle;
    let one = of("breaker down { trip after 3 failures of github.* per session within 1h, for 10m }");
    let bound = of("breaker down { trip after 5 failures of github.* per session within 1h, until reset }");
    let row =
        of("breaker down { trip after 3 failures in a row of github.* per session within 1h, for 10m }");
    let key = of(
        "breaker down { trip after 3 failures of github.issue_read by args.repo per session within 1h, for 10m }",
    );
    assert!(bound.starts_anew(&one).is_empty());
    assert_eq!(row.starts_anew(&one), ["down"]);
    assert_eq!(key.starts_anew(&one), ["down"]);
    let reads = |by: &str| {
        of(&format!(
            "track reads {{ calls of github.issue_read {by} per session within 1h }}\n\
             breaker much {{ trip when reads > 2, for 30m }}"
        ))
    };
    assert_eq!(reads("by args.repo").starts_anew(&reads("")), ["much", "reads"]);

    // An open one stays open while its name exists, whatever its keys mean now.
    let mut session = session(
        "breaker down { trip after 1 failures of github.issue_read by args.repo per session within 1h, until reset }",
    );
    fails(&mut session, 1);
    assert!(session.permits("github.issue_read", OTHER));
    let text = "use github\npolicy all { permit github.* }\n\
         breaker down { trip after 1 failures of github.issue_read by args.owner per session within 1h, until reset }";
    let mut after = Session::new(text);
    after.state = session.state.clone();
    assert_eq!(after.call("github.issue_read", OTHER).0.reason, Reason::Breaker);
}

#[test]
fn point_32_more_keys_than_fit_stop_every_key() {
    let mut session = session(
        "breaker down { trip after 1 calls of github.issue_read by args.repo per session within 1h, \
         stop github.issue_read until reset }"
            .replace(
                "stop github.issue_read until reset",
                "until reset, stop github.issue_read",
            )
            .as_str(),
    );
    for number in 0..128 {
        let args = ISSUE.replace("site", &format!("repo-{number}"));
        assert!(session.permits("github.issue_read", &args), "{number}");
        assert!(!session.permits("github.issue_read", &args), "{number}");
    }
    assert!(session.permits("github.issue_read", OTHER));
    assert!(is_stopped(&mut session), "of a new key nobody can tell");
}

#[test]
fn point_12_a_fact_is_asked_for_where_it_says_whether_a_breaker_stops_the_call() {
    let mut session = session(
        "breaker much { trip after 1 calls of github.issue_read by repo.visibility per session within 1h, \
         stop github.list_branches for 1h }",
    );
    let branches = r#"{"owner":"acme","repo":"site"}"#;
    session.repo(r#"{"visibility":"private"}"#);
    let known = std::mem::replace(&mut session.facts, Facts::none_yet());
    assert!(
        session.needs("github.list_branches", branches).is_empty(),
        "it stops nothing yet"
    );
    session.facts = known;
    assert!(session.permits("github.issue_read", ISSUE));
    assert_eq!(
        session.call("github.list_branches", branches).0.reason,
        Reason::Breaker
    );
    session.facts = Facts::none_yet();
    assert_eq!(session.needs("github.list_branches", branches).len(), 1);
    session.facts = Facts::complete();
    assert_eq!(
        session.call("github.list_branches", branches).0.reason,
        Reason::Breaker,
        "what is not known may be the key"
    );
    session.repo(r#"{"visibility":"public"}"#);
    assert!(session.permits("github.list_branches", branches));
}

//! The steps, their order, and the facts that are asked for on the way.

use wicket_lang::api::{self, BundleFiles};
use wicket_lang::decide::Reason;
use wicket_lang::request::{Fact, Facts, Setting};
use wicket_lang::source::{SourceFile, Sources};

use crate::session::Session;

const READ: &str = r#"{"method":"get","owner":"acme","repo":"site","issue_number":7}"#;

#[test]
fn forbid_beats_permit_whatever_the_order() {
    let rules = [
        "policy a { permit github:read }",
        "policy z { forbid github.issue_read }",
    ];
    for order in [[0, 1], [1, 0]] {
        let text: Vec<&str> = order.iter().map(|place| *rules.get(*place).unwrap()).collect();
        let mut session = Session::new(&format!("use github\n{}", text.join("\n")));
        assert_eq!(session.by("github.issue_read", READ), ["z"]);
        assert!(session.permits("github.get_me", "{}"));
    }
}

#[test]
fn what_nothing_permits_is_denied() {
    let mut session = Session::new("use github\npolicy a { permit github.get_me }");
    let (decision, _) = session.call("github.issue_read", READ);
    assert_eq!(decision.reason, Reason::Default);
    assert!(decision.rules.is_empty());
}

#[test]
fn an_unknown_forbid_applies_and_an_unknown_permit_does_not() {
    let mut forbids = Session::new(
        "use github\npolicy reading { permit github:read }\npolicy archived { forbid github.issue_read when repo.archived }",
    );
    assert_eq!(forbids.by("github.issue_read", READ), ["archived"]);
    assert_eq!(
        forbids.call("github.issue_read", READ).1.unknown,
        ["repo.archived"]
    );
    forbids.repo(r#"{"archived":false}"#);
    assert!(forbids.permits("github.issue_read", READ));

    let mut permits =
        Session::new("use github\npolicy current { permit github.issue_read when not repo.archived }");
    let (decision, told) = permits.call("github.issue_read", READ);
    assert_eq!(
        (decision.reason, told.unknown),
        (Reason::Default, vec!["repo.archived".to_owned()])
    );
    permits.repo(r#"{"archived":false}"#);
    assert!(permits.permits("github.issue_read", READ));
}

#[test]
fn facts_are_asked_for_only_while_the_answer_depends_on_them() {
    let about_facts = "policy archived { forbid github.issue_read when repo.archived }";
    let needs = |rules: &str| {
        let mut session = Session::new(&format!("use github\n{rules}\n{about_facts}"));
        session.facts = Facts::none_yet();
        session.needs("github.issue_read", READ)
    };
    let asked = needs("policy reading { permit github:read }");
    let [repo] = asked.as_slice() else {
        panic!("{asked:?}");
    };
    let key: Vec<(&str, &str)> = repo
        .key
        .iter()
        .map(|(name, part)| (name.as_str(), part.as_str()))
        .collect();
    assert_eq!(
        (repo.name.as_str(), key),
        ("repo", vec![("owner", "acme"), ("name", "site")])
    );
    assert_eq!(repo.fresh_seconds, Some(60));
    // A forbid that is decided needs no facts, and without a permit that may hold none help.
    assert!(
        needs("policy never { forbid github.issue_read }\npolicy reading { permit github:read }").is_empty()
    );
    assert!(needs("policy other { permit github.get_me }").is_empty());
    assert!(needs("policy acme { permit github.issue_read when args.owner is \"other\" }").is_empty());
    // A known part decides before the fact is needed.
    let short = "policy reading { permit github.issue_read when args.owner is \"acme\" or repo.visibility is public }";
    let mut session = Session::new(&format!("use github\n{short}"));
    session.facts = Facts::none_yet();
    assert!(session.permits("github.issue_read", READ));
}

#[test]
fn a_call_that_names_no_record_needs_none() {
    let mut session = Session::new(
        "use github\npolicy reading { permit github:read }\npolicy archived { forbid github.issue_read when repo.archived }",
    );
    session.facts = Facts::none_yet();
    let odd = r#"{"method":"get","owner":"..","repo":"site","issue_number":7}"#;
    assert!(session.needs("github.issue_read", odd).is_empty());
    assert_eq!(session.by("github.issue_read", odd), ["archived"]);
}

#[test]
fn switches_take_a_policy_out_without_its_text() {
    let mut session = Session::new(
        "use github\npolicy reading { permit github:read }\npolicy no { forbid github.issue_read }",
    );
    for (setting, is_permitted) in [
        (Setting::Enforce, false),
        (Setting::Shadow, true),
        (Setting::Off, true),
    ] {
        session.switches.0.insert("no".into(), setting);
        assert_eq!(session.permits("github.issue_read", READ), is_permitted);
    }
    session.switches.0.insert("reading".into(), Setting::Shadow);
    assert!(!session.permits("github.get_me", "{}"));
}

#[test]
fn a_long_row_of_alternatives_is_no_deep_condition() {
    let alternatives: Vec<String> = (0..2000)
        .map(|number| format!("args.owner is \"o{number}\""))
        .collect();
    let condition = alternatives.join(" or ");
    let mut session = Session::new(&format!(
        "use github\npolicy a {{ permit github.issue_read when {condition} }}"
    ));
    assert!(session.permits("github.issue_read", &READ.replace("acme", "o1999")));
    assert!(!session.permits("github.issue_read", &READ.replace("acme", "o2000")));
}

#[test]
fn what_is_no_call_of_a_pinned_tool_is_denied_first() {
    let mut session = Session::new("use github\npolicy all { permit github.* }");
    let (unknown, _) = session.call("github.no_such_tool", "{}");
    assert_eq!((unknown.reason, unknown.hidden), (Reason::UnknownTool, true));
    let (misfit, told) = session.call("github.issue_read", r#"{"owner":7}"#);
    assert_eq!(misfit.reason, Reason::Arguments);
    assert!(told.message.unwrap().contains("owner"));
}

#[test]
fn a_tool_that_the_caller_may_never_use_is_hidden() {
    let mut session = Session::new(
        "use github\n\
         policy reading { permit github.get_me }\n\
         policy merging { permit github.merge_pull_request when member.email is \"ada@acme.example\" }\n\
         policy no { forbid github.delete_file }\n\
         policy loud { forbid github.fork_repository message \"Ask an owner.\" }",
    );
    let merge = r#"{"owner":"acme","repo":"site","pullNumber":7}"#;
    session.caller.member_email = Some("ada@acme.example".into());
    assert!(session.permits("github.merge_pull_request", merge));
    session.caller.member_email = Some("bob@acme.example".into());
    assert!(session.call("github.merge_pull_request", merge).0.hidden);
    let fork = r#"{"owner":"acme","repo":"site"}"#;
    assert!(!session.call("github.fork_repository", fork).0.hidden);
}

#[test]
fn a_fact_that_failed_denies_and_is_no_denial_that_counts() {
    let mut session = Session::new(
        "use github\npolicy reading { permit github:read }\npolicy archived { forbid github.issue_read when repo.archived }\n\
         breaker strikes { trip after 1 denials per session, until reset }",
    );
    session.fact(Fact::Failed);
    assert!(!session.permits("github.issue_read", READ));
    assert_eq!(session.state.denials, 0);
    assert!(session.permits("github.get_me", "{}"));
    session.fact(Fact::Unknown);
    assert!(!session.permits("github.issue_read", READ));
    assert_eq!(session.state.denials, 1);
    assert_eq!(session.by("github.get_me", "{}"), ["strikes"]);
}

#[test]
fn the_same_sources_give_the_same_bytes() {
    let file = |name: &str, text: &str| SourceFile {
        name: name.into(),
        text: text.into(),
    };
    let shared = file(
        "shared.wkt",
        "use github, slack\nzone \"Europe/Berlin\"\nset owners = [\"acme\", \"beta\"]\n\
         schedule office_hours { mon..fri 09:00-17:00 }",
    );
    let rules = file(
        "rules.wkt",
        "policy a { permit github.issue_write only when now in office_hours and args.owner in owners }\n\
         policy b { forbid github.* unless (repo.visibility is public) }\n\
         policy c { permit slack.* when member.email is \"ada@acme.example\" }",
    );
    let build = |files: Vec<SourceFile>| {
        let bundle = BundleFiles {
            sources: Sources::new(files),
            ..BundleFiles::default()
        };
        let analysis = api::analyze(&bundle);
        assert!(!analysis.has_errors(), "{:#?}", analysis.diagnostics);
        api::compile(&bundle, &analysis).unwrap().encode()
    };
    let bytes = build(vec![shared.clone(), rules.clone()]);
    for _ in 0..5 {
        assert_eq!(build(vec![rules.clone(), shared.clone()]), bytes);
    }
}

#[test]
fn a_pattern_whose_case_does_not_matter_is_unknown_where_only_case_differs() {
    let mut session = Session::new(
        "use github\npolicy reading { permit github:read }\n\
         policy not_acme { forbid github.issue_read when \"acme-internal\" starts_with args.owner }",
    );
    assert_eq!(session.by("github.issue_read", READ), ["not_acme"]);
    let shouted = READ.replace("acme", "ACME");
    assert_eq!(session.by("github.issue_read", &shouted), ["not_acme"]);
    let other = READ.replace("acme", "other");
    assert_eq!(session.by("github.issue_read", &other), ["reading"]);
}

//! The points of the language that a scenario cannot show, and the list of those that must have a test.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};

use wicket_lang::api::{self, Analysis, BundleFiles, analyze};
use wicket_lang::artifact::Artifact;
use wicket_lang::calendar;
use wicket_lang::decide::{Answer, Reach, Reason, explain, reach, reset, settle};
use wicket_lang::ir::{Bundle, Per, ToolId};
use wicket_lang::json::{Json, Object};
use wicket_lang::request::{
    Caller, Definition, Fact, Facts, History, Key, MAX_KEYS, Request, Setting, State, Switches,
};
use wicket_lang::source::{SourceFile, Sources};
use wicket_lang::value::Instant;
use wicket_tests::bundle::catalog;
use wicket_tests::files;

#[path = "points/versions.rs"]
mod versions;

const TOOLS: &str = r#"{ "tools": [
  { "name": "look", "inputSchema": { "type": "object", "properties": { "box": { "type": "string" }, "shelf": { "type": "string" } } } },
  { "name": "ping", "inputSchema": { "type": "object", "properties": {} } } ] }"#;

const CONNECTOR: &str = "connector store {
  tools \"store.tools.json\"
  read look
  write ping
  resource box (name: args.box) { open: bool }
}
";

/// A bundle of these files and the connector.
fn files_of(texts: &[&str]) -> BundleFiles {
    let sources = texts
        .iter()
        .enumerate()
        .map(|(index, text)| SourceFile {
            name: format!("{index}.wkt"),
            text: (*text).to_owned(),
        })
        .collect();
    BundleFiles {
        sources: Sources::new(sources),
        catalogs: [("store.tools.json".to_owned(), catalog(TOOLS).unwrap())].into(),
        lock: None,
    }
}

fn checked(files: &BundleFiles) -> Analysis {
    let analysis = analyze(files);
    assert!(!analysis.has_errors(), "{:#?}", analysis.diagnostics);
    analysis
}

fn compiled(files: &BundleFiles) -> Artifact {
    let analysis = checked(files);
    api::compile(files, &analysis).unwrap().into_artifact().unwrap()
}

fn tool(bundle: &Bundle, name: &str) -> ToolId {
    bundle.find_tool("store", name).unwrap()
}

/// Judges `store.look` of a box and settles the session.
fn look(artifact: &Artifact, state: &State, name: &str, now: i64) -> (bool, State) {
    let args: Object = [("box".to_owned(), Json::String(name.to_owned()))]
        .into_iter()
        .collect();
    let (caller, facts, switches) = (Caller::default(), Facts::complete(), Switches::default());
    let request = Request {
        connector: "store",
        tool: "look",
        args: &args,
        caller: &caller,
        facts: &facts,
        definition: Definition::Pinned,
        approvals: &[],
        now: Some(Instant(now)),
    };
    let Answer::Decided(decision) = artifact.decide(&switches, &request, state) else {
        panic!("no fact is needed");
    };
    let next = settle(&artifact.bundle, &switches, &request, state, &decision);
    (decision.is_permit(), next)
}

const MINUTE: i64 = 60_000;

/// A session does not end while it holds an open breaker or an event inside its window; idleness clears only counts
/// that have no window.
#[test]
fn point_24_idleness_ends_no_session_that_has_something_to_remember() {
    let rules = "policy p { permit store.look when args.box is \"red\" }";
    let idle = 30 * MINUTE;
    let late = 31 * MINUTE;

    let plain = compiled(&files_of(&[
        CONNECTOR,
        rules,
        "breaker b { trip after 3 denials per session, until reset }",
    ]));
    let (_, state) = look(&plain, &State::default(), "black", 0);
    assert!(
        !state.is_over(&plain.bundle, Instant(idle), idle),
        "not idle for longer yet"
    );
    assert!(
        state.is_over(&plain.bundle, Instant(late), idle),
        "a count without window is cleared"
    );

    let open = compiled(&files_of(&[
        CONNECTOR,
        rules,
        "breaker b { trip after 1 denials per session, until reset }",
    ]));
    let (_, state) = look(&open, &State::default(), "black", 0);
    assert!(
        !state.is_over(&open.bundle, Instant(1000 * late), idle),
        "an open breaker holds it"
    );

    let window = compiled(&files_of(&[
        CONNECTOR,
        rules,
        "breaker b { trip after 2 denials per session within 2h, until reset }",
    ]));
    let (_, state) = look(&window, &State::default(), "black", 0);
    assert!(
        !state.is_over(&window.bundle, Instant(late), idle),
        "an event inside its window holds it"
    );
    let (_, state) = look(&window, &state, "black", 119 * MINUTE);
    assert!(
        !look(&window, &state, "red", 120 * MINUTE).0,
        "and it is counted after the pause"
    );
    let (_, state) = look(&window, &State::default(), "black", 0);
    assert!(
        state.is_over(&window.bundle, Instant(121 * MINUTE), idle),
        "outside of it, it does not"
    );
}

/// A mark holds the session until it ends, a day if nothing else is said.
#[test]
fn point_24_a_session_does_not_end_while_it_bears_a_mark() {
    let rules = "policy p { permit store.look unless (session is marked seen) }";
    let (idle, day) = (30 * MINUTE, 24 * 60 * MINUTE);
    for (mark, lasts) in [
        ("mark seen { store.look }", day),
        ("mark seen { store.look for 2h }", 120 * MINUTE),
    ] {
        let artifact = compiled(&files_of(&[CONNECTOR, rules, mark]));
        let (permitted, state) = look(&artifact, &State::default(), "red", 0);
        assert!(permitted);
        assert!(!state.is_over(&artifact.bundle, Instant(lasts - 1), idle));
        assert!(!look(&artifact, &state, "red", lasts - 1).0, "it still stands");
        assert!(state.is_over(&artifact.bundle, Instant(lasts), idle));
        assert!(look(&artifact, &state, "red", lasts).0, "it has ended");
    }
}

/// A full track merges its oldest events into one that leaves with the newest of them: it never counts too few.
#[test]
fn point_32_a_full_track_errs_towards_denial_only() {
    let artifact = compiled(&files_of(&[
        CONNECTOR,
        "track looks { calls of store.look within 1h }",
        "policy p { permit store.look when looks <= 200 }",
    ]));
    let mut state = State::default();
    for second in 0..200 {
        let (permitted, next) = look(&artifact, &state, "red", second * 1000);
        assert!(permitted, "{second}");
        state = next;
    }
    let track = artifact.bundle.tracks.first().unwrap();
    let calendar = &artifact.bundle.calendar;
    let at = |seconds: i64| {
        let bounds = state.bounds(calendar, track, &Key::None, Some(Instant(seconds * 1000)));
        let whole = |bound: Option<wicket_lang::value::Decimal>| bound.unwrap().to_i64().unwrap();
        (whole(bounds.low), whole(bounds.high))
    };
    assert_eq!(at(199), (200, 200), "nothing has left, so nothing is lost");
    for seconds in 3600..3800 {
        let (low, high) = at(seconds);
        let truly = 199 - (seconds - 3600);
        assert!(low <= truly && truly <= high, "{low} <= {truly} <= {high}");
    }
    assert_eq!(at(3799), (0, 0), "all leave in the end");
}

/// The keys that are known stay exact when there are too many; a new one is not known, and passes no limit.
#[test]
fn point_32_a_flood_of_keys_blinds_no_key_that_is_known() {
    let artifact = compiled(&files_of(&[
        CONNECTOR,
        "policy p { permit store.look }",
        "limit l { at most 2 calls of store.look by args.box within 1h }",
    ]));
    let mut state = State::default();
    let keys = i64::try_from(MAX_KEYS).unwrap();
    for number in 0..keys {
        let (permitted, next) = look(&artifact, &state, &format!("box {number}"), number);
        assert!(permitted, "{number}");
        state = next;
    }
    assert!(!look(&artifact, &state, "one more", keys).0);
    let (permitted, state) = look(&artifact, &state, "box 0", keys);
    assert!(permitted, "a known key has its count");
    assert!(!look(&artifact, &state, "box 0", keys + 1).0, "and its bound");
    assert!(
        look(&artifact, &state, "one more", 61 * MINUTE).0,
        "there is room again once keys have left"
    );
}

/// A reset without an item clears breakers and limits; marks and tracks are cleared by name.
/// A conversation is counted beside the session and never instead of it: a fresh identifier gains nothing, a kept one
/// carries over a pause, and without one it is the session.
#[test]
fn point_25_a_conversation_counts_what_it_saw_and_what_the_session_saw() {
    let artifact = compiled(&files_of(&[
        CONNECTOR,
        "policy p { permit store.look }",
        "limit few { at most 2 calls of store.look per conversation within 1h }",
    ]));
    let called = |state: State, conversation: Option<&str>, kept: &mut BTreeMap<String, History>| {
        let shared =
            conversation.map(|name| (Per::Conversation, kept.get(name).cloned().unwrap_or_default()));
        let state = State {
            shared: shared.into_iter().collect(),
            ..state
        };
        let (permitted, mut next) = look(&artifact, &state, "black", 0);
        if let (Some(name), Some(history)) = (conversation, next.shared.remove(&Per::Conversation)) {
            kept.insert(name.to_owned(), history);
        }
        assert!(
            next.shared.is_empty(),
            "nothing is kept of a conversation without a name"
        );
        (permitted, next)
    };
    let mut kept = BTreeMap::new();
    let (first, state) = called(State::default(), Some("one"), &mut kept);
    let (second, state) = called(state, Some("two"), &mut kept);
    assert!(first && second);
    assert!(
        !called(state.clone(), Some("three"), &mut kept).0,
        "a fresh one gains nothing"
    );
    assert!(!called(state, None, &mut kept).0, "without one it is the session");

    // The session has ended.
    let (third, _) = called(State::default(), Some("one"), &mut kept);
    assert!(third);
    assert!(
        !called(State::default(), Some("one"), &mut kept).0,
        "a kept one carries over a pause"
    );
    assert!(called(State::default(), Some("two"), &mut kept).0);
}

/// Scopes lie within one agent and are handed in, each for itself; only failures belong to a connector.
#[test]
fn point_26_each_scope_is_a_state_of_its_own() {
    let artifact = compiled(&files_of(&[
        CONNECTOR,
        "policy p { permit store.look }",
        "limit mine { at most 5 calls of store.look per member within 1h }",
        "track all { calls of store.look per agent within 1h }",
        "track broken { calls of store.look on failure per connector within 1h }",
        "policy q { forbid store.ping when all > 3 or broken > 3 }",
    ]));
    let (_, state) = look(&artifact, &State::default(), "black", 0);
    let kept: Vec<(Per, Vec<&str>)> = state
        .shared
        .iter()
        .map(|(per, history)| (*per, history.tracks.keys().map(String::as_str).collect()))
        .collect();
    assert_eq!(
        kept,
        [
            (Per::Member, vec!["mine"]),
            (Per::Agent, vec!["all"]),
            (Per::Connector, vec!["broken"])
        ]
    );
    assert!(state.session.tracks.is_empty());
    assert!(
        state.is_over(&artifact.bundle, Instant(31 * MINUTE), 30 * MINUTE),
        "a session ends without them"
    );

    let analysis = analyze(&files_of(&[
        CONNECTOR,
        "limit l { at most 5 calls of store.look per connector within 1h }",
    ]));
    assert!(
        analysis
            .diagnostics
            .iter()
            .any(|found| found.code.name() == "E0346")
    );
}

/// State belongs to a name and a meaning: another bound or message keeps it, another meaning starts anew, and that can
/// be told beforehand. An open breaker stays open while its name exists.
#[test]
fn point_31_an_edit_is_an_amnesty_only_where_it_counts_something_else() {
    let of = |limit: &str, breaker: &str| {
        compiled(&files_of(&[
            CONNECTOR,
            "policy p { permit store.look when args.box is \"red\" }",
            limit,
            breaker,
        ]))
    };
    let once = of(
        "limit few { at most 1 calls of store.look per session within 1h }",
        "breaker b { trip after 1 denials by default per session, until reset }",
    );
    let (permitted, state) = look(&once, &State::default(), "red", 0);
    assert!(permitted);

    let kept = of(
        "limit few { at most 2 calls of store.look per session within 1h message \"Two.\" }",
        "breaker b { trip after 3 denials by default per session, for 1h }",
    );
    assert!(kept.bundle.starts_anew(&once.bundle).is_empty());
    let (second, after) = look(&kept, &state, "red", MINUTE);
    assert!(second);
    assert!(!look(&kept, &after, "red", MINUTE).0, "the first call counts on");

    let anew = of(
        "limit few { at most 1 calls of store.look per session within 2h }",
        "breaker b { trip after 1 denials per session, until reset }",
    );
    assert_eq!(anew.bundle.starts_anew(&once.bundle), ["b", "few"]);
    assert!(
        look(&anew, &state, "red", MINUTE).0,
        "another window is another count"
    );

    let (_, open) = look(&once, &State::default(), "black", 0);
    assert!(!look(&anew, &open, "red", MINUTE).0, "what is open stays open");
}

/// A shadow item feeds only shadow items, and a switch that would have it otherwise is refused.
#[test]
fn point_33_an_enforced_item_reads_none_in_shadow() {
    let artifact = compiled(&files_of(&[
        CONNECTOR,
        "track seen { calls of store.look per session within 1h }",
        "mark lately { store.look for 1h }",
        "policy p { permit store.* forbid store.ping when seen > 3 or session is marked lately message \"No.\" }",
        "limit few { seen at most 5 }",
        "limit own { at most 5 calls of store.ping per session within 1h }",
    ]));
    let set = |items: &[(&str, Setting)]| {
        let items = items.iter().map(|(name, setting)| ((*name).to_owned(), *setting));
        let misread = Switches(items.collect()).misread(&artifact.bundle);
        misread.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert!(set(&[]).is_empty());
    assert!(
        set(&[("own", Setting::Shadow)]).is_empty(),
        "it reads itself alone"
    );
    assert_eq!(
        set(&[("seen", Setting::Shadow), ("lately", Setting::Off)]),
        [
            "`few` is enforced and reads `seen`, which is in shadow; set both alike",
            "`p` is enforced and reads `lately`, which is off; set both alike",
            "`p` is enforced and reads `seen`, which is in shadow; set both alike",
        ]
    );
    let together = [
        ("seen", Setting::Shadow),
        ("few", Setting::Shadow),
        ("p", Setting::Off),
    ];
    assert!(set(&together).is_empty());
    assert!(artifact.bundle.switchable().any(|name| name == "lately"));
}

#[test]
fn point_35_marks_and_tracks_are_reset_by_name_only() {
    let artifact = compiled(&files_of(&[
        CONNECTOR,
        "policy p { permit store.look when looks < 10 unless (session is marked seen) }",
        "mark seen { store.look when args.box is \"black\" }",
        "track looks { calls of store.look }",
        "limit l { at most 1 calls of store.look }",
    ]));
    let (_, state) = look(&artifact, &State::default(), "black", 0);
    assert_eq!(state.session.tracks.len(), 3);
    let (all, found) = reset(&state, None);
    assert!(found);
    let left: Vec<&String> = all.session.tracks.keys().collect();
    assert_eq!(left, ["looks", "seen"]);
    assert!(!look(&artifact, &all, "red", 1).0, "the mark stands");
    let (named, found) = reset(&all, Some("seen"));
    assert!(found);
    assert!(look(&artifact, &named, "red", 1).0);
    assert!(!reset(&named, Some("seen")).1, "there is none any more");
}

/// The language reads no clock: what is judged at one instant is judged alike whenever it is asked, and an instant
/// that is earlier than the last one neither closes a breaker nor empties a window. (That time never runs backwards
/// within a session is the store's to keep.)
#[test]
fn point_27_the_instant_is_handed_in() {
    let artifact = compiled(&files_of(&[
        CONNECTOR,
        "policy p { permit store.look when args.box is \"red\" }",
        "breaker b { trip after 2 denials per session within 10m, for 5m }",
    ]));
    let (_, state) = look(&artifact, &State::default(), "black", 10 * MINUTE);
    let (_, earlier) = look(&artifact, &state, "black", 9 * MINUTE);
    assert!(!look(&artifact, &earlier, "red", 9 * MINUTE).0);
    assert!(!look(&artifact, &earlier, "red", MINUTE).0);
    assert_eq!(look(&artifact, &state, "black", 9 * MINUTE).1, earlier);
}

/// The version of the zone data is in the artifact.
#[test]
fn point_38_an_artifact_names_its_zone_data() {
    let artifact = compiled(&files_of(&[CONNECTOR]));
    assert_eq!(artifact.tzdata(), calendar::tzdata_version());
}

/// The zone that an attribute named is among what a record keeps, so that a replay reads the schedule in it.
#[test]
fn point_46_a_record_keeps_the_zone_that_was_read() {
    let artifact = compiled(&files_of(&[
        CONNECTOR,
        "directory { member { time_zone: string } }
         policy p { permit store.ping when now in zone member.time_zone { mon..fri 09:00-17:00 } }",
    ]));
    let zone = Json::String("Asia/Tokyo".to_owned());
    let caller = Caller {
        member_attributes: [("time_zone".to_owned(), zone)].into_iter().collect(),
        ..Caller::default()
    };
    let (args, facts, state) = (Object::default(), Facts::complete(), State::default());
    let request = Request {
        connector: "store",
        tool: "ping",
        args: &args,
        caller: &caller,
        facts: &facts,
        definition: Definition::Pinned,
        approvals: &[],
        now: Some(Instant::parse("2026-03-02T01:00:00Z").unwrap()),
    };
    let Answer::Decided(decision) = artifact.decide(&Switches::default(), &request, &state) else {
        panic!("nothing is asked for");
    };
    assert!(decision.is_permit());
    let inputs = wicket_lang::decide::inputs(&artifact.bundle, &request, &state, &decision);
    let kept: Vec<(&str, Option<&str>)> = inputs
        .iter()
        .map(|input| (input.path.as_str(), input.value.as_deref()))
        .collect();
    assert_eq!(kept, [("member.time_zone", Some("\"Asia/Tokyo\""))]);
}

/// A lock that says something else than the connector and its catalog is an error, not a guess.
#[test]
fn point_41_a_lock_that_does_not_agree_is_an_error() {
    let mut files = files_of(&[CONNECTOR, "policy p { permit store.look }"]);
    let lock = checked(&files).checked.pins.lock.write();
    files.lock = Some(lock.clone());
    assert!(!analyze(&files).has_errors());

    let moved = CONNECTOR.replace("read look\n  write ping", "read look, ping");
    let mut other = files_of(&[&moved, "policy p { permit store.look }"]);
    other.lock = Some(lock);
    let codes: Vec<&str> = analyze(&other)
        .diagnostics
        .iter()
        .map(|found| found.code.name())
        .collect();
    assert_eq!(codes, ["E0405"]);
}

/// Who asks and which tool is evaluated; every other condition counts as possible.
#[test]
fn point_62_a_list_tells_nothing_of_arguments_facts_time_or_session() {
    let artifact = compiled(&files_of(&[
        CONNECTOR,
        "zone \"UTC\" schedule never { 1999-01-01 }
         policy a { permit store.look when now in never and box.open and args.box is \"a\" and session.denials > 7 }
         policy b { permit store.ping when agent.name is \"auditor\" }
         policy c { forbid store.look when args.box is \"x\" message \"No.\" }",
    ]));
    let bundle = &artifact.bundle;
    let named = |name: &str| Caller {
        agent_name: Some(name.to_owned()),
        ..Caller::default()
    };
    let of = |switches: &Switches, name: &str, caller: &Caller| {
        reach(bundle, switches, tool(bundle, name), caller)
    };
    let all = Switches::default();
    assert_eq!(of(&all, "look", &Caller::default()), Reach::Listed);
    assert_eq!(of(&all, "ping", &named("auditor")), Reach::Listed);
    assert_eq!(of(&all, "ping", &named("coding")), Reach::Silent);
    assert_eq!(of(&all, "ping", &Caller::default()), Reach::Silent);
    let off = Switches(BTreeMap::from([(
        "b".to_owned(),
        wicket_lang::request::Setting::Off,
    )]));
    assert_eq!(of(&off, "ping", &named("auditor")), Reach::Silent);
}

/// A call that is refused for its rate is transient and counts as no denial, whatever counts. (The limit itself is the
/// proxy's.)
#[test]
fn point_63_a_rate_limit_is_no_denial() {
    let artifact = compiled(&files_of(&[
        CONNECTOR,
        "policy p { permit store.look }",
        "breaker b { trip after 1 denials per session, until reset }",
    ]));
    let (args, caller, facts) = (Object::new(), Caller::default(), Facts::complete());
    let (switches, state) = (Switches::default(), State::default());
    let request = Request {
        connector: "store",
        tool: "look",
        args: &args,
        caller: &caller,
        facts: &facts,
        definition: Definition::Pinned,
        approvals: &[],
        now: Some(Instant(0)),
    };
    let Answer::Decided(mut decision) = artifact.decide(&switches, &request, &state) else {
        panic!("no fact is needed");
    };
    decision.verdict = wicket_lang::decide::Verdict::Deny;
    decision.reason = Reason::RateLimit;
    let told = explain(&artifact.bundle, &switches, &request, &state, &decision);
    assert_eq!(told.class, Some(wicket_lang::decide::Class::Transient));
    let after = settle(&artifact.bundle, &switches, &request, &state, &decision);
    assert_eq!(after.denials, 0);
    assert!(after.session.breakers.is_empty());
}

/// Asking for facts is no answer, so nothing is counted until the call is decided.
#[test]
fn point_16_a_call_that_waits_for_facts_is_asked_again() {
    let artifact = compiled(&files_of(&[
        CONNECTOR,
        "policy p { permit store.look when box.open }",
    ]));
    let args: Object = [("box".to_owned(), Json::String("a".to_owned()))]
        .into_iter()
        .collect();
    let (caller, switches, state) = (Caller::default(), Switches::default(), State::default());
    let mut facts = Facts::none_yet();
    let ask = |facts: &Facts| {
        let request = Request {
            connector: "store",
            tool: "look",
            args: &args,
            caller: &caller,
            facts,
            definition: Definition::Pinned,
            approvals: &[],
            now: None,
        };
        artifact.decide(&switches, &request, &state)
    };
    let Answer::Needs(needs) = ask(&facts) else {
        panic!("the answer depends on the box");
    };
    let [need] = needs.as_slice() else {
        panic!("one record is needed: {needs:?}");
    };
    assert_eq!(need.key, [("name".to_owned(), "a".to_owned())]);
    let attributes = [("open".to_owned(), Json::Bool(true))].into_iter().collect();
    facts.insert(
        need.resource,
        Fact::Known {
            attributes,
            read_at: None,
        },
    );
    assert!(matches!(ask(&facts), Answer::Decided(decision) if decision.is_permit()));
}

/// Issue after issue the list grows; each of these is named in a scenario's file or a test's name.
const REQUIRED: &[u32] = &[
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28,
    29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54,
    55, 56, 57, 58, 59, 60, 61, 62, 63,
];

#[test]
fn each_point_has_a_test_named_after_it() {
    let root = files::root();
    let mut found = BTreeSet::new();
    let mut collect = |text: &str| {
        for rest in text.split("point_").skip(1) {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            found.extend(digits.parse::<u32>().ok());
        }
    };
    for path in files::walk(&root.join("lang"), "md").unwrap() {
        collect(&path.file_stem().unwrap().to_string_lossy());
    }
    for folder in [
        "../wicket-lang/src",
        "../wicket-lang/tests",
        "../wicket-proxy/src",
        "../wicket-proxy/tests",
        ".",
    ] {
        for path in files::walk(&root.join(folder), "rs").unwrap() {
            let text = std::fs::read_to_string(path).unwrap();
            let lines = text.lines().map(str::trim_start);
            for line in lines.filter(|line| line.starts_with("fn ") || line.starts_with("async fn ")) {
                collect(line);
            }
        }
    }
    let missing: Vec<&u32> = REQUIRED.iter().filter(|point| !found.contains(point)).collect();
    assert!(missing.is_empty(), "no test is named after {missing:?}");
}

/// A key that found no room is counted where nobody can name it, and counts on when others have left.
#[test]
fn point_32_a_key_that_found_no_room_keeps_its_count_when_others_leave() {
    let rules = "track seen { calls of store.look by args.box per session within 1h }
      policy p { permit store.look }
      policy thrice { forbid store.look when seen >= 3 message \"Enough.\" }";
    let artifact = compiled(&files_of(&[CONNECTOR, rules]));
    let mut state = State::default();
    for key in 0..MAX_KEYS {
        state = look(&artifact, &state, &format!("box {key}"), 0).1;
    }
    for minute in [30, 30, 61] {
        let (permitted, next) = look(&artifact, &state, "x", minute * MINUTE);
        assert!(permitted, "minute {minute}");
        state = next;
    }
    assert!(
        !look(&artifact, &state, "x", 61 * MINUTE).0,
        "three lie within the hour"
    );
    assert!(
        look(&artifact, &state, "x", 91 * MINUTE).0,
        "and one after half an hour more"
    );
}

/// What is told of an approval and is not understood never makes one.
#[test]
fn point_15_an_approval_without_an_expiry_is_none() {
    let told = |approval: &str| {
        let text = format!(r#"{{ "tool": "store.look", "approvals": [{approval}] }}"#);
        api::DecideRequest::read(text.as_bytes()).map_err(|error| error.to_string())
    };
    let whole = r#"{ "by": [{ "member": "o@b.c", "owner": true }], "expires": "2026-03-02T12:00:00Z" }"#;
    assert!(told(whole).is_ok());
    let endless = told(r#"{ "by": [{ "member": "o@b.c", "owner": true }] }"#).unwrap_err();
    assert!(endless.contains("`expires`"), "{endless}");
    let odd = told(&whole.replace("true", "\"yes\"")).unwrap_err();
    assert!(odd.contains("`owner`"), "{odd}");
}

const GUARDRAILS: &str = "policy sealed { forbid store.look when args.box is \"black\" message \"Sealed.\" }
limit few { at most 2 calls of store:read per session message \"Two.\" }
test \"it is not run here\" { call store.look { box: \"black\" }  expect permit }
";

/// A bundle that shares a folder with others.
fn sharing(rules: &str) -> BundleFiles {
    let mut files = files_of(&[CONNECTOR, rules]);
    let shared = SourceFile {
        name: "../guardrails/base.wkt".to_owned(),
        text: GUARDRAILS.to_owned(),
    };
    let own = files.sources.iter().map(|(_, file)| file.clone());
    files.sources = Sources::new(own.chain([shared]).collect());
    files
}

#[test]
fn point_45_what_is_shared_cannot_be_switched_off() {
    let files = sharing("use \"../guardrails\"\npolicy looking { permit store.look }\n");
    let artifact = compiled(&files);
    assert_eq!(
        artifact.shared_items().into_iter().collect::<Vec<_>>(),
        ["few", "sealed"]
    );
    let off = |text: &str| {
        let text = format!(r#"{{ "tool": "store.look", "args": {{ "box": "black" }}, "switches": {text} }}"#);
        let asked = api::DecideRequest::read(text.as_bytes()).unwrap();
        asked.decide(&artifact, &State::default()).unwrap().decision
    };
    assert_eq!(
        off(r#"{ "sealed": "off" }"#).deciders(&artifact.bundle),
        ["sealed"]
    );
    assert_eq!(
        off(r#"{ "sealed": "shadow" }"#).deciders(&artifact.bundle),
        ["sealed"]
    );
    let named = ["sealed", "looking", "few"].map(|name| (name.to_owned(), Setting::Off));
    let switches = Switches(named.into());
    assert_eq!(
        artifact.binding(&switches).0.keys().collect::<Vec<_>>(),
        ["looking"]
    );
    let (results, found) = api::run_tests(&checked(&files), &artifact);
    assert!(
        results.is_empty() && found.is_empty(),
        "the tests of the folder are its own"
    );
}

#[test]
fn point_45_what_is_shared_is_not_told_of_again() {
    let files = sharing("use \"../guardrails\"\npolicy looking { permit store.look }\n");
    assert!(checked(&files).diagnostics.is_empty());
    let alone = files_of(&[CONNECTOR, GUARDRAILS]);
    let codes: Vec<&str> = checked(&alone)
        .diagnostics
        .iter()
        .map(|found| found.code.name())
        .collect();
    assert_eq!(codes, ["W1019"], "nothing is permitted there");
}

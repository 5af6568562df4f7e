//! `wicket check`.

use serde_json::Value;

use super::folder::{Folder, GOOD};

#[test]
fn clean_policies_end_with_0() {
    let folder = Folder::with(GOOD);
    let ran = folder.run(&["check", "policies"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.out.contains("1 file checked: 0 errors") && ran.out.contains("1 test passed, 0 failed"),
        "{}",
        ran.out
    );
}

#[test]
fn the_configuration_names_the_default_folder() {
    let folder = Folder::with(GOOD);
    assert_eq!(folder.run(&["check"]).code, 0, "without one it is this folder");
    folder.write("wicket.toml", "policies = \"elsewhere\"\n");
    folder.write("elsewhere/a.wkt", "policy {");
    let ran = folder.run(&["check"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("elsewhere/a.wkt:1"), "{}", ran.out);
}

#[test]
fn one_run_shows_every_mistake_in_every_file() {
    let folder =
        Folder::with("use github\npolicy p { permit github.no_such_tool }\npolicy q { permit nothing.x }\n");
    folder.write("policies/b.wkt", "policy p {");
    let ran = folder.run(&["check", "policies", "--format", "json"]);
    assert_eq!(ran.code, 1);
    let report = ran.json();
    let found = report["diagnostics"].as_array().unwrap();
    let errors: Vec<&Value> = found
        .iter()
        .filter(|found| found["severity"] == "error")
        .collect();
    assert!(errors.len() >= 3, "{report:#}");
    assert!(errors.iter().any(|found| found["file"] == "policies/b.wkt"));
    assert!(
        errors
            .iter()
            .any(|found| found["file"] == "policies/agent.wkt" && found["line"] == 2)
    );
}

#[test]
fn a_flood_of_findings_is_cut_for_people_and_whole_for_programs() {
    let rules = "  permit github.gett_isue\n".repeat(2000);
    let folder = Folder::with(&format!("use github\npolicy p {{\n{rules}}}\n"));
    let ran = folder.run(&["check", "policies"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.out.contains("\n1800 more are not shown: mend these first"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("1 file checked: 2000 errors"), "{}", ran.out);
    let report = folder.run(&["check", "policies", "--format", "json"]).json();
    assert_eq!(report["diagnostics"].as_array().unwrap().len(), 2000);
}

#[test]
fn json_has_exactly_these_keys() {
    let folder = Folder::with(&GOOD.replace("expect deny by posting", "expect permit"));
    folder.write(
        "other/a.wkt",
        "use github\npolicy p { permit github.no_such_tool }\n",
    );
    let keys = |value: &Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
    let report = folder.run(&["check", "policies", "--format", "json"]).json();
    assert_eq!(keys(&report), ["ok", "diagnostics", "tests"]);
    assert_eq!(report["ok"], false);
    assert_eq!(keys(&report["tests"]), ["passed", "failed", "results"]);
    assert_eq!(report["tests"]["failed"], 1);
    let test = &report["tests"]["results"][0];
    assert_eq!(keys(test), ["name", "file", "line", "ok", "detail"]);
    assert_eq!(test["name"], "posting");
    assert_eq!(test["line"], 24);
    assert!(
        test["detail"]
            .as_str()
            .unwrap()
            .contains("line 26: expected permit, got deny")
    );
    let report = folder.run(&["check", "other", "--format", "json"]).json();
    assert_eq!(
        keys(&report["diagnostics"][0]),
        [
            "code",
            "severity",
            "message",
            "file",
            "line",
            "column",
            "end_line",
            "end_column",
            "help",
            "fixes"
        ]
    );
}

#[test]
fn a_failed_test_ends_with_1_and_says_what_came() {
    let folder = Folder::with(&GOOD.replace("expect deny by posting", "expect permit"));
    let ran = folder.run(&["check", "policies"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("test failed: posting"), "{}", ran.out);
    assert!(ran.out.contains("policies/agent.wkt:26:"), "{}", ran.out);
    assert!(
        ran.out.contains("expected permit, got deny by posting"),
        "{}",
        ran.out
    );
}

#[test]
fn columns_count_characters() {
    let folder = Folder::with("use github\npolicy p { permit github.get_me when \"ä😀é\" is args.x }\n");
    let report = folder.run(&["check", "policies", "--format", "json"]).json();
    let found = &report["diagnostics"][0];
    assert_eq!(found["line"], 2);
    let line = "policy p { permit github.get_me when \"ä😀é\" is args.x }";
    let place = line.chars().collect::<Vec<_>>();
    let (from, to) = (
        found["column"].as_u64().unwrap(),
        found["end_column"].as_u64().unwrap(),
    );
    let text: String = place[usize::try_from(from).unwrap() - 1..usize::try_from(to).unwrap() - 1]
        .iter()
        .collect();
    assert!(
        line.contains(&text) && text.contains("args.x") || text == "x",
        "{text}: {report:#}"
    );
}

#[test]
fn warnings_fail_where_they_are_denied() {
    // The same tool can be destructive and permitted without a condition; that is a warning and no error.
    let folder = Folder::with("use github\nset unused = [\"a\"]\npolicy p { permit github:destructive }\n");
    let report = folder.run(&["check", "policies", "--format", "json"]).json();
    let warnings = report["diagnostics"].as_array().unwrap();
    let warns = warnings.iter().any(|found| found["severity"] == "warning");
    let ran = folder.run(&["check", "policies"]);
    assert_eq!(ran.code, 0);
    let ran = folder.run(&["check", "policies", "--deny", "warnings"]);
    assert_eq!(ran.code, i32::from(warns));
}

#[test]
fn what_could_not_run_ends_with_2() {
    let folder = Folder::new();
    folder.write("bad/a.wkt", b"policy \xff");
    folder.write("notes.txt", "");
    for (arguments, said) in [
        (vec!["check", "absent"], "absent"),
        (vec!["check", "bad"], "not UTF-8"),
        (vec!["check", "notes.txt"], "does not end in `.wkt`"),
        (vec!["check"], "bad/a.wkt"),
    ] {
        let ran = folder.run(&arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {ran:?}");
        assert!(ran.err.contains(said), "{arguments:?}: {ran:?}");
    }
    folder.write("bad/a.wkt", vec![b' '; 4 * 1024 * 1024 + 1]);
    let ran = folder.run(&["check", "bad", "--format", "json"]);
    assert_eq!(ran.code, 2);
    assert!(ran.json()["error"].as_str().unwrap().contains("longer than"));
}

#[test]
fn every_stage_is_printed() {
    let folder = Folder::with(GOOD);
    for (stage, shown) in [
        ("tokens", "policy"),
        ("ast", "posting"),
        ("ir", "policy posting"),
        ("asm", "tool slack.conversations_add_message"),
    ] {
        let ran = folder.run(&["check", "policies", "--emit", stage]);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert!(ran.out.contains(shown), "{stage}: {}", ran.out);
        assert!(ran.err.contains("1 file checked"), "{}", ran.err);
    }
    folder.write("policies/agent.wkt", "policy {");
    let ran = folder.run(&["check", "policies", "--emit", "asm"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.is_empty(), "{}", ran.out);
}

#[test]
fn what_is_safe_is_mended_and_the_rest_is_left() {
    let folder = Folder::with(
        "use github\npolicy p {\n  permit github.get_me when now = now && true;\n  permit github.get_mee\n}\n",
    );
    let ran = folder.run(&["check", "policies", "--fix", "--format", "json"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let text = String::from_utf8(folder.read("policies/agent.wkt")).unwrap();
    assert!(text.contains("when now == now and true\n"), "{text}");
    assert!(text.contains("github.get_mee"), "a guess is not made: {text}");
    let report = ran.json();
    assert_eq!(report["fixed"]["files"][0], "policies/agent.wkt");
    assert_eq!(report["fixed"]["count"], 3);
    let ran = folder.run(&["check", "policies", "--fix"]);
    assert!(ran.out.contains("nothing could be mended safely"), "{}", ran.out);
}

#[test]
fn an_edit_is_shown_and_told_as_data() {
    let folder = Folder::with("use github\npolicy p {\n  permit github.get_me;\n}\n");
    let ran = folder.run(&["check", "policies"]);
    assert!(
        ran.out
            .contains("help: nothing is needed between rules; remove the `;`"),
        "{}",
        ran.out
    );
    let report = folder.run(&["check", "policies", "--format", "json"]).json();
    let fix = &report["diagnostics"][0]["fixes"][0];
    assert_eq!(fix["safety"], "safe");
    assert_eq!(fix["edits"][0]["text"], "");
    assert_eq!(fix["edits"][0]["line"], 3);
    let text = String::from_utf8(folder.read("policies/agent.wkt")).unwrap();
    assert!(text.contains(';'), "nothing is written: {text}");
}

#[test]
fn a_failed_test_shows_the_difference_and_the_clause_that_decided() {
    let folder = Folder::with(&GOOD.replace("expect deny by posting", "expect permit"));
    let ran = folder.run(&["check", "policies"]);
    for said in [
        "decision  - permit",
        "+ deny by posting",
        "[args.channel_id = \"C9\"]",
    ] {
        assert!(ran.out.contains(said), "{said}: {}", ran.out);
    }
}

#[test]
fn sarif_has_what_its_schema_requires() {
    let folder = Folder::with(&GOOD.replace("expect deny by posting", "expect permit"));
    let ran = folder.run(&["check", "policies", "--format", "sarif"]);
    assert_eq!(ran.code, 1);
    let log = ran.json();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "wicket");
    let result = run["results"].as_array().unwrap().last().unwrap();
    assert_eq!(result["ruleId"], "failed-test");
    assert!(result["message"]["text"].as_str().unwrap().contains("posting"));
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "policies/agent.wkt");
    assert_eq!(place["region"]["startLine"], 26);
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in run["results"].as_array().unwrap() {
        assert!(rules.iter().any(|rule| rule["id"] == result["ruleId"]));
        assert!(["none", "note", "warning", "error"].contains(&result["level"].as_str().unwrap()));
    }
}

#[test]
fn junit_counts_its_cases() {
    let folder = Folder::with(&GOOD.replace("expect deny by posting", "expect permit"));
    let ran = folder.run(&["check", "policies", "--format", "junit"]);
    assert_eq!(
        ran.out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<testsuites name=\"wicket\" tests=\"1\" failures=\"1\" errors=\"0\">
  <testsuite name=\"tests\" tests=\"1\" failures=\"1\" errors=\"0\">
    <testcase name=\"posting\" classname=\"policies/agent.wkt\">
      <failure message=\"expected permit, got deny by posting\" type=\"failed-test\">policies/agent.wkt:26: expected permit, got deny by posting</failure>
    </testcase>
  </testsuite>
</testsuites>
"
    );
}

#[test]
fn annotations_stand_on_their_lines() {
    let folder = Folder::with("use github\npolicy p { permit github.get_mee }\n");
    let ran = folder.run(&["check", "policies", "--format", "github"]);
    assert!(
        ran.out.starts_with("::error file=policies/agent.wkt,line=2,col="),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("title=E0205::"), "{}", ran.out);
    assert_eq!(ran.out.lines().count(), 1, "{}", ran.out);
    let ran = folder.run(&["fmt", "policies", "--format", "sarif"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("only `wicket check`"), "{}", ran.err);
}

#[test]
fn a_day_is_looked_at_that_is_to_come() {
    let folder = Folder::with(
        "use slack\nzone \"Europe/Berlin\"\nschedule fair { 2029-03-05..2029-03-09 }\n\
         policy p { permit slack:write only when now in fair otherwise \"Over.\" }\n",
    );
    let of = |day: &str| {
        let report = folder
            .run(&["check", "policies", "--at", day, "--format", "json"])
            .json();
        let found = report["diagnostics"].as_array().unwrap();
        found
            .iter()
            .map(|found| found["code"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(of("2028-06-01"), [""; 0]);
    assert_eq!(of("2029-03-09T12:00:00+01:00"), ["W1040"]);
    assert_eq!(of("2029-03-10"), ["W1039"]);
    let ran = folder.run(&["check", "policies", "--at", "2029-03-10"]);
    assert_eq!(ran.code, 0, "a warning is none of the failures");
    assert!(ran.out.contains("it ended Sat 10 Mar 00:00 CET"), "{}", ran.out);
    assert_eq!(folder.run(&["check", "policies", "--at", "soon"]).code, 2);
}

#[test]
fn a_shared_folder_is_checked_with_the_bundle_and_left_as_it_is() {
    let folder = Folder::with("use slack\nuse \"../guardrails\"\npolicy p { permit slack:read }\n");
    let text = "use slack\npolicy g { forbid slack:destructive, slack.no_such_tool }\n";
    folder.write("guardrails/base.wkt", text);
    let ran = folder.run(&["check", "policies"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.out.contains("policies/../guardrails/base.wkt:2:"),
        "{}",
        ran.out
    );
    let mended = text.replace(", slack.no_such_tool", "");
    folder.write("guardrails/base.wkt", &mended);
    let ran = folder.run(&["check", "policies"]);
    assert!(ran.code == 0 && ran.out.contains("0 warnings"), "{}", ran.out);
    assert!(ran.out.contains("2 files checked"), "{}", ran.out);
}

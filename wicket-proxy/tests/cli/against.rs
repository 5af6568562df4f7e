//! `wicket check --against`: which schedules newer zone data moves.

use wicket_lang::api::{self, BundleFiles};

use super::folder::Folder;

const TEXT: &str = "use time

zone \"Europe/Berlin\"

schedule office_hours { mon..fri 09:00-17:00 }
schedule tokyo zone \"Asia/Tokyo\" { mon..fri 09:00-17:00 }

/// Work.
policy work {
  permit time.get_current_time when now in office_hours or now in tokyo
}

test \"in the morning\" {
  at 2026-03-02 09:00
  call time.get_current_time { timezone: \"UTC\" }  expect permit by work
}
";

/// The artifact that a release would have made in which Berlin changes its clocks no more from 2027 on.
fn older() -> Vec<u8> {
    let files = BundleFiles::single("agent.wkt", TEXT);
    let analysis = api::analyze(&files);
    let mut compiled = api::compile(&files, &analysis).unwrap();
    "2025b".clone_into(&mut compiled.bundle.tzdata);
    for zone in &mut compiled.bundle.calendar.zones {
        let mut table = serde_json::to_value(&*zone).unwrap();
        let changes = table["transitions"].as_array_mut().unwrap();
        changes.retain(|change| change["at"].as_i64().unwrap() < 1_798_761_600);
        *zone = serde_json::from_value(table).unwrap();
    }
    compiled.encode()
}

#[test]
fn point_38_check_says_which_schedules_newer_zone_data_moves() {
    let folder = Folder::with(TEXT);
    folder.write("in-force.wkb", older());
    let check = |more: &[&str]| {
        let arguments = [&["check", "policies", "--at", "2026-11-24"], more].concat();
        folder.run(&arguments)
    };
    let ran = check(&["--against", "in-force.wkb"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.out
            .contains("newer zone data moves schedule `office_hours` from Mon 29 Mar 2027 09:00 CEST on"),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("2025b is in force") && !ran.out.contains("`tokyo`"),
        "{}",
        ran.out
    );
    let ran = check(&[
        "--against",
        "in-force.wkb",
        "--deny",
        "warnings",
        "--format",
        "json",
    ]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert_eq!(ran.json()["diagnostics"][0]["code"], "W1046");
    // Against what it is built with itself nothing moves.
    assert_eq!(folder.run(&["build", "policies", "-o", "now.wkb"]).code, 0);
    let ran = check(&["--against", "now.wkb", "--deny", "warnings"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let ran = check(&["--against", "policies/agent.wkt"]);
    assert_eq!(ran.code, 2, "{ran:?}");
}

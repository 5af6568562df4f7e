//! What newer zone data moves, with an older table that is made for it.

use wicket_lang::api::{self, BundleFiles};
use wicket_lang::artifact::{Artifact, Compiled};
use wicket_lang::calendar::{self, Zone};
use wicket_lang::value::Instant;

const TEXT: &str = "use time
zone \"Europe/Berlin\"
directory { member { time_zone: string } }
schedule office { mon..fri 09:00-17:00 }
schedule weekend { sat, sun }
schedule tokyo zone \"Asia/Tokyo\" { mon..fri 09:00-17:00 }
schedule lunch zone member.time_zone { mon..fri 12:00-13:00 }
policy p {
  permit time.get_current_time when now in office or now in weekend or now in tokyo or now in lunch
  permit time.convert_time when now in { 22:00-23:00 }
}
";

/// 2027-01-01T00:00:00Z.
const ABOLISHED: i64 = 1_798_761_600;

/// The table of a release in which Berlin changes its clocks no more.
fn older(zone: &Zone) -> Zone {
    let mut table = serde_json::to_value(zone).unwrap();
    let changes = table["transitions"].as_array_mut().unwrap();
    changes.retain(|change| change["at"].as_i64().unwrap() < ABOLISHED);
    serde_json::from_value(table).unwrap()
}

/// The artifact that an older release would have made.
fn in_force(mut compiled: Compiled) -> Artifact {
    let calendar = &mut compiled.bundle.calendar;
    for zone in calendar.zones.iter_mut().chain(&mut calendar.atlas) {
        if zone.name() == "Europe/Berlin" {
            *zone = older(zone);
        }
    }
    "2025b".clone_into(&mut compiled.bundle.tzdata);
    compiled.into_artifact().unwrap()
}

#[test]
fn point_38_the_schedules_that_newer_zone_data_moves_are_named() {
    let files = BundleFiles::single("a.wkt", TEXT);
    let analysis = api::analyze(&files);
    assert!(!analysis.has_errors(), "{:#?}", analysis.diagnostics);
    let compiled = api::compile(&files, &analysis).unwrap();
    let same = compiled.clone().into_artifact().unwrap();
    let before = in_force(compiled);
    let at = |text: &str| Instant::parse(text).unwrap();
    let told = |artifact: &Artifact, from: &str| -> Vec<String> {
        let found = api::moved(&files, &analysis, artifact, at(from));
        found.iter().map(|found| found.message.clone()).collect()
    };
    assert_eq!(told(&same, "2026-11-24T00:00:00Z"), Vec::<String>::new());
    assert_eq!(
        told(&before, "2026-11-24T00:00:00Z"),
        [
            "newer zone data moves schedule `lunch` from Mon 29 Mar 2027 12:00 CEST on, in Europe/Berlin first",
            "newer zone data moves schedule `office` from Mon 29 Mar 2027 09:00 CEST on",
            "newer zone data moves schedule `weekend` from Mon 29 Mar 2027 00:00 CEST on",
            "newer zone data moves this schedule from Sun 28 Mar 2027 22:00 CEST on",
        ]
    );
    // From a day on which the clocks would have been put forward already.
    assert_eq!(
        told(&before, "2027-07-03T12:00:00Z").first().map(String::as_str),
        Some("newer zone data moves schedule `lunch` from Mon 5 Jul 12:00 CEST on, in Europe/Berlin first")
    );
    let found = api::moved(&files, &analysis, &before, at("2026-11-24T00:00:00Z"));
    let label = &found.first().unwrap().primary.text;
    let version = calendar::tzdata_version();
    assert_eq!(
        label,
        &format!("2025b is in force, and this is built with {version}")
    );
}

/// The same artifact decides alike, whatever is compiled in: what is in force goes on by its own tables.
#[test]
fn point_38_an_artifact_reads_its_own_tables() {
    let files = BundleFiles::single("a.wkt", TEXT);
    let analysis = api::analyze(&files);
    let compiled = api::compile(&files, &analysis).unwrap();
    let now = compiled.clone().into_artifact().unwrap();
    let before = in_force(compiled);
    let loaded = Artifact::load(&now_bytes(&before)).unwrap();
    assert_eq!(loaded, before);
    let berlin = |artifact: &Artifact| {
        let calendar = artifact.bundle.calendar.clone();
        let office = calendar
            .schedules
            .iter()
            .position(|one| one.name.as_deref() == Some("office"));
        let id = calendar::ScheduleId(u32::try_from(office.unwrap()).unwrap());
        let eight = Instant::parse("2027-03-29T07:30:00Z").unwrap();
        calendar::is_open(&calendar, id, eight)
    };
    assert_eq!((berlin(&loaded), berlin(&now)), (Some(false), Some(true)));
}

fn now_bytes(artifact: &Artifact) -> Vec<u8> {
    let compiled = Compiled {
        bundle: artifact.bundle.clone(),
        programs: artifact.programs.clone(),
        nodes: artifact.nodes.clone(),
        places: artifact.places.clone(),
        sources: artifact.sources.clone(),
    };
    compiled.encode()
}

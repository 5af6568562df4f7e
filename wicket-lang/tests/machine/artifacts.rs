//! Artifacts that are not what the compiler wrote: each is refused with its cause, or runs within its cost.

use wicket_lang::artifact::{Artifact, Compiled, FORMAT_VERSION, LoadError};
use wicket_lang::calendar::Calendar;
use wicket_lang::catalog::Digest;
use wicket_lang::decide::{self, Answer};
use wicket_lang::request::{Environment, Scope, State, Switches};
use wicket_lang::source::Sources;
use wicket_lang::vm;

use crate::dice::Dice;
use crate::world::Steps;
use crate::{bundles, requests};

const MUTATIONS: usize = 20_000;
const HEADER: usize = 14;
const DIGEST: usize = 32;

fn compiled(seed: u64) -> Compiled {
    // Zones with few changes of the clock: their tables would be most of the file.
    let mut zones = Calendar::default();
    zones.add_zone("Etc/UTC").unwrap();
    zones.add_zone("Asia/Tokyo").unwrap();
    let bundle = bundles::bundle(&mut Dice::new(seed), &zones);
    Compiled::new(bundle, &Sources::default(), []).unwrap()
}

/// States the length and the digest of a content anew.
fn seal(content: &[u8]) -> Vec<u8> {
    let mut file = content.to_vec();
    let length = u32::try_from(file.len() + DIGEST).unwrap().to_le_bytes();
    file.get_mut(10..HEADER).unwrap().copy_from_slice(&length);
    let digest = Digest::of(&file);
    file.extend(digest.as_bytes());
    file
}

fn content(file: &[u8]) -> &[u8] {
    file.get(..file.len() - DIGEST).unwrap()
}

/// The tag, the flags and the payload of each section.
fn sections(file: &[u8]) -> Vec<(String, u32, Vec<u8>)> {
    let number = |bytes: &[u8]| u32::from_le_bytes(bytes.try_into().unwrap());
    let mut rest = content(file).get(HEADER..).unwrap();
    let mut sections = Vec::new();
    while !rest.is_empty() {
        let (head, behind) = rest.split_at(12);
        let (payload, behind) = behind.split_at(number(head.get(8..).unwrap()) as usize);
        let tag = String::from_utf8(head.get(..4).unwrap().to_vec()).unwrap();
        sections.push((tag, number(head.get(4..8).unwrap()), payload.to_vec()));
        rest = behind;
    }
    sections
}

fn join(file: &[u8], sections: &[(String, u32, Vec<u8>)]) -> Vec<u8> {
    let mut joined = file.get(..HEADER).unwrap().to_vec();
    for (tag, flags, payload) in sections {
        joined.extend(tag.as_bytes());
        joined.extend(flags.to_le_bytes());
        joined.extend(u32::try_from(payload.len()).unwrap().to_le_bytes());
        joined.extend(payload);
    }
    seal(&joined)
}

#[test]
fn a_section_is_a_tag_flags_a_length_and_a_payload() {
    let file = compiled(1).encode();
    let sections = sections(&file);
    let tags: Vec<&str> = sections.iter().map(|(tag, _, _)| tag.as_str()).collect();
    assert_eq!(tags, ["HEAD", "SRCS", "TABL", "CODE", "SMAP"]);
    assert_eq!(join(&file, &sections), file);
}

#[test]
fn every_cut_is_refused() {
    let file = compiled(1).encode();
    assert_eq!(Artifact::load(&[]), Err(LoadError::NotAnArtifact));
    for length in 1..file.len() {
        let error = Artifact::load(file.get(..length).unwrap()).unwrap_err();
        assert!(matches!(error, LoadError::CutShort { .. }), "{length}: {error}");
        assert_eq!(error.code().name(), "E0602");
    }
    let longer = [file.as_slice(), b"\n"].concat();
    assert!(matches!(Artifact::load(&longer), Err(LoadError::TooLong { .. })));
}

#[test]
fn every_flipped_bit_is_refused() {
    let file = compiled(1).encode();
    for bit in 0..file.len() * 8 {
        let mut flipped = file.clone();
        *flipped.get_mut(bit / 8).unwrap() ^= 1 << (bit % 8);
        let error = Artifact::load(&flipped).unwrap_err();
        match bit / 8 {
            0..8 => assert_eq!(error, LoadError::NotAnArtifact),
            8..10 => assert!(matches!(error, LoadError::Newer(_) | LoadError::Older(_))),
            10..HEADER => assert!(matches!(
                error,
                LoadError::CutShort { .. } | LoadError::TooLong { .. }
            )),
            _ => assert!(matches!(error, LoadError::Damaged { .. }), "{error}"),
        }
    }
}

#[test]
fn other_files_and_other_versions_are_told_apart() {
    let file = compiled(1).encode();
    let text = b"policy reading {\n  permit github:read\n}\n".repeat(4);
    assert_eq!(Artifact::load(&text), Err(LoadError::NotAnArtifact));
    let mut older = content(&file).to_vec();
    older
        .get_mut(8..10)
        .unwrap()
        .copy_from_slice(&0_u16.to_le_bytes());
    assert_eq!(Artifact::load(&seal(&older)), Err(LoadError::Older(0)));
    let mut newer = content(&file).to_vec();
    newer
        .get_mut(8..10)
        .unwrap()
        .copy_from_slice(&(FORMAT_VERSION + 1).to_le_bytes());
    let error = Artifact::load(&seal(&newer)).unwrap_err();
    assert_eq!(error, LoadError::Newer(FORMAT_VERSION + 1));
    assert!(error.help().contains("newer Wicket"));
}

#[test]
fn an_unknown_section_is_refused_only_where_it_is_critical() {
    let file = compiled(1).encode();
    let mut extended = sections(&file);
    extended.insert(2, ("NOTE".into(), 0, b"what a later version adds".to_vec()));
    let plain = Artifact::load(&file).unwrap();
    let loaded = Artifact::load(&join(&file, &extended)).unwrap();
    assert_eq!(loaded.bundle, plain.bundle);
    assert_ne!(loaded.digest(), plain.digest());
    extended.get_mut(2).unwrap().1 = 1;
    assert_eq!(
        Artifact::load(&join(&file, &extended)),
        Err(LoadError::UnknownSection("NOTE".into()))
    );
    extended.get_mut(2).unwrap().1 = 6;
    assert_eq!(
        Artifact::load(&join(&file, &extended)),
        Err(LoadError::Section("NOTE".into()))
    );
}

#[test]
fn sections_stand_in_their_order() {
    let file = compiled(1).encode();
    let mut turned = sections(&file);
    turned.swap(1, 3);
    assert!(matches!(
        Artifact::load(&join(&file, &turned)),
        Err(LoadError::Section(_))
    ));
}

#[test]
fn every_section_is_there_once() {
    let file = compiled(1).encode();
    for place in 0..5 {
        let mut without = sections(&file);
        let section = without.remove(place);
        assert!(matches!(
            Artifact::load(&join(&file, &without)),
            Err(LoadError::MissingSection(tag)) if tag == section.0
        ));
        let mut twice = sections(&file);
        twice.push(section.clone());
        assert_eq!(
            Artifact::load(&join(&file, &twice)),
            Err(LoadError::RepeatedSection(section.0))
        );
    }
}

#[test]
fn lengths_that_are_not_there_cost_nothing() {
    let file = compiled(1).encode();
    for place in 0..5 {
        for at in 0..64 {
            let mut hostile = sections(&file);
            let payload = &mut hostile.get_mut(place).unwrap().2;
            payload.truncate(at);
            payload.extend([0xff, 0xff, 0xff, 0xff, 0x0f]);
            assert!(Artifact::load(&join(&file, &hostile)).is_err());
        }
    }
}

#[test]
fn newer_zone_data_is_no_reason_to_refuse() {
    let mut compiled = compiled(1);
    compiled.bundle.tzdata = "2099z".into();
    let artifact = Artifact::load(&compiled.encode()).unwrap();
    assert_eq!(artifact.tzdata(), "2099z");
}

#[test]
fn a_mutated_artifact_is_refused_or_runs_within_its_cost() {
    let (mut refused, mut ran) = (0, 0);
    for round in 0..MUTATIONS / 500 {
        let seed = u64::try_from(round).unwrap();
        let compiled = compiled(seed);
        let file = compiled.encode();
        let parts = sections(&file);
        let mut dice = Dice::new(seed + 77);
        for number in 0..500 {
            let mut parts = parts.clone();
            let weights = [2, 0, 2, 2, 3, 3, 3, 3, 3, 4];
            let place = *dice.pick(&weights);
            mutate(&mut dice, &mut parts.get_mut(place).unwrap().2);
            let Ok(artifact) = Artifact::load(&join(&file, &parts)) else {
                refused += 1;
                continue;
            };
            ran += 1;
            let now = requests::instant(&mut dice);
            let call = requests::call(&mut dice, &compiled.bundle, now);
            let (request, state, switches) = (call.request(), State::default(), Switches::default());
            let answer = artifact.decide(&switches, &request, &state);
            if let (Answer::Decided(decision), 0) = (&answer, number % 50) {
                let _ = decide::explain(&artifact.bundle, &switches, &request, &state, decision);
                let _ = decide::policies(&artifact.bundle, &switches, decision);
                let _ = decide::inputs(&artifact.bundle, &request, &state, decision);
            }
            if let Some(tool) = artifact.bundle.find_tool(&call.connector, &call.tool) {
                let env = Environment {
                    bundle: &artifact.bundle,
                    tool,
                    request: &request,
                    state: &state,
                    scope: Scope::Call,
                };
                let mut steps = Steps(0);
                let findings = vm::watched(&artifact.programs, &env, &mut steps);
                assert!(
                    steps.0 <= artifact.programs.cost(tool),
                    "seed {seed}, mutation {number}"
                );
                assert_eq!(
                    findings.rules.len(),
                    artifact.bundle.tool(tool).unwrap().guards.len()
                );
                let _ = vm::trace(&artifact.programs, &artifact.nodes, &env);
            }
        }
    }
    println!("{refused} refused, {ran} ran");
    assert_eq!(refused + ran, MUTATIONS);
    assert!(
        refused >= MUTATIONS / 4 && ran >= MUTATIONS / 20,
        "{refused} refused, {ran} ran"
    );
}

fn mutate(dice: &mut Dice, payload: &mut Vec<u8>) {
    for _ in 0..dice.between(1, 3) {
        let at = dice.below(payload.len());
        let byte = u8::try_from(dice.below(256)).unwrap();
        match dice.below(8) {
            0 => payload.insert(at, byte),
            1 => drop(payload.splice(at..(at + 1).min(payload.len()), [])),
            2 => payload.truncate(at),
            3 => {
                let piece: Vec<u8> = payload.iter().skip(at).take(8).copied().collect();
                let to = dice.below(payload.len());
                payload.splice(to..to, piece);
            }
            4 => {
                // A neighbour of what is there: an opcode or an id that may well exist.
                if let Some(place) = payload.get_mut(at) {
                    *place = place.wrapping_add(byte % 5).wrapping_sub(2);
                }
            }
            _ => {
                if let Some(place) = payload.get_mut(at) {
                    *place = if dice.chance(60) { byte % 0x43 } else { byte };
                }
            }
        }
    }
}

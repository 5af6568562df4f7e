//! Tracks made at random, what enters them, and limits of them.

use wicket_lang::calendar::{Period, ZoneId};
use wicket_lang::ir::{
    Bundle, Digest, Limit, Measure, Others, Outcome, Per, Remembers, Tally, ToolId, Track, TrackId, Window,
};
use wicket_lang::source::Span;
use wicket_lang::value::Decimal;

use crate::bundles::template;
use crate::conditions::Conditions;
use crate::dice::Dice;

/// Tracks of every measure, scope and window; they stand in the order of their names.
pub(crate) fn add_tracks(dice: &mut Dice, bundle: &mut Bundle) {
    for number in 0..dice.below(5) {
        let window = match dice.below(3) {
            0 => Window::Whole,
            1 => Window::Within(600),
            _ => Window::Each(*dice.pick(&[Period::Day, Period::Week, Period::Month]), ZoneId(0)),
        };
        let name = format!("track_{number}");
        bundle.tracks.push(Track {
            meaning: Digest::of(name.as_bytes()),
            name,
            of: Remembers::Track,
            measure: *dice.pick(&[Measure::Calls, Measure::Sum, Measure::Values]),
            per: if window == Window::Whole {
                Per::Session
            } else {
                *dice.pick(&Per::ALL)
            },
            window,
            on: dice.chance(50).then(|| *dice.pick(&Outcome::ALL)),
            others: Others::Leave,
            denials: None,
            signed: dice.chance(30),
            fold: false,
            keyed: dice.chance(40),
            kept: u32::try_from(dice.between(1, 6)).unwrap(),
            span: Span::default(),
        });
    }
}

/// What enters each of them.
pub(crate) fn add_tallies(dice: &mut Dice, bundle: &mut Bundle) {
    for tool in (0..bundle.tools.len()).map(ToolId::at) {
        for track in (0..bundle.tracks.len()).map(TrackId::at) {
            if dice.chance(40) {
                continue;
            }
            let (measure, keyed) = {
                let track = bundle.track(track).unwrap();
                (track.measure, track.keyed)
            };
            let mut make = Conditions {
                dice,
                bundle,
                tool,
                around: 0,
            };
            let condition = make.entering();
            let key = keyed.then(|| make.key());
            let value = match measure {
                Measure::Calls => None,
                Measure::Sum => Some(make.summand()),
                Measure::Values => Some(make.key()),
            };
            bundle.tools.get_mut(tool.index()).unwrap().tallies.push(Tally {
                track,
                condition,
                key,
                value,
            });
        }
    }
}

pub(crate) fn add_limits(dice: &mut Dice, bundle: &mut Bundle) {
    let declared = bundle.tracks.iter().enumerate();
    let declared = declared.filter(|(_, track)| track.of == Remembers::Track);
    let declared: Vec<usize> = declared.map(|(index, _)| index).collect();
    if declared.is_empty() {
        return;
    }
    for number in 0..dice.below(3) {
        bundle.limits.push(Limit {
            name: format!("limit_{number}"),
            most: Decimal::from_i64(dice.between(2, 6)),
            track: TrackId::at(*dice.pick(&declared)),
            message: dice.chance(50).then(|| template(dice)),
            span: Span::default(),
        });
    }
}

//! Breakers made at random, of every form, and the tracks of their own.

use wicket_lang::ir::{
    Breaker, BreakerId, Bundle, Denials, DeniedBy, Digest, Hold, Measure, Others, Outcome, Per, PolicyId,
    Remembers, Stopped, ToolId, Track, TrackId, Trips, Window,
};
use wicket_lang::source::Span;
use wicket_lang::value::Decimal;

use crate::bundles::template;
use crate::conditions::Conditions;
use crate::dice::Dice;

/// The tracks of breakers; their names stand before those of other tracks.
pub(crate) fn add_tracks(dice: &mut Dice, bundle: &mut Bundle) {
    for number in 0..3 {
        if dice.chance(75) {
            continue;
        }
        let window = if dice.chance(30) {
            Window::Whole
        } else {
            Window::Within(600)
        };
        let (others, denials, on) = match dice.below(5) {
            0 => (Others::EndTheRow, None, Some(Outcome::Failure)),
            1 => (Others::StandBeside, None, Some(Outcome::Failure)),
            2 => {
                let denials = Denials {
                    by: cause(dice),
                    of_unknown_tools: dice.chance(50),
                };
                (Others::Leave, Some(denials), None)
            }
            _ => (
                Others::Leave,
                None,
                dice.chance(60).then(|| *dice.pick(&Outcome::ALL)),
            ),
        };
        let name = format!("breaker_{number}");
        bundle.tracks.push(Track {
            meaning: Digest::of(name.as_bytes()),
            name,
            of: Remembers::Breaker,
            measure: Measure::Calls,
            per: if window == Window::Whole {
                Per::Session
            } else {
                *dice.pick(&Per::ALL)
            },
            window,
            on,
            others,
            denials,
            signed: false,
            fold: false,
            keyed: dice.chance(50),
            kept: u32::try_from(dice.between(1, 6)).unwrap(),
            span: Span::default(),
        });
    }
}

pub(crate) fn add_breakers(dice: &mut Dice, bundle: &mut Bundle) {
    for number in 0..3 {
        let name = format!("breaker_{number}");
        let own = bundle.find_track(&name);
        let declared = |track: &&Track| track.of == Remembers::Track;
        let named: Vec<String> = bundle
            .tracks
            .iter()
            .filter(declared)
            .map(|track| track.name.clone())
            .collect();
        let (trips, per) = match own {
            Some(track) => of_track(dice, bundle, track),
            None if dice.chance(65) => continue,
            None if !named.is_empty() && dice.chance(50) => {
                let track = bundle.find_track(dice.pick::<String>(&named)).unwrap();
                of_track(dice, bundle, track)
            }
            None => {
                let trips = Trips::Denials {
                    after: u32::try_from(dice.between(3, 9)).unwrap(),
                    by: cause(dice),
                    of: some_tools(dice),
                    within_seconds: dice.chance(40).then_some(600),
                };
                (trips, *dice.pick(&Per::ALL))
            }
        };
        let breaker = Breaker {
            meaning: Digest::of(name.as_bytes()),
            name,
            trips,
            per,
            hold: if dice.chance(40) {
                Hold::UntilReset
            } else {
                Hold::For(300)
            },
            stops: some_tools(dice),
            message: dice.chance(50).then(|| template(dice)),
            span: Span::default(),
        };
        let keyed = breaker
            .track()
            .is_some_and(|track| bundle.track(track).unwrap().keyed);
        let id = BreakerId::at(bundle.breakers.len());
        bundle.breakers.push(breaker);
        for tool in (0..bundle.tools.len()).map(ToolId::at) {
            // Over some tools a breaker passes.
            if !keyed || dice.chance(10) {
                continue;
            }
            let mut make = Conditions {
                dice,
                bundle,
                tool,
                around: 0,
            };
            let key = make.key();
            let tool = bundle.tools.get_mut(tool.index()).unwrap();
            tool.stopped.push(Stopped { breaker: id, key });
        }
    }
}

fn of_track(dice: &mut Dice, bundle: &Bundle, track: TrackId) -> (Trips, Per) {
    let of = bundle.track(track).unwrap();
    let trips = if of.others == Others::StandBeside {
        Trips::Share {
            track,
            percent: u32::try_from(dice.between(1, 100)).unwrap(),
            among: u32::try_from(dice.between(2, 8)).unwrap(),
        }
    } else {
        Trips::Track {
            track,
            bound: Decimal::from_i64(dice.between(2, 8)),
            above: dice.chance(50),
        }
    };
    (trips, of.per)
}

fn cause(dice: &mut Dice) -> DeniedBy {
    match dice.below(6) {
        0 => DeniedBy::Forbid,
        1 => DeniedBy::Default,
        2 => DeniedBy::Arguments,
        3 => DeniedBy::Policy(PolicyId(0)),
        4 => DeniedBy::Limit,
        _ => DeniedBy::Anything,
    }
}

fn some_tools(dice: &mut Dice) -> Option<Vec<ToolId>> {
    dice.chance(40).then(|| vec![ToolId(0), ToolId(2)])
}

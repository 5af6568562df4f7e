//! What a test gives of the past: marks, tracks and breakers.
//!
//! All of it has happened at the instant at which the story begins, and is kept in the scope in which the item is kept.

use super::Given;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::ir::{Breaker, Bundle, Measure, Node, Remembers, Track, TrackId};
use crate::request::{Event, Key, State};
use crate::syntax::ast::{Literal, Name, Past, Remembered};
use crate::value::{Bounds, Decimal, Value};

impl Given {
    /// `given marks NAME`, `given track NAME 4`, `given breaker NAME open`.
    pub(in crate::testing) fn remember(
        &mut self,
        bundle: &Bundle,
        remembered: &Remembered,
    ) -> Result<(), Box<Diagnostic>> {
        // What is wrong is told where it stands; the instant is known only when the story begins.
        self.put(bundle, &mut State::default(), remembered)?;
        self.remembered.push(remembered.clone());
        Ok(())
    }

    /// The state with which a story begins.
    pub(in crate::testing) fn past(&self, bundle: &Bundle) -> State {
        let mut state = self.state.clone();
        for remembered in &self.remembered {
            // INVARIANT: it was put once before, when it was given.
            let _ = self.put(bundle, &mut state, remembered);
        }
        state
    }

    fn put(&self, bundle: &Bundle, state: &mut State, given: &Remembered) -> Result<(), Box<Diagnostic>> {
        match &given.what {
            Past::Marks(names) => {
                for name in names {
                    let (_, mark) = track(bundle, name, true)?;
                    self.enter(bundle, state, mark, Key::None, Bounds::one(), None);
                }
            }
            Past::Track { name, by, value } => {
                let (id, track) = track(bundle, name, false)?;
                let key = key(bundle, track, id, name, by.as_ref())?;
                match (track.measure, value) {
                    (Measure::Values, Literal::List(elements, _)) => {
                        for element in elements {
                            let element = spelled(element, name)?;
                            self.enter(bundle, state, track, key.clone(), Bounds::one(), Some(element));
                        }
                    }
                    (Measure::Calls | Measure::Sum, Literal::Number(number)) => {
                        let amount = Decimal::parse(&number.digits)
                            .map_err(|_| wrong(name, "a number that can be kept exactly"))?;
                        self.enter(bundle, state, track, key, Bounds::exactly(amount), None);
                    }
                    (Measure::Values, _) => return Err(wrong(name, "a list of values, `[\"a\", \"b\"]`")),
                    (Measure::Calls | Measure::Sum, _) => return Err(wrong(name, "a number")),
                }
            }
            Past::Open { name, by } => {
                let breaker = breaker(bundle, name)?;
                let track = breaker.track().and_then(|id| Some((id, bundle.track(id)?)));
                let key = match (track, by) {
                    (Some((id, track)), by) if track.keyed && by.is_some() => {
                        key(bundle, track, id, name, by.as_ref())?
                    }
                    (_, Some(_)) => return Err(no_key(name)),
                    (_, None) => Key::None,
                };
                state.open(breaker, &key, self.now);
            }
        }
        Ok(())
    }

    fn enter(
        &self,
        bundle: &Bundle,
        state: &mut State,
        track: &Track,
        key: Key,
        amount: Bounds,
        value: Option<String>,
    ) {
        let event = Event {
            at: self.now,
            key,
            surely: true,
            amount,
            value,
        };
        let member = self.caller.member_email.as_deref();
        state.enter(
            &bundle.calendar,
            track,
            &event,
            member,
            &std::collections::BTreeMap::new(),
        );
    }
}

fn track<'b>(
    bundle: &'b Bundle,
    name: &Name,
    is_mark: bool,
) -> Result<(TrackId, &'b Track), Box<Diagnostic>> {
    let wanted = |track: &Track| (track.of == Remembers::Mark) == is_mark;
    let found = bundle
        .find_track(&name.text)
        .and_then(|id| Some((id, bundle.track(id)?)));
    found.filter(|(_, track)| wanted(track)).ok_or_else(|| {
        let known = bundle.tracks.iter().filter(|track| wanted(track));
        let noun = if is_mark { "mark" } else { "track" };
        unknown(name, noun, known.map(|track| track.name.as_str()))
    })
}

fn breaker<'b>(bundle: &'b Bundle, name: &Name) -> Result<&'b Breaker, Box<Diagnostic>> {
    let found = bundle.breakers.iter().find(|breaker| breaker.name == name.text);
    let known = bundle.breakers.iter().map(|breaker| breaker.name.as_str());
    found.ok_or_else(|| unknown(name, "breaker", known))
}

fn unknown<'b>(name: &Name, noun: &str, known: impl Iterator<Item = &'b str>) -> Box<Diagnostic> {
    let near = nearest(&name.text, known).map(str::to_owned);
    let found = Diagnostic::new(
        Code::E0706,
        format!("there is no {noun} `{}`", name.text),
        name.span,
        format!("no {noun} has this name"),
    );
    Box::new(match near {
        Some(near) => found.with_near(name.span, Some(&near)),
        None => found.with_help(format!("give what the bundle declares: `{noun} NAME {{ … }}`")),
    })
}

fn wrong(name: &Name, wanted: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(
        Code::E0707,
        format!("`{}` holds something else", name.text),
        name.span,
        format!("what is given of it has to be {wanted}"),
    ))
}

fn no_key(name: &Name) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::new(
            Code::E0707,
            format!("`{}` is kept by no key", name.text),
            name.span,
            "it has one count for all",
        )
        .with_help("leave `by` out"),
    )
}

/// The key that a literal is, as calls have it.
fn key(
    bundle: &Bundle,
    track: &Track,
    id: TrackId,
    name: &Name,
    by: Option<&Literal>,
) -> Result<Key, Box<Diagnostic>> {
    match (track.keyed, by) {
        (false, None) => Ok(Key::None),
        (false, Some(_)) => Err(no_key(name)),
        (true, None) => Err(Box::new(
            Diagnostic::new(
                Code::E0707,
                format!("`{}` has a count for each key", name.text),
                name.span,
                "this does not say of which",
            )
            .with_help(format!("name it: `given track {} by \"x\" 4`", name.text)),
        )),
        (true, Some(by)) => {
            let tallies = bundle.tools.iter().flat_map(|tool| &tool.tallies);
            let mut keys = tallies
                .filter(|tally| tally.track == id)
                .filter_map(|tally| tally.key);
            // Where case does not matter keys are in small letters.
            let folds = keys.any(|key| matches!(bundle.arena.get(key), Some(Node::Lower(_))));
            with_value(by, name, |value| {
                if let (Value::Text(text), true) = (&value, folds) {
                    return Key::of(&Value::Text(text.to_ascii_lowercase().into()));
                }
                Key::of(&value)
            })
        }
    }
}

fn spelled(literal: &Literal, name: &Name) -> Result<String, Box<Diagnostic>> {
    with_value(literal, name, |value| {
        crate::request::spelled(&value).unwrap_or_default()
    })
}

fn with_value<T>(
    literal: &Literal,
    name: &Name,
    then: impl FnOnce(Value<'_>) -> T,
) -> Result<T, Box<Diagnostic>> {
    match literal {
        Literal::String(text) => Ok(then(Value::Text(text.value.as_str().into()))),
        Literal::Word(word) => Ok(then(Value::Text(word.text.as_str().into()))),
        Literal::Bool(value, _) => Ok(then(Value::Bool(*value))),
        Literal::Number(number) => {
            let number = Decimal::parse(&number.digits)
                .map_err(|_| wrong(name, "a number that can be kept exactly"))?;
            Ok(then(Value::Number(number)))
        }
        Literal::Null(_) | Literal::List(..) | Literal::Record(..) => {
            Err(wrong(name, "a text, a number or a truth value"))
        }
    }
}

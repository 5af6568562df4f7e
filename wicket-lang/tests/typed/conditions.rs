//! Conditions about arguments of a shape, and whether anything that they read may be missing.

use wicket_lang::json::{Json, Object};

use crate::dice::Dice;
use crate::shapes::Shape;

/// Whether a condition has to be true or false of these arguments.
type IsKnown = Box<dyn Fn(&Object) -> bool>;

/// A condition that is right.
pub(crate) struct Condition {
    pub(crate) text: String,
    pub(crate) is_known: IsKnown,
}

/// A place in the arguments, or in an element.
struct Place {
    /// As it is written: `args.a.b`, `x.a`.
    text: String,
    shape: Shape,
    /// Every field on the way is required, and nothing on it may be something else.
    always: bool,
    /// The names behind `args`, where it is an argument.
    names: Option<Vec<&'static str>>,
}

/// A condition about the arguments.
pub(crate) fn condition(dice: &mut Dice, arguments: &Shape) -> Condition {
    let start = || Place {
        text: "args".to_owned(),
        shape: arguments.clone(),
        always: true,
        names: Some(Vec::new()),
    };
    let count = 1 + dice.below(3);
    let mut tests: Vec<Condition> = (0..count).map(|_| one(dice, start(), 2)).collect();
    if tests.len() == 1 {
        return tests.pop().unwrap();
    }
    let word = *dice.pick(&[" and ", " or "]);
    let parts: Vec<String> = tests.iter().map(|test| format!("({})", test.text)).collect();
    Condition {
        text: parts.join(word),
        is_known: Box::new(move |args| tests.iter().all(|test| (test.is_known)(args))),
    }
}

/// One test of something below a place.
fn one(dice: &mut Dice, mut place: Place, depth: usize) -> Condition {
    while let Shape::Record(parts) = &place.shape {
        let part = dice.pick(parts).clone();
        place = Place {
            text: format!("{}.{}", place.text, part.name),
            // Anything may be `null` as well.
            always: place.always && part.required && !matches!(part.shape, Shape::Anything),
            names: place.names.map(|mut names| {
                names.push(part.name);
                names
            }),
            shape: part.shape,
        };
        if let Shape::Nullable(inner) = place.shape {
            place.always = false;
            place.shape = *inner;
        }
        if dice.chance(15) {
            break;
        }
    }
    let is_there = is_there(&place);
    let text = &place.text;
    // What is asked for with `has` is safe in the same breath.
    let guarded = matches!(place.shape, Shape::Record(_)) || dice.chance(20);
    let (asked, is_safe) = test(dice, &place, depth);
    let negated = dice.chance(20);
    let asked = if negated { format!("not ({asked})") } else { asked };
    if guarded && place.names.is_some() {
        return Condition {
            text: format!("has {text} and ({asked})"),
            is_known: Box::new(move |args| {
                // A step into what is no record is not to be told, and nothing else is in the way.
                is_safe && (is_there.reachable)(args)
            }),
        };
    }
    Condition {
        text: asked,
        is_known: Box::new(move |args| is_safe && (is_there.there)(args)),
    }
}

struct IsThere {
    /// The value is there.
    there: IsKnown,
    /// The value is there, or known not to be.
    reachable: IsKnown,
}

fn is_there(place: &Place) -> IsThere {
    let (always, names) = (place.always, place.names.clone());
    let walk = move |args: &Object, missing: bool| {
        let Some(names) = &names else { return always };
        let mut object = args;
        let mut rest = names.iter();
        while let Some(name) = rest.next() {
            match object.get(name) {
                None | Some(Json::Null) => return missing,
                Some(Json::Object(inner)) => object = inner,
                Some(_) => return rest.len() == 0,
            }
        }
        true
    };
    let other = walk.clone();
    IsThere {
        there: Box::new(move |args| walk(args, false)),
        reachable: Box::new(move |args| other(args, true)),
    }
}

/// A test of a value, and whether it is known where the value is there.
fn test(dice: &mut Dice, place: &Place, depth: usize) -> (String, bool) {
    let x = &place.text;
    let pick = |dice: &mut Dice, choices: &[&str]| (*dice.pick(choices)).replace('#', x);
    match &place.shape {
        Shape::Bool => (pick(dice, &["#", "# is true", "# == false", "# in [true]"]), true),
        Shape::Integer | Shape::Number => {
            let tests = [
                "# > 3",
                "# is 3",
                "# + 1 <= 10",
                "# * 2 >= # - 1",
                "# in [1, 2, 5]",
                "# is number",
                "# is not string",
            ];
            (pick(dice, &tests), true)
        }
        Shape::Text => {
            let tests = [
                "# is \"a\"",
                "# in few",
                "# starts_with \"a\"",
                "# contains \"/\"",
                "# like \"a*\"",
                "# matches /a?b?/",
                "size(#) < 3",
                "lower(#) ends_with \"b\"",
                "lower(#) not in [\"a\", few]",
                "# != \"near\"",
            ];
            (pick(dice, &tests), true)
        }
        Shape::Words(_) => {
            let tests = [
                "# is near",
                "# in [far, wide]",
                "# != \"far\"",
                "size(#) is 3",
                "# like \"?ar\"",
            ];
            (pick(dice, &tests), true)
        }
        Shape::Numbers(_) => (
            pick(dice, &["# is 2", "# in [1, 5]", "# < 2", "# is integer"]),
            true,
        ),
        Shape::Date => {
            let tests = [
                "# < 2026-04-01",
                "# - now > 2d",
                "# >= now",
                "size(#) is 10",
                "# is \"2026-03-01\"",
            ];
            (pick(dice, &tests), true)
        }
        Shape::Moment => {
            let tests = [
                "# < 2026-03-15 12:00",
                "# - now < 1h",
                "# starts_with \"2026\"",
                "# != now",
            ];
            (pick(dice, &tests), true)
        }
        // A value of the other kind is unknown, unless the kind itself is asked for.
        Shape::TextOrInteger => match dice.below(3) {
            0 => (
                pick(dice, &["# is string", "# is not integer", "# is list"]),
                true,
            ),
            1 => (
                pick(dice, &["# is string and # is \"a\"", "# is integer and # > 1"]),
                false,
            ),
            _ => (pick(dice, &["# is \"a\"", "# > 1", "# in few"]), false),
        },
        Shape::Mixed => match dice.below(2) {
            0 => (pick(dice, &["# is string", "# is number"]), true),
            _ => (pick(dice, &["# is near", "# is 1", "# in [1, 2]"]), false),
        },
        Shape::Anything => match dice.below(2) {
            0 => (pick(dice, &["# is string", "# is list", "# is record"]), true),
            _ => (
                pick(
                    dice,
                    &["# is \"a\"", "# > 1", "any y in # (y is 1)", "size(#) > 1"],
                ),
                false,
            ),
        },
        Shape::Nullable(_) | Shape::Record(_) => (pick(dice, &["# is record", "# is not list"]), true),
        Shape::List(element) => list(dice, x, element, depth),
    }
}

fn list(dice: &mut Dice, x: &str, element: &Shape, depth: usize) -> (String, bool) {
    if depth == 0 || dice.chance(25) {
        let test = *dice.pick(&["size(#) > 1", "size(#) <= 2", "# is list"]);
        return (test.replace('#', x), true);
    }
    let name = format!("e{depth}");
    let (inner, nullable) = match element {
        Shape::Nullable(inner) => (inner.as_ref(), true),
        Shape::Anything => (element, true),
        other => (other, false),
    };
    let place = Place {
        text: name.clone(),
        shape: inner.clone(),
        always: !nullable,
        names: None,
    };
    let body = one(dice, place, depth - 1);
    let word = *dice.pick(&["any", "all"]);
    // An element has no arguments of its own to look at.
    let is_known = (body.is_known)(&Object::new());
    (format!("{word} {name} in {x} ({})", body.text), is_known)
}

//! Arguments that two sane readers of JSON would read differently, as the frame tells them.

use wicket_lang::json::{Doubt, Object, doubt};

use super::message::Arguments;

/// The arguments, or the first of their keys that is in doubt.
pub(super) fn look_through(arguments: Object) -> Arguments {
    match doubt(&arguments) {
        Some(Doubt::TwoSpellings(key)) => Arguments::Ambiguous { key: key.to_owned() },
        Some(Doubt::Rounded(key)) => Arguments::Rounded { key: key.to_owned() },
        None => Arguments::Clear(arguments),
    }
}

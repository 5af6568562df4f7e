//! The globs of `like`.
//!
//! `*` stands for any text, newlines and slashes included, `?` for one character; a backslash before `*`, `?` or a
//! backslash takes the meaning away, anywhere else it stands for itself. The whole text has to match.

/// Whether the glob takes the whole text.
///
/// Only the last `*` is ever tried again: what an earlier one took need not change, since the last can take any text.
/// The cost is therefore at most the product of the two lengths, and nothing is allocated.
pub(super) fn is_like(text: &str, glob: &str) -> bool {
    let (mut text, mut glob) = (text, glob);
    // Behind the last `*`: the rest of the glob, and the text from which that rest is tried.
    let mut retry: Option<(&str, &str)> = None;
    loop {
        let matched = match (next_part(glob), next_character(text)) {
            (None, None) => return true,
            (Some((Part::Many, rest)), _) => {
                retry = Some((rest, text));
                Some((rest, text))
            }
            (Some((Part::One, rest)), Some((_, after))) => Some((rest, after)),
            (Some((Part::Literal(expected), rest)), Some((found, after))) if expected == found => {
                Some((rest, after))
            }
            (Some((Part::One | Part::Literal(_), _)) | None, _) => None,
        };
        if let Some(next) = matched {
            (glob, text) = next;
            continue;
        }
        // The last `*` takes one character more.
        let Some((rest, (_, after))) = retry.and_then(|(rest, from)| Some((rest, next_character(from)?)))
        else {
            return false;
        };
        retry = Some((rest, after));
        (glob, text) = (rest, after);
    }
}

enum Part {
    Literal(char),
    One,
    Many,
}

fn next_part(glob: &str) -> Option<(Part, &str)> {
    let (first, rest) = next_character(glob)?;
    Some(match first {
        '*' => (Part::Many, rest),
        '?' => (Part::One, rest),
        '\\' => match next_character(rest) {
            Some((escaped @ ('*' | '?' | '\\'), rest)) => (Part::Literal(escaped), rest),
            Some(_) | None => (Part::Literal('\\'), rest),
        },
        other => (Part::Literal(other), rest),
    })
}

fn next_character(text: &str) -> Option<(char, &str)> {
    let mut characters = text.chars();
    let first = characters.next()?;
    Some((first, characters.as_str()))
}

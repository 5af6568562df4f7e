//! What authors bring along from elsewhere: words and signs of other languages, names in quotes, lists in braces.
//!
//! The parser only knows that it cannot go on. Here the place is read as a person would read it, and what is meant is
//! said, with an edit where there is one.

use super::expected::describe;
use super::lexer::Kind;
use super::nodes::Context;
use super::parser::Failure;
use super::token::{Keyword, Lexeme, Start, Tok};
use crate::diagnostic::{Diagnostic, Edit, Safety};

/// What to do, in words, and the edit that does it.
pub(super) struct Advice {
    text: String,
    edit: Option<(Edit, Safety)>,
}

impl Advice {
    fn say(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            edit: None,
        }
    }

    fn edit(text: impl Into<String>, edit: Edit, safety: Safety) -> Self {
        Self {
            text: text.into(),
            edit: Some((edit, safety)),
        }
    }

    pub(super) fn give(self, diagnostic: Diagnostic) -> Diagnostic {
        match self.edit {
            Some((edit, safety)) => diagnostic.with_fix(self.text, vec![edit], safety),
            None => diagnostic.with_help(self.text),
        }
    }
}

/// The place where the parser stopped.
struct Place<'p, 'a> {
    context: &'p Context,
    start: Start,
    expected: Vec<&'p str>,
    /// What stands there; nothing at the end of the piece.
    here: Option<Lexeme<'a>>,
    before: &'p [Lexeme<'a>],
    after: &'p [Lexeme<'a>],
}

impl Place<'_, '_> {
    fn expects(&self, name: &str) -> bool {
        self.expected.contains(&name)
    }

    /// Whether a name could stand here, and nothing else but perhaps a sign.
    fn wants_a_name(&self) -> bool {
        self.expects("word") && !self.expects("string")
    }

    /// Whether braces have just been opened for what something is in: a schedule, or meant as a list.
    fn is_in_braces_behind_in(&self) -> bool {
        let mut before = self.before.iter().rev().map(|lexeme| lexeme.tok);
        before.next() == Some(Tok::Sign(Kind::OpenBrace)) && before.next() == Some(Tok::Keyword(Keyword::In))
    }

    fn last(&self) -> Option<Tok<'_>> {
        self.before.last().map(|lexeme| lexeme.tok)
    }

    fn replace(&self, lexeme: Lexeme<'_>, text: &str) -> Edit {
        Edit::replace(self.context.span(lexeme.start, lexeme.end), text)
    }

    /// A comma behind what stands before.
    fn comma(&self) -> Option<Edit> {
        let before = self.before.last()?;
        Some(Edit::after(self.context.span(before.start, before.end), ","))
    }
}

/// Advice for the place where the parser stopped, where there is some.
pub(super) fn advice(
    context: &Context,
    failure: &Failure<'_>,
    lexemes: &[Lexeme<'_>],
    start: Start,
) -> Option<Advice> {
    let at = lexemes
        .iter()
        .position(|lexeme| lexeme.start == failure.start && failure.found.is_some());
    let (before, here, after) = match at {
        Some(at) => (
            lexemes.get(..at)?,
            lexemes.get(at).copied(),
            lexemes.get(at + 1..)?,
        ),
        None => (lexemes, None, &[][..]),
    };
    let place = Place {
        context,
        start,
        expected: failure
            .expected
            .iter()
            .map(|name| name.trim_matches('"'))
            .collect(),
        here,
        before,
        after,
    };
    let Some(here) = place.here else {
        return missing(&place);
    };
    match here.tok {
        Tok::Word(_) | Tok::Keyword(_) => word(&place, here).or_else(|| any(&place, here)),
        Tok::String(text) => string(&place, here, text).or_else(|| any(&place, here)),
        Tok::Sign(kind) => sign(&place, here, kind).or_else(|| any(&place, here)),
        Tok::Method(zone) if place.last() == Some(Tok::Keyword(Keyword::Zone)) => Some(Advice::edit(
            "the name of a zone stands in quotes",
            place.replace(here, &format!("\"{zone}\"")),
            Safety::Safe,
        )),
        Tok::Number(_) if place.is_in_braces_behind_in() => {
            Some(Advice::say("a list stands in square brackets: `[1, 2]`"))
        }
        _ => any(&place, here),
    }
}

/// The piece ends, and something is missing.
fn missing(place: &Place<'_, '_>) -> Option<Advice> {
    if place.expects(".") && place.expects(":") {
        let name = place.last()?.word()?;
        return Some(Advice::say(match name.split_once("__") {
            Some((connector, tool)) => format!("here a tool is named with a dot: `{connector}.{tool}`"),
            None => format!("a tool is named with its connector: `github.{name}`; a tier too: `github:read`"),
        }));
    }
    if place.last() == Some(Tok::Sign(Kind::Comma)) {
        let comma = place.before.last().copied()?;
        return Some(Advice::edit(
            "take the comma out, or name another one",
            place.replace(comma, ""),
            Safety::Guess,
        ));
    }
    if place.expects("string") && place.expects("word") {
        return Some(Advice::say(
            "a value has to follow: a text in quotes, a number, or a name such as `args.owner`",
        ));
    }
    None
}

/// The word for a rule that another language's word stands for.
fn effect(word: &str) -> Option<&'static str> {
    match word {
        "allow" | "allows" | "grant" | "permits" | "can" | "accept" => Some("permit"),
        "deny" | "denies" | "block" | "reject" | "disallow" | "forbids" | "refuse" | "never" => {
            Some("forbid")
        }
        "approve" | "confirm" | "require" | "prompt" => Some("ask"),
        _ => None,
    }
}

fn word(place: &Place<'_, '_>, here: Lexeme<'_>) -> Option<Advice> {
    if place.expects("[") && place.last() == Some(Tok::Sign(Kind::Assign)) {
        return Some(Advice::say(
            "a set stands in square brackets, with what it takes in and lets go of: `[core, \"docs\" except frozen]`",
        ));
    }
    let word = here.tok.word()?;
    let small = word.to_ascii_lowercase();
    let written = |meant: &str| {
        Some(Advice::edit(
            format!("write `{meant}`"),
            place.replace(here, meant),
            Safety::Safe,
        ))
    };
    if word != small && place.expects(&small) && Keyword::find(&small).is_some() {
        return written(&small);
    }
    // A rule is also where the rule before might have gone on.
    let rule = place.expects("permit") || (here.first_of_line && place.start == Start::Rule);
    if let (true, Some(meant)) = (rule, effect(&small)) {
        return written(meant);
    }
    if place.expects("when") && matches!(small.as_str(), "if" | "where" | "while" | "provided") {
        return written("when");
    }
    if place.expects("unless") && small == "except" {
        return written("unless");
    }
    if place.expects("starts_with") {
        let next = place.after.first().and_then(|next| next.tok.word());
        let pair = |meant: &str| {
            let next = place.after.first()?;
            let span = place.context.span(here.start, next.end);
            Some(Advice::edit(
                format!("write `{meant}`"),
                Edit::replace(span, meant),
                Safety::Safe,
            ))
        };
        return match (small.as_str(), next) {
            ("starts" | "begins" | "start", Some("with")) => pair("starts_with"),
            ("ends" | "end", Some("with")) => pair("ends_with"),
            ("startswith" | "begins_with", _) => written("starts_with"),
            ("endswith", _) => written("ends_with"),
            ("includes" | "include" | "contain", _) => written("contains"),
            ("equals" | "eq" | "equal" | "be" | "are", _) => written("is"),
            ("ne" | "neq", _) => written("is not"),
            _ => None,
        };
    }
    if let Some(advice) = breaker(place, &small) {
        return Some(advice);
    }
    if place.start == Start::Step && place.last() == Some(Tok::Keyword(Keyword::Mark)) {
        return Some(Advice::say("marks are given by `given marks NAME, NAME`"));
    }
    if place.expects("and") && here.is(Keyword::When) {
        return Some(Advice::say(
            "a rule has one `when`; join two conditions with `and` or `or`",
        ));
    }
    if here.is(Keyword::Otherwise) && place.start == Start::BreakerPart {
        return written("message");
    }
    if here.is(Keyword::Null) {
        return Some(Advice::say(
            "what was not sent is asked for with `has`: `not has args.thread_ts`",
        ));
    }
    if place.expects("string") && !place.expects("word") {
        return Some(Advice::say(match place.last() {
            Some(Tok::Keyword(Keyword::Test)) => {
                "the title of a test stands in quotes: `test \"merging is refused\" { … }`"
            }
            Some(Tok::Keyword(Keyword::Zone)) => "a zone stands in quotes: `zone \"Europe/Berlin\"`",
            Some(Tok::Keyword(Keyword::Message | Keyword::Otherwise)) => {
                "what is said stands in quotes: `\"Ask a maintainer.\"`"
            }
            Some(Tok::Word(_))
                if place
                    .before
                    .iter()
                    .rev()
                    .nth(1)
                    .is_some_and(|at| at.is_sign(Kind::At)) =>
            {
                "an annotation has a text: `@owner \"team web\"`"
            }
            _ => return None,
        }));
    }
    if place.expects("time") && small.starts_with('t') {
        return Some(Advice::say(
            "a blank stands between date and time: `2026-03-02 12:00`, or with its offset `2026-03-02 12:00+01:00`",
        ));
    }
    None
}

/// What trips a breaker, in other words.
fn breaker(place: &Place<'_, '_>, word: &str) -> Option<Advice> {
    if place.start != Start::BreakerPart {
        return None;
    }
    match (word, place.last().and_then(Tok::word)) {
        ("failures", Some("consecutive" | "successive" | "straight")) => {
            Some(Advice::say("write `5 failures in a row`"))
        }
        ("percent", _) if place.expects("%") => Some(Advice::say("write `50%`")),
        _ if place.expects("%") || (place.expects("at") && !place.expects("trip")) => Some(Advice::say(
            "a share is written `trip at 50% failures among at least 20 calls of github.* per connector within 10m`",
        )),
        _ => None,
    }
}

fn string(place: &Place<'_, '_>, here: Lexeme<'_>, quoted: &str) -> Option<Advice> {
    if place.is_in_braces_behind_in() {
        return Some(Advice::say("a list stands in square brackets: `[\"a\", \"b\"]`"));
    }
    let text = quoted.trim_matches('"');
    let plain = !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '*'));
    if place.wants_a_name() && plain {
        return Some(Advice::edit(
            format!("a name stands without quotes: `{text}`"),
            place.replace(here, text),
            Safety::Safe,
        ));
    }
    if matches!(place.last(), Some(Tok::String(_))) && !place.expects("]") {
        return Some(Advice::say("one text stands here; write both as one"));
    }
    None
}

fn sign(place: &Place<'_, '_>, here: Lexeme<'_>, kind: Kind) -> Option<Advice> {
    let before = place.before.last();
    let touches = |kind: Kind| before.filter(|before| before.is_sign(kind) && before.end == here.start);
    match kind {
        Kind::Greater => {
            let less = touches(Kind::Less)?;
            let span = place.context.span(less.start, here.end);
            Some(Advice::edit(
                "that two values differ is written `is not` or `!=`",
                Edit::replace(span, "!="),
                Safety::Safe,
            ))
        }
        Kind::Assign if touches(Kind::Equal).is_some() => Some(Advice::edit(
            "equality is written `is` or `==`",
            place.replace(here, ""),
            Safety::Safe,
        )),
        Kind::Assign if place.expects(":") => Some(Advice::edit(
            "a value follows its name behind a colon: `owner: \"acme\"`",
            place.replace(here, ":"),
            Safety::Safe,
        )),
        Kind::OpenBracket if place.expects("=") => Some(Advice::edit(
            "a set is written `set NAME = [\"a\", \"b\"]`",
            Edit::before(place.context.span(here.start, here.end), "= "),
            Safety::Safe,
        )),
        Kind::OpenBracket if matches!(before?.tok, Tok::Word(_)) => Some(Advice::say(
            "the parts of a value are named behind a dot: `args.channel_id`",
        )),
        Kind::OpenBrace if place.expects("[") => {
            Some(Advice::say("a list stands in square brackets: `[\"a\", \"b\"]`"))
        }
        Kind::OpenBrace if place.wants_a_name() => Some(Advice::say(match place.last()?.word() {
            Some(item) => format!("a name stands before the brace: `{item} NAME {{ … }}`"),
            None => "a name stands before the brace".to_owned(),
        })),
        Kind::OpenBrace if place.expects("string") && place.last() == Some(Tok::Keyword(Keyword::Test)) => {
            Some(Advice::say(
                "a test has a title: `test \"merging is refused\" { … }`",
            ))
        }
        Kind::OpenParen if place.expects("{") => Some(Advice::say(match place.start {
            Start::Step => "arguments stand in braces, even where there are none: `call github.get_me {}`",
            _ => "what belongs to it stands in braces: `{ … }`",
        })),
        Kind::OpenParen if place.expects("starts_with") => Some(Advice::say(
            "values have no methods; a test of a text is written `args.path starts_with \"docs/\"`",
        )),
        Kind::OpenParen if place.expects("string") => Some(Advice::say(
            "a text stands here without parentheses: `@owner \"team web\"`",
        )),
        Kind::Colon if place.expects("{") => Some(Advice::say(
            "what belongs to it stands in braces, and indentation means nothing: `policy NAME { … }`",
        )),
        Kind::Comma if place.expects(")") => Some(Advice::say(
            "a list stands in square brackets: `x in [\"a\", \"b\"]`",
        )),
        Kind::Comma if place.expects("per") && !place.expects("of") => Some(Advice::say(
            "several selectors stand in braces: `of {github:read, github:write}`",
        )),
        Kind::Comma if place.expects("per") => {
            Some(Advice::say("say whose calls are counted together: `per session`"))
        }
        Kind::DotDot if place.expects("-") => Some(Advice::edit(
            "times are joined by `-`: `09:00-17:00`; `..` joins days",
            place.replace(here, "-"),
            Safety::Safe,
        )),
        _ => None,
    }
}

/// Advice that hangs on what was expected more than on what is there.
fn any(place: &Place<'_, '_>, here: Lexeme<'_>) -> Option<Advice> {
    let found = describe(here.tok)?;
    if place.expects("duration") {
        return Some(Advice::say(
            "a length of time is a number and a letter: `30s`, `10m`, `2h`, `1d`",
        ));
    }
    let begins_a_limit = (place.expects("most") || place.expects("at")) && !place.expects("date");
    if matches!(here.tok, Tok::Number(_)) && begins_a_limit {
        return Some(Advice::say(
            "a limit begins with `at most`: `at most 30 calls of github:write per session within 1h`",
        ));
    }
    let is_value = matches!(here.tok, Tok::String(_) | Tok::Number(_));
    if place.expects(",") && place.expects("]") && is_value {
        return Some(Advice::edit(
            "elements are parted by commas",
            place.comma()?,
            Safety::Safe,
        ));
    }
    let is_name = matches!(here.tok, Tok::Word(_));
    if place.expects(",") && place.expects("as") && is_name && place.before.len() > 1 {
        return Some(Advice::edit(
            "several connectors are parted by commas",
            place.comma()?,
            Safety::Safe,
        ));
    }
    if place.expects(",") && place.expects("except") && place.expects("when") {
        if here.is(Keyword::And) {
            let before = place.before.last()?;
            return Some(Advice::edit(
                "several tools are parted by commas",
                Edit::replace(place.context.span(before.end, here.end), ","),
                Safety::Safe,
            ));
        }
        let dotted = place
            .after
            .first()
            .is_some_and(|next| next.is_sign(Kind::Dot) || next.is_sign(Kind::Colon));
        if is_name && dotted {
            return Some(Advice::edit(
                "several tools are parted by commas",
                place.comma()?,
                Safety::Safe,
            ));
        }
    }
    if place.expects("date") && place.expects("time_range") {
        return Some(Advice::say(format!(
            "{found} is no day and no time: times are written `09:00-17:00`, days `mon..fri`, dates `2026-12-24` or `12-24`"
        )));
    }
    None
}

/// Advice for a word or a sign with which no item begins.
pub(super) fn item(context: &Context, first: Lexeme<'_>) -> Option<Advice> {
    let written = |meant: &str| {
        Some(Advice::edit(
            format!("write `{meant}`"),
            Edit::replace(context.span(first.start, first.end), meant),
            Safety::Guess,
        ))
    };
    match first.tok {
        Tok::Sign(Kind::OpenBrace | Kind::OpenBracket) => Some(Advice::say(
            "this looks like JSON; a policy is written `policy reading { permit github:read }`",
        )),
        Tok::Sign(Kind::Semicolon) => Some(Advice::say("nothing ends with a semicolon here; take it out")),
        Tok::Word(word) | Tok::Method(word) => match word.to_ascii_lowercase().as_str() {
            "import" | "include" | "require" | "load" | "using" => written("use"),
            "let" | "const" | "var" | "list" | "enum" | "define" => written("set"),
            "timezone" | "tz" => written("zone"),
            "calendar" | "hours" => written("schedule"),
            "rule" | "rules" | "group" => written("policy"),
            "allow" | "deny" | "block" | "when" | "if" => Some(Advice::say(
                "rules stand in a policy: `policy NAME { permit … when … }`",
            )),
            "package" | "default" => Some(Advice::say(
                "what no rule permits is denied, so nothing has to be declared; begin with `use github` and a `policy`",
            )),
            "def" | "fn" | "func" | "function" | "class" => {
                Some(Advice::say("there are no functions; a rule stands in a `policy`"))
            }
            _ => None,
        },
        _ => None,
    }
}

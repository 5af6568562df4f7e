//! The registry of codes: numbers are explicit, grouped by phase, and never reused.
//!
//! `E01xx` syntax · `E02xx` names · `E03xx` types and rules · `E04xx` connectors, catalogs, lock · `E05xx` time ·
//! `E06xx` artifacts · `E07xx` tests · `W1xxx` lints · `N2xxx` notes. Each has a page in `errors/`, with a bad and a
//! good example that the tests run; `wicket explain CODE` prints it.

use super::Severity;

macro_rules! codes {
    ($($code:ident $title:literal)*) => {
        /// A code of the registry. Its page says what it means and how to mend it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $(#[doc = $title] $code),* }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Self] = &[$(Self::$code),*];

            /// The code as it is printed, `E0101`.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$code => stringify!($code)),* }
            }

            /// What it is about, in a few words.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Self::$code => $title),* }
            }

            /// The page of the code, Markdown.
            #[must_use]
            pub fn page(self) -> &'static str {
                match self { $(Self::$code => include_str!(concat!("../../errors/", stringify!($code), ".md"))),* }
            }
        }
    };
}

codes! {
    E0101 "something else was expected"
    E0102 "a text is not closed"
    E0103 "an escape that does not exist"
    E0104 "a bracket is not closed, or closes nothing"
    E0105 "nested too deeply"
    E0106 "too large"
    E0107 "`and` and `or` mixed without parentheses"
    E0108 "`unless` without parentheses"
    E0109 "no item begins like this"
    E0110 "a date or time that does not exist"
    E0111 "not in this version of the language"
    E0112 "a number or duration that cannot be read"
    E0113 "a character that may not stand here"
    E0114 "an interpolation that cannot be read"
    E0115 "a schedule that could be read in two ways"
    E0116 "no block comments"
    E0117 "a part is missing, or stands twice"
    E0201 "name declared twice"
    E0202 "name is a word of the language"
    E0203 "no such set, schedule or policy"
    E0204 "no such connector"
    E0205 "no such tool"
    E0206 "no such argument"
    E0207 "no such value"
    E0208 "no such function"
    E0240 "a pattern that cannot be used"
    E0241 "no such network"
    E0242 "instants and durations that do not join"
    E0243 "a time that is not one instant"
    E0250 "nothing to look through"
    E0251 "name of an element that is taken"
    E0252 "a set of too many elements"
    E0253 "no such field of an element"
    E0260 "a path that is not exact"
    E0261 "no path where one is wanted"
    E0262 "no part of an address"
    E0263 "no network where one is wanted"
    E0271 "a type of a connector that means nothing"
    E0272 "no such type of a connector"
    E0273 "values of two named types"
    E0274 "result that cannot be read"
    E0301 "never equal"
    E0302 "wrong kind of value"
    E0303 "not a condition"
    E0304 "word that does not belong to this rule"
    E0305 "value that may not stand in a message"
    E0306 "message too long"
    E0308 "bare word that stands for nothing"
    E0309 "resource of another connector"
    E0310 "number that cannot be kept exactly"
    E0311 "set that cannot be built"
    E0312 "too many values on one tool"
    E0313 "breaker that cannot count"
    E0330 "`ask` with terms that mean nothing"
    E0331 "`ask` that no permit can follow"
    E0332 "no such group"
    E0333 "directory that means nothing"
    E0334 "callers that are nobody"
    E0335 "permit by what a client says of itself"
    E0336 "account that cannot be used"
    E0340 "limit that cannot count"
    E0341 "this cannot be counted"
    E0342 "history that does not end"
    E0343 "track read as something else"
    E0344 "no such mark"
    E0345 "a call does not end like this"
    E0346 "something else than failures per connector"
    E0347 "outcome of what has none"
    E0348 "breaker on something else than a track"
    E0349 "share that means nothing"
    E0350 "row of something else than failures"
    E0401 "selector that matches nothing"
    E0402 "catalog that cannot be read"
    E0403 "no such tier"
    E0404 "method that is no tool"
    E0405 "lock that does not agree"
    E0406 "resource declaration that means nothing"
    E0407 "folder that cannot be shared"
    E0408 "no such shared folder"
    E0409 "shared folders in a circle"
    E0410 "connector that is another one to a shared folder"
    E0501 "no such zone"
    E0502 "schedule without zone"
    E0503 "schedule that cannot be asked"
    E0504 "schedule that refers to itself"
    E0505 "second zone in a file"
    E0506 "zone that the caller would choose"
    E0507 "zone that is no text"
    E0508 "schedule in the zones of two attributes"
    E0601 "not an artifact"
    E0602 "artifact cut short"
    E0603 "artifact damaged"
    E0604 "artifact of another version"
    E0605 "artifact unsound"
    E0606 "too costly to judge"
    E0701 "test calls a tool that is not there"
    E0702 "instant that cannot be told"
    E0703 "nothing of this name decides"
    E0704 "call and expectation do not belong together"
    E0705 "`then` after several cases"
    E0706 "test gives something that nothing reads"
    E0707 "test gives a value of another type"
    E0708 "table that cannot be read"
    E0709 "fixture that cannot be used"
    E0710 "no time to go on from"
    E0711 "no such class"
    W1001 "declared and not used"
    W1002 "an `otherwise` that is never said"
    W1003 "a `forbid` that does not say why"
    W1004 "an `only when` without `otherwise`"
    W1005 "what destroys is permitted without condition"
    W1006 "an element that stands twice"
    W1007 "a list of one element"
    W1008 "a `like` that takes one text only"
    W1009 "a `like` that takes every text"
    W1010 "a selector that adds no tool"
    W1011 "a condition that is never true"
    W1012 "a condition that is never false"
    W1013 "a part of a condition that changes nothing"
    W1014 "a rule that adds nothing"
    W1015 "a rule all of which is forbidden"
    W1016 "a schedule that is never open"
    W1017 "a schedule that is always open"
    W1018 "a breaker that cannot trip"
    W1019 "a limit that stops nothing"
    W1020 "a path that `..` leads out of"
    W1021 "a command that begins so and goes on"
    W1022 "a name that is not whole"
    W1023 "a negation of what need not be sent"
    W1024 "capitals beside `lower`"
    W1025 "a list that the connector's rule of case does not reach"
    W1026 "a message that is cut"
    W1027 "a policy that no test touches"
    W1028 "two policies of the same meaning"
    W1029 "a blank at the end of a text"
    W1030 "elements that differ in capitals only"
    W1031 "no address of a member"
    W1032 "an approval that lasts for weeks"
    W1033 "a breaker or a limit that does not say why"
    W1034 "a test that is there already"
    W1035 "a zone that nothing uses"
    W1036 "a message with a gap that may stay empty"
    W1037 "an annotation that is nearly another"
    W1038 "an `all` that an empty list satisfies"
    W1039 "an expired date"
    W1040 "a date that expires soon"
    W1041 "a breaker that stops other connectors than it counts"
    W1042 "a breaker by a key that what it stops does not have"
    W1043 "a breaker that opens again as soon as it closes"
    W1044 "a share that one failure is enough for"
    W1046 "a schedule that newer zone data moves"
    W1050 "an `except` that takes nothing away"
    W1051 "a set of which nothing is left"
    W1056 "a `*` that stands for itself"
    W1057 "a permit of a tool in no tier"
    N2001 "rule reads a resource that not every tool has"
    N2002 "zone whose rules changed lately"
}

impl Code {
    /// How bad what it names is, by its first letter: `E` an error, `W` a warning, `N` a note.
    #[must_use]
    pub fn severity(self) -> Severity {
        match self.name().as_bytes().first() {
            Some(b'W') => Severity::Warning,
            Some(b'N') => Severity::Note,
            _ => Severity::Error,
        }
    }

    /// The code named `name`, in any case.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|code| code.name().eq_ignore_ascii_case(name))
    }
}

//! Lints: what is allowed and most likely not meant. They speak about meaning, never about layout.
//!
//! They look at bundles without errors only: where something could not be read, much would look unused. One lint, one
//! file; its page in `errors/` has an example that the tests run. An author who means it writes `@allow "W1010"` before
//! the item.

mod allow;
mod analysis;
mod annotation;
mod blanks;
mod capitals_beside_lower;
mod case_twins;
mod context;
mod covered_selector;
mod domain;
mod elsewhere;
mod empty_gap;
mod empty_list;
mod ending;
mod expired;
mod expires_soon;
mod facts;
mod forbid_without_message;
mod free_text;
mod half_name;
mod idle_breaker;
mod idle_except;
mod idle_limit;
mod idle_zone;
mod implied;
mod like;
mod list_of_one;
mod long_ask;
mod long_message;
mod moved;
mod negated_missing;
mod never_false;
mod never_open;
mod never_shut;
mod never_true;
mod no_email;
mod no_key;
mod nothing_left;
mod only_when_without_otherwise;
mod open_destruction;
mod opening;
mod overruled;
mod path_escape;
mod pieces;
mod repeated_element;
mod reopens;
mod same_policy;
mod same_test;
mod silent_bound;
mod small_share;
mod spare_part;
mod standing;
mod star_in_text;
mod unclassified;
mod unreachable_otherwise;
mod untested;
mod unused;
mod without_case_rule;

use std::collections::BTreeMap;

use crate::check::{Again, Checked};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::Bundle;
use crate::source::{FileId, Sources};
use crate::syntax::ast;
use crate::value::Instant;
use context::Context;
use pieces::Pieces;

/// All that the lints find in a bundle that was checked and has no error. What has expired is told of an instant; without
/// one nothing has.
#[must_use]
pub fn lint(
    sources: &Sources,
    files: &BTreeMap<FileId, ast::File>,
    checked: &Checked,
    at: Option<Instant>,
) -> Vec<Diagnostic> {
    let mut again = Again::new(sources, files, checked);
    let pieces = Pieces::new(files, checked, &mut again);
    let bundle = again.into_bundle();
    let context = Context::new(sources, files, checked, &bundle, at);
    let mut found = unused::lint(files);
    found.extend(unreachable_otherwise::lint(files, &checked.bundle));
    for lint in LINTS {
        found.extend(lint(&context));
    }
    for lint in LINTS_OF_PARTS {
        found.extend(lint(&context, &pieces));
    }
    allow::silence(&context, &mut found);
    found
}

/// The schedules that are open at other instants, from `at` on, than they are in the bundle that is in force, because
/// its zone data is older.
#[must_use]
pub fn moved(
    sources: &Sources,
    files: &BTreeMap<FileId, ast::File>,
    checked: &Checked,
    in_force: &Bundle,
    at: Instant,
) -> Vec<Diagnostic> {
    let context = Context::new(sources, files, checked, &checked.bundle, Some(at));
    let mut found = moved::lint(&context, in_force);
    allow::silence(&context, &mut found);
    // What is wrong with an `@allow` is said by the lints.
    found.retain(|found| found.code == Code::W1046);
    found
}

/// The lints that read the same things.
const LINTS: &[fn(&Context<'_>) -> Vec<Diagnostic>] = &[
    annotation::lint,
    blanks::lint,
    capitals_beside_lower::lint,
    case_twins::lint,
    covered_selector::lint,
    elsewhere::lint,
    empty_gap::lint,
    empty_list::lint,
    expired::lint,
    expires_soon::lint,
    forbid_without_message::lint,
    free_text::lint,
    half_name::lint,
    idle_breaker::lint,
    idle_except::lint,
    idle_limit::lint,
    idle_zone::lint,
    implied::lint,
    like::lint,
    list_of_one::lint,
    long_ask::lint,
    long_message::lint,
    negated_missing::lint,
    never_open::lint,
    never_shut::lint,
    no_email::lint,
    no_key::lint,
    nothing_left::lint,
    only_when_without_otherwise::lint,
    open_destruction::lint,
    overruled::lint,
    path_escape::lint,
    repeated_element::lint,
    reopens::lint,
    same_policy::lint,
    same_test::lint,
    silent_bound::lint,
    small_share::lint,
    star_in_text::lint,
    unclassified::lint,
    untested::lint,
    without_case_rule::lint,
];

/// The lints that look at parts of conditions as well.
const LINTS_OF_PARTS: &[fn(&Context<'_>, &Pieces) -> Vec<Diagnostic>] =
    &[never_true::lint, never_false::lint, spare_part::lint];

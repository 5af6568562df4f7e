//! The instant that a test means by a date and a time.

use crate::calendar::Zone;
use crate::check;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::Bundle;
use crate::syntax::ast::Moment;
use crate::value::Instant;

/// The instant of `moment`: by its own offset, or in the zone of its file.
pub(super) fn instant(
    bundle: &Bundle,
    zone: Option<&str>,
    moment: &Moment,
) -> Result<Instant, Box<Diagnostic>> {
    let zone: Option<&Zone> =
        zone.and_then(|name| bundle.calendar.zones.iter().find(|zone| zone.name() == name));
    check::instant(Code::E0702, zone, moment)
}

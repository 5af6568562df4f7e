//! What a calendar that was read from bytes must be asked once, so that nothing behind it has to doubt.

use thiserror::Error;

use super::evaluate::earlier;
use super::schedule::{Expression, MAX_DEPTH};
use super::{Calendar, ScheduleId, ZoneId};

/// How many windows, with everything that is referred to, one schedule may come to. Schedules that refer twice to one
/// that refers twice to another would otherwise take for ever to ask.
pub const MAX_COST: usize = 4096;

/// Why a calendar is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unsound {
    /// The zones that an attribute can name are not in order.
    #[error("the zones that an attribute can name are out of order")]
    Atlas,
    /// The transitions of the zone of this name are out of order, or mean no offset.
    #[error("the table of zone `{0}` is broken")]
    Zone(String),
    /// The schedule at this place names a zone that the calendar does not have.
    #[error("schedule {0} has no zone")]
    NoZone(u32),
    /// The schedule at this place refers to itself or to a later one, so that it might never end.
    #[error("schedule {0} refers to one that does not stand before it")]
    Reference(u32),
    /// The schedule at this place has days or times with a [`Problem`](super::Problem).
    #[error("schedule {0} has a window that means nothing")]
    Window(u32),
    /// The schedule at this place comes to more than [`MAX_COST`] windows, those that it refers to included.
    #[error("schedule {0} comes to more than {MAX_COST} windows")]
    TooLarge(u32),
    /// The schedule at this place nests deeper than [`MAX_DEPTH`], those that it refers to included.
    #[error("schedule {0} nests deeper than {MAX_DEPTH}")]
    TooDeep(u32),
}

#[derive(Clone, Copy)]
struct Size {
    cost: usize,
    depth: usize,
}

impl Calendar {
    /// Checks everything that the functions of this module rely on: sound zone tables, references that lead backward,
    /// windows that mean something, bounds on size and depth. What the checker builds passes where each part had no
    /// [`problem`](super::Days::problem), but for the bounds.
    pub fn verify(&self) -> Result<(), Unsound> {
        for zone in self.zones.iter().chain(&self.atlas) {
            if !zone.is_sound() {
                return Err(Unsound::Zone(zone.name().to_owned()));
            }
        }
        if !self.atlas.is_sorted_by(|a, b| a.name() < b.name()) {
            return Err(Unsound::Atlas);
        }
        self.verify_schedules()
    }

    /// The same of the schedules alone: the checker asks after each that it adds.
    pub(crate) fn verify_schedules(&self) -> Result<(), Unsound> {
        let mut sizes: Vec<Size> = Vec::with_capacity(self.schedules.len());
        for (id, schedule) in (0_u32..).zip(&self.schedules) {
            if schedule.zone != ZoneId::GIVEN && self.zone(schedule.zone).is_none() {
                return Err(Unsound::NoZone(id));
            }
            sizes.push(size(ScheduleId(id), &schedule.expression, &sizes, 0)?);
        }
        Ok(())
    }
}

fn size(owner: ScheduleId, expression: &Expression, sizes: &[Size], above: usize) -> Result<Size, Unsound> {
    if above > MAX_DEPTH {
        return Err(Unsound::TooDeep(owner.0));
    }
    let of = |part: &Expression| size(owner, part, sizes, above + 1);
    let size = match expression {
        Expression::Windows { days, times } => {
            if Expression::windows_problem(days, times).is_some() {
                return Err(Unsound::Window(owner.0));
            }
            Size {
                cost: days.len().max(1).saturating_mul(times.len().max(1)),
                depth: above,
            }
        }
        Expression::Schedule(id) => {
            let referred = earlier(owner, *id).and_then(|id| sizes.get(usize::try_from(id.0).ok()?));
            let referred = referred.ok_or(Unsound::Reference(owner.0))?;
            Size {
                cost: referred.cost,
                depth: above + 1 + referred.depth,
            }
        }
        Expression::Union(parts) | Expression::Intersection(parts) => {
            let mut all = Size {
                cost: 1,
                depth: above,
            };
            for part in parts {
                all = all.and(of(part)?);
            }
            all
        }
        Expression::Except(from, without) => of(from)?.and(of(without)?),
    };
    if size.cost > MAX_COST {
        Err(Unsound::TooLarge(owner.0))
    } else if size.depth > MAX_DEPTH {
        Err(Unsound::TooDeep(owner.0))
    } else {
        Ok(size)
    }
}

impl Size {
    fn and(self, other: Size) -> Size {
        Size {
            cost: self.cost.saturating_add(other.cost),
            depth: self.depth.max(other.depth),
        }
    }
}

//! Zones and schedules: sets of instants, to the minute.

//! The doors to time and chance.

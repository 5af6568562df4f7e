//! The reference interpreter of the typed IR.

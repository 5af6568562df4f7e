//! The pure core: who may call what, now.

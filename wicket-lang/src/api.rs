//! The façade for embedders.

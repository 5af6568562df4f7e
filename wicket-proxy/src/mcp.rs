//! Protocol messages, without IO.

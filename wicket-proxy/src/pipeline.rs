//! A request's whole life on one screen.

//! Forwards a permitted call.

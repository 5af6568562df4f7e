//! A bundle as bytes.

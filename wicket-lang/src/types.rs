//! Types, and the schema of arguments.

//! JSON read strictly, and written canonically (RFC 8785).

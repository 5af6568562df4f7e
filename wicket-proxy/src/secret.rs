//! Digests, sealing keys, redaction.

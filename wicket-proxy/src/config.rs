//! File to configuration, one section per file.

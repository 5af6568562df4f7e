//! The MCP endpoint, and the mapping of errors.

//! Pinned tool catalogs, the connectors that ship with Wicket, and the lock.

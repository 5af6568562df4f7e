-- The first schema. Everything that belongs to an agent carries the agent first in its key, so that the same tables
-- can be partitioned by agent where that is needed.

-- Facts about this database itself.
CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value ANY NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE agents (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  name    TEXT NOT NULL UNIQUE,
  status  TEXT NOT NULL CHECK (status IN ('active', 'disabled')),
  trusted INTEGER NOT NULL CHECK (trusted IN (0, 1)),
  tags    TEXT NOT NULL,               -- JSON array of strings
  created INTEGER NOT NULL             -- milliseconds since 1970, here and below
) STRICT;

CREATE TABLE people (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  name    TEXT NOT NULL UNIQUE,        -- an address of mail, or any other name
  created INTEGER NOT NULL
) STRICT;

CREATE TABLE memberships (
  agent   INTEGER NOT NULL REFERENCES agents (id),
  person  INTEGER NOT NULL REFERENCES people (id),
  role    TEXT NOT NULL CHECK (role IN ('owner', 'member')),
  groups  TEXT NOT NULL,               -- JSON array of strings
  status  TEXT NOT NULL CHECK (status IN ('invited', 'approved', 'removed')),
  created INTEGER NOT NULL,
  PRIMARY KEY (agent, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE keys (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  lineage   INTEGER NOT NULL,          -- the first key of those that replaced each other; sessions hang on it
  agent     INTEGER NOT NULL,
  person    INTEGER NOT NULL,
  digest    BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
  sealing   BLOB NOT NULL CHECK (length(sealing) = 32),
  name      TEXT NOT NULL,
  created   INTEGER NOT NULL,
  expires   INTEGER,
  last_used INTEGER,
  revoked   INTEGER,
  FOREIGN KEY (agent, person) REFERENCES memberships (agent, person)
) STRICT;
CREATE INDEX keys_by_member ON keys (agent, person);

CREATE TABLE artifacts (
  digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
  bytes  BLOB NOT NULL
) STRICT;

-- A digest seen before keeps its version.
CREATE TABLE policy_versions (
  agent   INTEGER NOT NULL REFERENCES agents (id),
  name    TEXT NOT NULL,
  digest  BLOB NOT NULL CHECK (length(digest) = 32),
  version INTEGER NOT NULL,
  PRIMARY KEY (agent, name, digest),
  UNIQUE (agent, name, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE publications (
  agent    INTEGER NOT NULL REFERENCES agents (id),
  epoch    INTEGER NOT NULL,
  person   INTEGER,                    -- the member whose set this is, of an untrusted agent
  artifact BLOB NOT NULL REFERENCES artifacts (digest),
  policies TEXT NOT NULL,              -- JSON array of {name, version, digest}
  switches TEXT NOT NULL,              -- JSON object: item to mode, for items that are not simply on
  author   TEXT NOT NULL,
  reason   TEXT NOT NULL,
  created  INTEGER NOT NULL,
  PRIMARY KEY (agent, epoch)
) STRICT, WITHOUT ROWID;
CREATE INDEX publications_current ON publications (agent, person, epoch);

-- What was last published for every agent: a new agent starts with it.
CREATE TABLE baseline (
  one      INTEGER PRIMARY KEY CHECK (one = 1),
  artifact BLOB NOT NULL REFERENCES artifacts (digest),
  policies TEXT NOT NULL,              -- JSON array of {name, digest}
  switches TEXT NOT NULL
) STRICT;

CREATE TABLE sessions (
  agent     INTEGER NOT NULL REFERENCES agents (id),
  lineage   INTEGER NOT NULL,
  id        TEXT NOT NULL UNIQUE,
  key       INTEGER NOT NULL REFERENCES keys (id),
  state     TEXT NOT NULL,             -- JSON; counters keyed by name and digest of their meaning
  started   INTEGER NOT NULL,
  last_call INTEGER NOT NULL,
  PRIMARY KEY (agent, lineage)
) STRICT;

CREATE TABLE records (
  seq      INTEGER PRIMARY KEY,
  kind     TEXT NOT NULL CHECK (kind IN ('intent', 'denied', 'outcome', 'admin', 'publication')),
  call     TEXT,
  body     TEXT NOT NULL,
  digest   BLOB NOT NULL CHECK (length(digest) = 32),
  -- What follows is derived from the body, for searching only.
  time     INTEGER NOT NULL,
  agent    TEXT,
  member   TEXT,
  session  TEXT,
  service  TEXT,
  tool     TEXT,
  decision TEXT,
  reason   TEXT
) STRICT;
CREATE INDEX records_by_agent ON records (agent, seq);
CREATE TRIGGER records_are_not_changed BEFORE UPDATE ON records
BEGIN
  SELECT RAISE (ABORT, 'records are only ever added');
END;
CREATE TRIGGER records_are_not_deleted BEFORE DELETE ON records
BEGIN
  SELECT RAISE (ABORT, 'records are only ever added');
END;

-- Intents whose outcome is not recorded yet. Small, so that a start finds what was lost without reading the records.
CREATE TABLE open_calls (
  call TEXT PRIMARY KEY,
  seq  INTEGER NOT NULL REFERENCES records (seq)
) STRICT, WITHOUT ROWID;

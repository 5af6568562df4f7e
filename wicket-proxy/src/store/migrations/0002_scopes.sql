-- What is remembered beyond a session: of a member, of an agent, of a connector, of a conversation.
CREATE TABLE scopes (
  agent  INTEGER NOT NULL REFERENCES agents (id),
  kind   TEXT NOT NULL CHECK (kind IN ('conversation', 'member', 'agent', 'connector')),
  key    TEXT NOT NULL,               -- of a conversation the first key of its member, and a digest of its name
  state  TEXT NOT NULL,               -- JSON, in the language's own form
  latest INTEGER NOT NULL,            -- the instant of its latest step, before which no other may be
  PRIMARY KEY (agent, kind, key)
) STRICT, WITHOUT ROWID;

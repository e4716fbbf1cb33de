-- What the program itself must remember.

-- One row per game day. `owner` says which process runs it, so that a restart can tell what was cut off.
CREATE TABLE runs (
  id          TEXT PRIMARY KEY NOT NULL CHECK (id GLOB '????????-????-????-????-????????????'),
  scenario    TEXT NOT NULL,
  institution TEXT,
  state       TEXT NOT NULL CHECK (state IN ('running', 'passed', 'failed', 'error', 'aborted')),
  started_at  TEXT NOT NULL,
  ended_at    TEXT,
  owner       TEXT NOT NULL,
  journal     TEXT NOT NULL DEFAULT '',
  note        TEXT NOT NULL DEFAULT '',
  CHECK ((state = 'running') = (ended_at IS NULL))
) STRICT;
CREATE INDEX idx_runs_started ON runs (started_at DESC);

-- Who did what and why. Append-only; each row carries the hash of the one before, and no two may follow the same one.
CREATE TABLE audit (
  number        INTEGER PRIMARY KEY,
  id            TEXT NOT NULL UNIQUE CHECK (id GLOB '????????-????-????-????-????????????'),
  at            TEXT NOT NULL,
  actor         TEXT NOT NULL,
  action        TEXT NOT NULL,
  reason        TEXT NOT NULL,
  scope         TEXT NOT NULL,
  lease         TEXT NOT NULL,
  result        TEXT NOT NULL,
  previous_hash TEXT NOT NULL UNIQUE,
  hash          TEXT NOT NULL UNIQUE
) STRICT;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;

-- Notifications, committed together with the incident they tell of.
CREATE TABLE outbox (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  incident_id     TEXT REFERENCES banking_incidents (id),
  channel         TEXT NOT NULL,
  kind            TEXT NOT NULL,
  payload         TEXT NOT NULL,
  dedup_key       TEXT NOT NULL UNIQUE,
  created_at      TEXT NOT NULL,
  next_attempt_at TEXT NOT NULL,
  attempts        INTEGER NOT NULL DEFAULT 0,
  leased_until    TEXT,
  accepted_at     TEXT,
  failed_at       TEXT,
  last_error      TEXT,
  CHECK (accepted_at IS NULL OR failed_at IS NULL)
) STRICT;
CREATE INDEX idx_outbox_due ON outbox (next_attempt_at) WHERE accepted_at IS NULL AND failed_at IS NULL;
CREATE INDEX idx_outbox_incident ON outbox (incident_id, channel, id);

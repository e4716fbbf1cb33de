-- What the program itself must remember.

-- One row per game day. `owner` says which process runs it, so that a restart can tell what was cut off.
CREATE TABLE runs (
  id          UUID PRIMARY KEY NOT NULL,
  scenario    TEXT NOT NULL,
  institution TEXT,
  state       TEXT NOT NULL CHECK (state IN ('running', 'passed', 'failed', 'error', 'aborted')),
  started_at  TIMESTAMPTZ NOT NULL,
  ended_at    TIMESTAMPTZ,
  owner       TEXT NOT NULL,
  journal     TEXT NOT NULL DEFAULT '',
  note        TEXT NOT NULL DEFAULT '',
  CHECK ((state = 'running') = (ended_at IS NULL))
);
CREATE INDEX idx_runs_started ON runs (started_at DESC);

-- Who did what and why. Append-only; each row carries the hash of the one before, and no two may follow the same one.
CREATE TABLE audit (
  number        BIGINT PRIMARY KEY,
  id            UUID NOT NULL UNIQUE,
  at            TIMESTAMPTZ NOT NULL,
  actor         TEXT NOT NULL,
  action        TEXT NOT NULL,
  reason        TEXT NOT NULL,
  scope         TEXT NOT NULL,
  lease         TEXT NOT NULL,
  result        TEXT NOT NULL,
  previous_hash TEXT NOT NULL UNIQUE,
  hash          TEXT NOT NULL UNIQUE
);
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit is append-only';
END $$;
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit
  FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();

-- Notifications, committed together with the incident they tell of.
CREATE TABLE outbox (
  id              BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  incident_id     UUID REFERENCES banking_incidents (id),
  channel         TEXT NOT NULL,
  kind            TEXT NOT NULL,
  payload         TEXT NOT NULL,
  dedup_key       TEXT NOT NULL UNIQUE,
  created_at      TIMESTAMPTZ NOT NULL,
  next_attempt_at TIMESTAMPTZ NOT NULL,
  attempts        INTEGER NOT NULL DEFAULT 0,
  leased_until    TIMESTAMPTZ,
  accepted_at     TIMESTAMPTZ,
  failed_at       TIMESTAMPTZ,
  last_error      TEXT,
  CHECK (accepted_at IS NULL OR failed_at IS NULL)
);
CREATE INDEX idx_outbox_due ON outbox (next_attempt_at) WHERE accepted_at IS NULL AND failed_at IS NULL;
CREATE INDEX idx_outbox_incident ON outbox (incident_id, channel, id);

-- What the mission's table of incidents has no column for, and what the monitor must know again after a restart.

CREATE TABLE incident_details (
  incident_id     UUID PRIMARY KEY NOT NULL REFERENCES banking_incidents (id),
  number          BIGINT NOT NULL,
  detected_at     TIMESTAMPTZ NOT NULL,
  detected_by     TEXT NOT NULL,
  alerted_at      TIMESTAMPTZ,
  acknowledged_at TIMESTAMPTZ,
  acknowledged_by TEXT,
  closed_at       TIMESTAMPTZ,
  closed_by       TEXT,
  run             TEXT,
  state           JSONB NOT NULL
);
CREATE INDEX idx_incident_details_detected ON incident_details (detected_at DESC);

-- Append-only: what was said of an incident while it lasted and after.
CREATE TABLE incident_notes (
  incident_id UUID NOT NULL REFERENCES banking_incidents (id),
  number      BIGINT NOT NULL,
  at          TIMESTAMPTZ NOT NULL,
  author      TEXT NOT NULL,
  text        TEXT NOT NULL,
  PRIMARY KEY (incident_id, number)
);

-- Alert states and silences, one row each: "alert/itau/errors_high", "silence/…".
CREATE TABLE monitor_state (
  key      TEXT PRIMARY KEY NOT NULL,
  value    JSONB NOT NULL,
  saved_at TIMESTAMPTZ NOT NULL
);

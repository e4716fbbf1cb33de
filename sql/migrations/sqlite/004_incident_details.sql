-- What the mission's table of incidents has no column for, and what the monitor must know again after a restart.

CREATE TABLE incident_details (
  incident_id     TEXT PRIMARY KEY NOT NULL REFERENCES banking_incidents (id),
  number          INTEGER NOT NULL,
  detected_at     TEXT NOT NULL,
  detected_by     TEXT NOT NULL,
  alerted_at      TEXT,
  acknowledged_at TEXT,
  acknowledged_by TEXT,
  closed_at       TEXT,
  closed_by       TEXT,
  run             TEXT,
  state           TEXT NOT NULL CHECK (json_valid(state))
) STRICT;
CREATE INDEX idx_incident_details_detected ON incident_details (detected_at DESC);

-- Append-only: what was said of an incident while it lasted and after.
CREATE TABLE incident_notes (
  incident_id TEXT NOT NULL REFERENCES banking_incidents (id),
  number      INTEGER NOT NULL,
  at          TEXT NOT NULL,
  author      TEXT NOT NULL,
  text        TEXT NOT NULL,
  PRIMARY KEY (incident_id, number)
) STRICT, WITHOUT ROWID;

-- Alert states and silences, one row each: "alert/itau/errors_high", "silence/…".
CREATE TABLE monitor_state (
  key      TEXT PRIMARY KEY NOT NULL,
  value    TEXT NOT NULL CHECK (json_valid(value)),
  saved_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

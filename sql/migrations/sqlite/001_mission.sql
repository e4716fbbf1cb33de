-- The three tables and two indexes of the mission with the nearest SQLite types: UUID, TIMESTAMPTZ (ISO 8601, UTC,
-- milliseconds, so that text sorts like time) and JSONB are TEXT, DECIMAL(10,4) is REAL. STRICT and the added CHECKs
-- refuse what PostgreSQL's types refuse.

CREATE TABLE banking_connector_metrics (
  id             TEXT PRIMARY KEY NOT NULL DEFAULT (lower(
    hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' ||
    substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))
    CHECK (id GLOB '????????-????-????-????-????????????'),
  institution_id TEXT NOT NULL,
  metric_type    TEXT NOT NULL CHECK (metric_type IN ('success_rate', 'latency', 'error_rate', 'uptime')),
  metric_value   REAL NOT NULL CHECK (metric_value BETWEEN -999999.9999 AND 999999.9999),
  timestamp      TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  metadata       TEXT CHECK (metadata IS NULL OR json_valid(metadata))
) STRICT;

CREATE TABLE banking_incidents (
  id                   TEXT PRIMARY KEY NOT NULL DEFAULT (lower(
    hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' ||
    substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))
    CHECK (id GLOB '????????-????-????-????-????????????'),
  institution_id       TEXT NOT NULL,
  incident_type        TEXT NOT NULL,
  severity             TEXT CHECK (severity IN ('low', 'medium', 'high', 'critical')),
  status               TEXT DEFAULT 'open' CHECK (status IN ('open', 'investigating', 'resolved', 'closed')),
  description          TEXT NOT NULL,
  started_at           TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  resolved_at          TEXT,
  resolution_notes     TEXT,
  affected_users_count INTEGER DEFAULT 0,
  created_by           TEXT,
  assigned_to          TEXT
) STRICT;

CREATE TABLE chaos_test_results (
  id               TEXT PRIMARY KEY NOT NULL DEFAULT (lower(
    hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' ||
    substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))
    CHECK (id GLOB '????????-????-????-????-????????????'),
  test_name        TEXT NOT NULL,
  institution_id   TEXT,
  test_type        TEXT NOT NULL,
  status           TEXT CHECK (status IN ('passed', 'failed', 'error')),
  duration_ms      INTEGER,
  recovery_time_ms INTEGER,
  details          TEXT CHECK (details IS NULL OR json_valid(details)),
  executed_at      TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) STRICT;

CREATE INDEX idx_banking_metrics_institution_time ON banking_connector_metrics (institution_id, timestamp DESC);
CREATE INDEX idx_incidents_status_severity ON banking_incidents (status, severity, started_at DESC);

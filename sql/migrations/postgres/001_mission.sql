-- The three tables and two indexes of the mission, exactly.

CREATE TABLE banking_connector_metrics (
  id             UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  institution_id TEXT NOT NULL,
  metric_type    TEXT NOT NULL CHECK (metric_type IN ('success_rate', 'latency', 'error_rate', 'uptime')),
  metric_value   DECIMAL(10,4) NOT NULL,
  timestamp      TIMESTAMPTZ DEFAULT now(),
  metadata       JSONB
);

CREATE TABLE banking_incidents (
  id                   UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  institution_id       TEXT NOT NULL,
  incident_type        TEXT NOT NULL,
  severity             TEXT CHECK (severity IN ('low', 'medium', 'high', 'critical')),
  status               TEXT DEFAULT 'open' CHECK (status IN ('open', 'investigating', 'resolved', 'closed')),
  description          TEXT NOT NULL,
  started_at           TIMESTAMPTZ DEFAULT now(),
  resolved_at          TIMESTAMPTZ,
  resolution_notes     TEXT,
  affected_users_count INTEGER DEFAULT 0,
  created_by           TEXT,
  assigned_to          TEXT
);

CREATE TABLE chaos_test_results (
  id               UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  test_name        TEXT NOT NULL,
  institution_id   TEXT,
  test_type        TEXT NOT NULL,
  status           TEXT CHECK (status IN ('passed', 'failed', 'error')),
  duration_ms      INTEGER,
  recovery_time_ms INTEGER,
  details          JSONB,
  executed_at      TIMESTAMPTZ DEFAULT now()
);

CREATE INDEX idx_banking_metrics_institution_time ON banking_connector_metrics (institution_id, timestamp DESC);
CREATE INDEX idx_incidents_status_severity ON banking_incidents (status, severity, started_at DESC);

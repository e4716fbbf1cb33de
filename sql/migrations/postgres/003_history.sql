-- What passed, in buckets of time, and the maintenance that is not held against a bank.

-- One row per institution, operation and bucket. A minute is written once by the process (`writer`) that counted it;
-- hours and days are sums of minutes, and `rolled` says which minutes are in them. `latencies` is a sketch in Base64:
-- sketches merge, percentiles are never averaged.
CREATE TABLE traffic_history (
  institution_id    TEXT NOT NULL,
  grain             TEXT NOT NULL CHECK (grain IN ('minute', 'hour', 'day')),
  began_at          TIMESTAMPTZ NOT NULL,
  operation         TEXT NOT NULL,
  writer            TEXT NOT NULL DEFAULT '',
  good              BIGINT NOT NULL,
  bad               BIGINT NOT NULL,
  neither           BIGINT NOT NULL,
  injected_bad      BIGINT NOT NULL,
  platform          BIGINT NOT NULL,
  injected_platform BIGINT NOT NULL,
  bank_bad          BIGINT NOT NULL,
  probes_good       BIGINT NOT NULL DEFAULT 0,
  probes_bad        BIGINT NOT NULL DEFAULT 0,
  outcomes          JSONB NOT NULL,
  latencies         TEXT NOT NULL,
  rolled            INTEGER NOT NULL DEFAULT 0 CHECK (rolled IN (0, 1)),
  -- Sums are read from the key alone, without touching the sketches.
  PRIMARY KEY (institution_id, grain, began_at, operation, writer)
    INCLUDE (good, bad, injected_bad, platform, injected_platform, bank_bad, probes_good, probes_bad)
);
CREATE INDEX idx_traffic_history_age ON traffic_history (grain, began_at, institution_id);
CREATE INDEX idx_traffic_history_unrolled ON traffic_history (began_at) WHERE grain = 'minute' AND rolled = 0;

CREATE TABLE maintenance_windows (
  id             UUID PRIMARY KEY,
  institution_id TEXT NOT NULL,
  from_at        TIMESTAMPTZ NOT NULL,
  until_at       TIMESTAMPTZ NOT NULL,
  announced_at   TIMESTAMPTZ NOT NULL,
  reason         TEXT NOT NULL,
  source         TEXT NOT NULL,
  CHECK (until_at > from_at)
);
CREATE INDEX idx_maintenance_windows_until ON maintenance_windows (until_at);

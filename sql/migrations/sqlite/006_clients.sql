-- Who called: {"<client>": [calls, bad], "others": [calls, bad]}. A client is a number that stands for an address and a
-- User-Agent; the busiest of a bucket are named. Rows that were there before know nobody.
ALTER TABLE traffic_history ADD COLUMN clients TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(clients));
-- Minutes of a window are looked for by bank when old ones go.
CREATE INDEX idx_maintenance_windows_bank ON maintenance_windows (institution_id, until_at);

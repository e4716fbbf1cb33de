-- What the receiver called the message it took: Slack's ts, by which later ones edit it and stand under it.
ALTER TABLE outbox ADD COLUMN reference TEXT;

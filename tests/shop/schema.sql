-- The view of tests/shop in PostgreSQL. `./penstock up` runs this at each start.
CREATE TABLE IF NOT EXISTS orders (
  owner text NOT NULL,
  id uuid NOT NULL,
  customer text NOT NULL,
  note text,
  items bigint NOT NULL,
  cents bigint NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (owner, id)
);

-- The table of apply_once(), as docs/postgres.md has it.
CREATE TABLE IF NOT EXISTS penstock_applied (
  topic text NOT NULL,
  partition int NOT NULL,
  record_offset bigint NOT NULL,
  event_id text UNIQUE,
  applied_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (topic, partition, record_offset)
);
CREATE INDEX IF NOT EXISTS penstock_applied_at ON penstock_applied USING brin (applied_at);

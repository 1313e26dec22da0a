-- The view of tests/shop in PostgreSQL.
CREATE TABLE orders (
  owner text NOT NULL,
  id uuid NOT NULL,
  customer text NOT NULL,
  note text,
  items bigint NOT NULL,
  cents bigint NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (owner, id)
);

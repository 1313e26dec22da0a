#!/usr/bin/env bash
# A column of the type timestamp has no zone. A service gives it 12:00 of a zone two hours east of
# UTC, that is 10:00 UTC. psycopg stores 10:00, as the session's zone is UTC. pgx stores 12:00, as
# it leaves the zone away, and pg 05:00, as it writes in the zone of its own process, which
# PostgreSQL leaves away. asyncpg refuses it. In a timestamptz the time is the same by all four.
set -euo pipefail
work=$(mktemp -d)
trap '[[ ! -e data/postmaster.pid ]] ||
  "${as[@]}" "$bin/pg_ctl" stop -s -m immediate -D "$work/data"; rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "psycopg[binary]==3.3.9" asyncpg==0.32.0
npm install --silent --no-audit --no-fund pg@8.23.1
go mod init finding 2> go.log
go get github.com/jackc/pgx/v5@v5.13.0 2>> go.log

# This is Debian's PostgreSQL, which does not run as root.
bin=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin | sort --version-sort | tail -n 1)
as=()
if ((EUID == 0)); then
  chown postgres: "$work"
  as=(setpriv --reuid=postgres --regid=postgres --init-groups)
fi
"${as[@]}" "$bin/initdb" -D "$work/data" --username=ann --auth=trust --no-sync > initdb.log
"${as[@]}" "$bin/pg_ctl" start -s -w -D "$work/data" -l "$work/data/log" \
  -o "-c listen_addresses='' -c timezone=UTC -k $work"

cat > store.py <<'PY'
import asyncio
import datetime
import sys

import asyncpg
import psycopg

AT = datetime.datetime.fromisoformat("2026-03-01T12:00:00+02:00")


async def with_asyncpg():
    connection = await asyncpg.connect(host=sys.argv[1], user="ann", database="postgres")
    for kind in ("timestamp", "timestamptz"):
        try:
            await connection.execute(f"INSERT INTO orders (driver, {kind}) VALUES ('asyncpg', $1)",
                                     AT)
        except asyncpg.DataError:
            pass
    await connection.close()


with psycopg.connect(f"host={sys.argv[1]} user=ann dbname=postgres") as connection:
    connection.execute("CREATE TABLE orders"
                       " (driver text, timestamp timestamp, timestamptz timestamptz)")
    for kind in ("timestamp", "timestamptz"):
        connection.execute(f"INSERT INTO orders (driver, {kind}) VALUES ('psycopg', %s)", (AT,))
asyncio.run(with_asyncpg())
PY
cat > store.cjs <<'JS'
const { Client } = require('pg');

(async () => {
  const client = new Client({ host: process.argv[2], user: 'ann', database: 'postgres' });
  await client.connect();
  for (const kind of ['timestamp', 'timestamptz']) {
    await client.query(`INSERT INTO orders (driver, ${kind}) VALUES ('pg', $1)`,
      [new Date('2026-03-01T12:00:00+02:00')]);
  }
  await client.end();
})();
JS
cat > store.go <<'GO'
package main

import (
	"context"
	"os"
	"time"

	"github.com/jackc/pgx/v5"
)

func main() {
	ctx := context.Background()
	connection, err := pgx.Connect(ctx, "host="+os.Args[1]+" user=ann dbname=postgres")
	if err != nil {
		panic(err)
	}
	defer connection.Close(ctx)
	at, err := time.Parse(time.RFC3339, "2026-03-01T12:00:00+02:00")
	if err != nil {
		panic(err)
	}
	for _, kind := range []string{"timestamp", "timestamptz"} {
		if _, err := connection.Exec(ctx, "INSERT INTO orders (driver, "+kind+
			") VALUES ('pgx', $1)", at); err != nil {
			panic(err)
		}
	}
}
GO
go mod tidy 2>> go.log

venv/bin/python store.py "$work"
TZ=America/New_York node store.cjs "$work"
go run store.go "$work"
seen=$("$bin/psql" --host="$work" --username=ann --dbname=postgres --no-align --tuples-only \
  --command="SELECT driver, max(timestamp), max(timestamptz) FROM orders
             GROUP BY driver ORDER BY driver")
echo "guess: the drivers store the same time, or all refuse it"
echo "seen, psycopg 3.3.9, asyncpg 0.32.0, pgx 5.13.0, pg 8.23.1 with TZ=America/New_York," \
  "PostgreSQL $("$bin/postgres" --version | cut -d ' ' -f 3):"
echo "$seen"
[[ $seen == 'asyncpg||2026-03-01 10:00:00+00
pg|2026-03-01 05:00:00|2026-03-01 10:00:00+00
pgx|2026-03-01 12:00:00|2026-03-01 10:00:00+00
psycopg|2026-03-01 10:00:00|2026-03-01 10:00:00+00' ]] || { echo "This has changed."; exit 1; }

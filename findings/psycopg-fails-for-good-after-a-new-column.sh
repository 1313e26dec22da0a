#!/usr/bin/env bash
# The library psycopg prepares a query by itself when it is run for the sixth time. When a column is
# added while the program runs, `SELECT *` then fails, and not once: psycopg keeps the name of the
# prepared statement, so the query fails on this connection until it is closed. asyncpg prepares
# again. Five runs in a test show nothing.
set -euo pipefail
work=$(mktemp -d)
trap '[[ ! -e data/postmaster.pid ]] ||
  "${as[@]}" "$bin/pg_ctl" stop -s -m immediate -D "$work/data"; rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "psycopg[binary]==3.3.9" asyncpg==0.32.0

# This is Debian's PostgreSQL, which does not run as root.
bin=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin | sort --version-sort | tail -n 1)
as=()
if ((EUID == 0)); then
  chown postgres: "$work"
  as=(setpriv --reuid=postgres --regid=postgres --init-groups)
fi
"${as[@]}" "$bin/initdb" -D "$work/data" --username=ann --auth=trust --no-sync > initdb.log
"${as[@]}" "$bin/pg_ctl" start -s -w -D "$work/data" -l "$work/data/log" \
  -o "-c listen_addresses='' -k $work"

cat > read.py <<'PY'
import asyncio
import sys

import asyncpg
import psycopg

query = "SELECT * FROM orders"


def with_psycopg(runs, admin):
    with psycopg.connect(f"host={sys.argv[1]} user=ann dbname=postgres",
                         autocommit=True) as connection:
        for _ in range(runs):
            connection.execute(query).fetchall()
        admin.execute("ALTER TABLE orders ADD COLUMN more int")
        for _ in range(3):
            try:
                yield f"{len(connection.execute(query).fetchone())} columns"
            except psycopg.errors.FeatureNotSupported as error:
                yield str(error)


async def with_asyncpg(runs, admin):
    connection = await asyncpg.connect(host=sys.argv[1], user="ann", database="postgres")
    for _ in range(runs):
        await connection.fetch(query)
    admin.execute("ALTER TABLE orders ADD COLUMN more int")
    return [f"{len(await connection.fetchrow(query))} columns" for _ in range(3)]


with psycopg.connect(f"host={sys.argv[1]} user=ann dbname=postgres", autocommit=True) as admin:
    for name, runs, read in (
            ("psycopg, 5 runs before", 5, lambda *given: list(with_psycopg(*given))),
            ("psycopg, 6 runs before", 6, lambda *given: list(with_psycopg(*given))),
            ("asyncpg, 6 runs before", 6, lambda *given: asyncio.run(with_asyncpg(*given)))):
        admin.execute("DROP TABLE IF EXISTS orders")
        admin.execute("CREATE TABLE orders (id int)")
        admin.execute("INSERT INTO orders VALUES (1)")
        print(f"{name}: {', '.join(read(runs, admin))}")
PY

seen=$(venv/bin/python read.py "$work")
echo "guess: a new column changes the answers of SELECT *, or is an error once"
echo "seen, psycopg 3.3.9, asyncpg 0.32.0, PostgreSQL" \
  "$("$bin/postgres" --version | cut -d ' ' -f 3), three runs after it:"
echo "$seen"
error='cached plan must not change result type'
[[ $seen == "psycopg, 5 runs before: 2 columns, 2 columns, 2 columns
psycopg, 6 runs before: $error, $error, $error
asyncpg, 6 runs before: 2 columns, 2 columns, 2 columns" ]] || { echo "This has changed."; exit 1; }

#!/usr/bin/env bash
# Python's last day, date.max, is often stored for "never". asyncpg writes it as PostgreSQL's
# infinity, which is another value: a query for 9999-12-31 does not find it, and psycopg, in another
# program on the same table, cannot read the row. psycopg writes the day that it was given.
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

cat > write.py <<'PY'
import asyncio
import datetime
import sys

import asyncpg
import psycopg

never = datetime.date.max


async def write():
    connection = await asyncpg.connect(host=sys.argv[1], user="ann", database="postgres")
    await connection.execute("INSERT INTO orders VALUES ('asyncpg', $1)", never)


with psycopg.connect(f"host={sys.argv[1]} user=ann dbname=postgres",
                     autocommit=True) as connection:
    connection.execute("CREATE TABLE orders (writer text, ends date)")
    asyncio.run(write())
    connection.execute("INSERT INTO orders VALUES ('psycopg', %s)", (never,))
    for writer, text, same in connection.execute(
            "SELECT writer, ends::text, ends = '9999-12-31' FROM orders ORDER BY writer"):
        print(f"{writer} wrote {text}, found by 9999-12-31: {same}")
    try:
        connection.execute("SELECT ends FROM orders ORDER BY writer").fetchall()
    except psycopg.DataError as error:
        print("psycopg reads:", str(error).splitlines()[0])
PY

seen=$(venv/bin/python write.py "$work")
echo "guess: both write the date that they are given"
echo "seen, asyncpg 0.32.0, psycopg 3.3.9, PostgreSQL" \
  "$("$bin/postgres" --version | cut -d ' ' -f 3), date.max:"
echo "$seen"
[[ $seen == "asyncpg wrote infinity, found by 9999-12-31: False
psycopg wrote 9999-12-31, found by 9999-12-31: True
psycopg reads: date too large (after year 10K): 'infinity'" ]] ||
  { echo "This has changed."; exit 1; }

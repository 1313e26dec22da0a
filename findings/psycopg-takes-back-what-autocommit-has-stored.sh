#!/usr/bin/env bash
# With autocommit each statement is a transaction, and what it has written stays when a later one
# fails. In a pipeline it does not: all statements up to the next Sync are one transaction for the
# server, also with autocommit. The third statement's error takes back the first two.
set -euo pipefail
work=$(mktemp -d)
trap '[[ ! -e data/postmaster.pid ]] ||
  "${as[@]}" "$bin/pg_ctl" stop -s -m immediate -D "$work/data"; rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "psycopg[binary]==3.3.9"

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
import contextlib
import sys

import psycopg

url = f"host={sys.argv[1]} user=ann dbname=postgres"
with psycopg.connect(url, autocommit=True) as connection:
    connection.execute("CREATE TABLE orders (id int PRIMARY KEY)")
    for name, mode in (("one by one", contextlib.nullcontext), ("pipeline", connection.pipeline)):
        connection.execute("TRUNCATE orders")
        try:
            with mode():
                for key in (1, 2, 1):
                    connection.execute("INSERT INTO orders VALUES (%s)", (key,))
        except psycopg.errors.UniqueViolation:
            pass
        rows = connection.execute("SELECT id FROM orders ORDER BY id").fetchall()
        print(f"{name}: {[key for key, in rows]}")
PY

seen=$(venv/bin/python write.py "$work")
echo "guess: with autocommit, the orders 1 and 2 are there when another 1 has failed"
echo "seen, psycopg 3.3.9, PostgreSQL $("$bin/postgres" --version | cut -d ' ' -f 3):"
echo "$seen"
[[ $seen == 'one by one: [1, 2]
pipeline: []' ]] || { echo "This has changed."; exit 1; }

#!/usr/bin/env bash
# One statement can insert a name, or else read it, and this one is often seen. If another
# transaction inserts the same name just then, the statement waits for its commit, and does nothing,
# as there is a conflict. But the SELECT reads as of the statement's begin, when the row was not
# there. So the name exists, was neither inserted nor found, and there is no error. A second try
# finds it.
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

cat > customer.py <<'PY'
import sys
import threading
import time

import psycopg

url = f"host={sys.argv[1]} user=ann dbname=postgres"
GET_OR_CREATE = """
WITH created AS (INSERT INTO customers (name) VALUES ('ann') ON CONFLICT DO NOTHING RETURNING id)
SELECT id FROM created UNION ALL SELECT id FROM customers WHERE name = 'ann'"""
found = []


def get_or_create():
    with psycopg.connect(url, autocommit=True) as connection:
        found.append(connection.execute(GET_OR_CREATE).fetchall())


with psycopg.connect(url, autocommit=True) as watcher, psycopg.connect(url) as other:
    watcher.execute("CREATE TABLE customers (id serial PRIMARY KEY, name text UNIQUE)")
    other.execute("INSERT INTO customers (name) VALUES ('ann')")
    thread = threading.Thread(target=get_or_create)
    thread.start()
    # It waits for the other transaction, which then ends.
    while not watcher.execute("SELECT FROM pg_locks WHERE NOT granted").rowcount:
        time.sleep(0.05)
    other.commit()
    thread.join()
get_or_create()
print("at the same time:", found[0])
print("once more:", found[1])
PY

seen=$(venv/bin/python customer.py "$work")
echo "guess: the statement gives the customer's id, whoever has inserted it"
echo "seen, psycopg 3.3.9, PostgreSQL $("$bin/postgres" --version | cut -d ' ' -f 3):"
echo "$seen"
[[ $seen == 'at the same time: []
once more: [(1,)]' ]] || { echo "This has changed."; exit 1; }

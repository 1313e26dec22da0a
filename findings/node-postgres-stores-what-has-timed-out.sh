#!/usr/bin/env bash
# `query_timeout` of the package pg ends the wait, and gives an error. It does not cancel the
# statement: the server goes on, and the order is stored although the caller has got an error.
# `statement_timeout` is the server's own, which takes back what the statement has done.
set -euo pipefail
work=$(mktemp -d)
trap '[[ ! -e data/postmaster.pid ]] ||
  "${as[@]}" "$bin/pg_ctl" stop -s -m immediate -D "$work/data"; rm -rf "$work"' EXIT
cd "$work"

npm install --silent --no-audit --no-fund pg@8.23.1

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

cat > store.cjs <<'JS'
const { Pool } = require('pg');
const { setTimeout: sleep } = require('timers/promises');

const place = { host: process.argv[2], user: 'ann', database: 'postgres' };

(async () => {
  const reader = new Pool(place);
  await reader.query('CREATE TABLE orders (placed_with text)');
  for (const limit of ['query_timeout', 'statement_timeout']) {
    const pool = new Pool({ ...place, [limit]: 1000 });
    const error = await pool
      .query(`INSERT INTO orders SELECT '${limit}' FROM pg_sleep(3)`).catch((error) => error);
    // Nothing runs any more.
    let running;
    do {
      await sleep(100);
      running = (await reader.query(`SELECT FROM pg_stat_activity
        WHERE state = 'active' AND query LIKE 'INSERT%'`)).rowCount;
    } while (running > 0);
    const { rowCount } = await reader.query(
      'SELECT FROM orders WHERE placed_with = $1', [limit]);
    console.log(`${limit}: ${error.message}; orders: ${rowCount}`);
    await pool.end();
  }
  await reader.end();
})();
JS

seen=$(node store.cjs "$work")
echo "guess: a statement that has timed out is cancelled"
echo "seen, pg 8.23.1, PostgreSQL $("$bin/postgres" --version | cut -d ' ' -f 3):"
echo "$seen"
[[ $seen == 'query_timeout: Query read timeout; orders: 1
statement_timeout: canceling statement due to statement timeout; orders: 0' ]] ||
  { echo "This has changed."; exit 1; }

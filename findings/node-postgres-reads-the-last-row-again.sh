#!/usr/bin/env bash
# PostgreSQL's times have microseconds, and pg reads them into JavaScript's Dates, which have
# milliseconds. "What is later than the last row of the page before" is sent with the rest cut off,
# and so begins with that row again. With one row a page it never comes to an end. The same is true
# of `UPDATE ... WHERE changed_at = $1` as a check that nothing has changed: it finds no row.
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

cat > pages.cjs <<'JS'
const { Client } = require('pg');

(async () => {
  const client = new Client({ host: process.argv[2], user: 'ann', database: 'postgres' });
  await client.connect();
  await client.query('CREATE TABLE orders (name text, at timestamptz)');
  await client.query(`INSERT INTO orders VALUES ('first', '2026-03-01 12:00:00.123456Z'),
    ('second', '2026-03-01 12:00:00.124457Z'), ('third', '2026-03-01 12:00:00.125458Z')`);
  let last = new Date(0);
  const read = [];
  for (let page = 0; page < 4; ++page) {
    const { rows } = await client.query(
      'SELECT name, at FROM orders WHERE at > $1 ORDER BY at LIMIT 2', [last]);
    read.push(`${rows.map((row) => row.name).join(' ')}`);
    if (rows.length < 2) break;
    last = rows.at(-1).at;
  }
  console.log('pages:', read.join(', '));
  const { rows } = await client.query(`SELECT at FROM orders WHERE name = 'first'`);
  const update = await client.query(
    `UPDATE orders SET name = 'paid' WHERE name = 'first' AND at = $1`, [rows[0].at]);
  console.log('rows with the time that was read:', update.rowCount);
  await client.end();
})();
JS

seen=$(node pages.cjs "$work")
echo "guess: the pages are 'first second, third', and one row has the time that was read"
echo "seen, pg 8.23.1, PostgreSQL $("$bin/postgres" --version | cut -d ' ' -f 3):"
echo "$seen"
[[ $seen == 'pages: first second, second third, third
rows with the time that was read: 0' ]] || { echo "This has changed."; exit 1; }

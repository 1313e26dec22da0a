#!/usr/bin/env bash
# Idempotency-Key is a String of the structured fields (RFC 8941), so it has quotation marks. Many
# clients leave them out. A parser then reads a UUID that begins with a letter as a Token, and
# refuses one that begins with a digit: of a client's requests, three in eight pass. A key of digits
# is a number, and its zeros at the front are gone: "0042" and "42" become one key.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check http-sf==1.5.0
npm install --silent --no-audit --no-fund structured-headers@2.1.0

cat > parse.mjs <<'JS'
import { parseItem, Token } from 'structured-headers';
for (const key of process.argv.slice(2)) {
  let read = 'refused';
  try {
    const [value] = parseItem(key);
    read = value instanceof Token ? 'token' : `${typeof value} ${value}`;
  } catch { }
  console.log(`structured-headers ${key}: ${read}`);
}
JS
cat > parse.py <<'PY'
import sys

import http_sf

for key in sys.argv[1:]:
    try:
        value, _ = http_sf.parse(key.encode(), tltype="item")
        kind = {"Token": "token", "str": f"string {value}", "int": f"number {value}"}
        read = kind[type(value).__name__]
    except http_sf.StructuredFieldError:
        read = "refused"
    print(f"http-sf {key}: {read}")
PY

keys=('"c4a760a8"' c4a760a8-dbcf-4e14-9f39-645a8e933d74 24a760a8-dbcf-4e14-9f39-645a8e933d74
  0042)
seen=$(node parse.mjs "${keys[@]}"; venv/bin/python parse.py "${keys[@]}")
echo "guess: a parser takes all UUIDs without quotation marks, or none"
echo "seen, structured-headers 2.1.0 and http-sf 1.5.0:"
echo "$seen"
[[ $seen == 'structured-headers "c4a760a8": string c4a760a8
structured-headers c4a760a8-dbcf-4e14-9f39-645a8e933d74: token
structured-headers 24a760a8-dbcf-4e14-9f39-645a8e933d74: refused
structured-headers 0042: number 42
http-sf "c4a760a8": string c4a760a8
http-sf c4a760a8-dbcf-4e14-9f39-645a8e933d74: token
http-sf 24a760a8-dbcf-4e14-9f39-645a8e933d74: refused
http-sf 0042: number 42' ]] || { echo "This has changed."; exit 1; }

#!/usr/bin/env bash
# JSON's texts may have the characters U+2028 and U+0085 as they are, and JSON.stringify leaves them
# so. For httpx's iter_lines() they end a line, as a form feed does: it uses Python's
# str.splitlines(). So one line of JSON Lines comes as three, and none of them is JSON. requests
# goes by bytes, and gives the line as it is.
set -euo pipefail
work=$(mktemp -d)
trap 'kill "${server:-}" 2> /dev/null || true; rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check httpx==0.28.1 requests==2.34.2

cat > server.cjs <<'JS'
const line = JSON.stringify({ note: 'ring\u2028twice\u0085please' });
const server = require('http').createServer((request, response) =>
  response.setHeader('content-type', 'application/x-ndjson').end(`${line}\n`));
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
JS
node server.cjs > port.txt &
server=$!
for _ in {1..600}; do
  if [[ -s port.txt ]]; then break; fi
  sleep 0.1
done

cat > read.py <<'PY'
import json
import sys

import httpx
import requests

with httpx.stream("GET", sys.argv[1]) as answer:
    print("httpx:", list(answer.iter_lines()))
with requests.get(sys.argv[1], stream=True) as answer:
    print("requests:", [json.loads(line) for line in answer.iter_lines()])
PY

seen=$(venv/bin/python read.py "http://127.0.0.1:$(< port.txt)/")
echo "guess: one line, which is JSON"
echo "seen, httpx 0.28.1, requests 2.34.2:"
echo "$seen"
[[ $seen == "httpx: ['{\"note\":\"ring', 'twice', 'please\"}']
requests: [{'note': 'ring\\u2028twice\\x85please'}]" ]] || { echo "This has changed."; exit 1; }

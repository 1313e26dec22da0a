#!/usr/bin/env bash
# A gzip file may have several members, one after the other (RFC 1952, section 2.2): so it is when
# lines are added to a compressed file, or when parts are compressed in parallel. As the answer of a
# server with `Content-Encoding: gzip`, httpx gives the first member, and says nothing of the rest.
# requests, aiohttp, Node and Go give all.
set -euo pipefail
work=$(mktemp -d)
trap 'kill "${server:-}" 2> /dev/null || true; rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check \
  httpx==0.28.1 requests==2.34.2 aiohttp==3.14.5

cat > server.py <<'PY'
import gzip
import http.server

ORDERS = gzip.compress(b'{"id":1}\n') + gzip.compress(b'{"id":2}\n')


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(ORDERS)))
        self.end_headers()
        self.wfile.write(ORDERS)

    def log_message(self, *arguments):
        pass


with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
    print(server.server_port, flush=True)
    server.serve_forever()
PY
python3 server.py > port.txt &
server=$!
for _ in {1..600}; do
  if [[ -s port.txt ]]; then break; fi
  sleep 0.1
done
url=http://127.0.0.1:$(< port.txt)/

cat > read.py <<'PY'
import asyncio
import sys

import aiohttp
import httpx
import requests

url = sys.argv[1]


async def with_aiohttp():
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return await answer.text()


print("httpx:", httpx.get(url).text.split())
print("requests:", requests.get(url).text.split())
print("aiohttp:", asyncio.run(with_aiohttp()).split())
PY
cat > read.go <<'GO'
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

func main() {
	answer, err := http.Get(os.Args[1])
	if err != nil {
		panic(err)
	}
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		panic(err)
	}
	fmt.Println("Go:", strings.Fields(string(text)))
}
GO
seen=$(venv/bin/python read.py "$url"
  node -e 'fetch(process.argv[1]).then((answer) => answer.text())
    .then((text) => console.log("Node:", text.trim().split("\n")))' "$url"
  go run read.go "$url")
echo "guess: all clients read both lines"
echo "seen, httpx 0.28.1, requests 2.34.2, aiohttp 3.14.5, Node $(node --version)," \
  "$(go env GOVERSION):"
echo "$seen"
[[ $seen == "httpx: ['{\"id\":1}']
requests: ['{\"id\":1}', '{\"id\":2}']
aiohttp: ['{\"id\":1}', '{\"id\":2}']
Node: [ '{\"id\":1}', '{\"id\":2}' ]
Go: [{\"id\":1} {\"id\":2}]" ]] || { echo "This has changed."; exit 1; }

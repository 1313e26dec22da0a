#!/usr/bin/env bash
# A signed URL is signed as it is written. aiohttp writes it in its own way: "%2C", "%2F" in a query
# and others become the characters that they stand for. Both mean the same by many readings, but
# a server that checks a signature of the text gives 403. httpx, Node and Go send what they are
# given. For aiohttp it takes `yarl.URL(url, encoded=True)`. requests changes "%7E" only.
set -euo pipefail
work=$(mktemp -d)
trap 'kill "${server:-}" 2> /dev/null || true; rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check \
  aiohttp==3.14.5 yarl==1.25.1 httpx==0.28.1 requests==2.34.2

cat > server.cjs <<'JS'
const server = require('http').createServer((request, response) => response.end(request.url));
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
JS
node server.cjs > port.txt &
server=$!
for _ in {1..600}; do
  if [[ -s port.txt ]]; then break; fi
  sleep 0.1
done
url="http://127.0.0.1:$(< port.txt)/cups%2C%20red?by=%7Eann&signature=a%2Fb%2Bc%3D"

cat > get.py <<'PY'
import asyncio
import sys

import aiohttp
import httpx
import requests
import yarl

url = sys.argv[1]


async def with_aiohttp(url):
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return await answer.text()


print("aiohttp:", asyncio.run(with_aiohttp(url)))
print("aiohttp, encoded:", asyncio.run(with_aiohttp(yarl.URL(url, encoded=True))))
print("requests:", requests.get(url).text)
print("httpx:", httpx.get(url).text)
PY
cat > get.go <<'GO'
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
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
	fmt.Println("Go:", string(text))
}
GO
seen=$(venv/bin/python get.py "$url"
  node -e 'fetch(process.argv[1]).then((answer) => answer.text())
    .then((text) => console.log("Node:", text))' "$url"
  go run get.go "$url")
echo "guess: what is asked for is what the caller has given"
echo "seen, aiohttp 3.14.5, requests 2.34.2, httpx 0.28.1, Node $(node --version)," \
  "$(go env GOVERSION):"
echo "$seen"
[[ $seen == 'aiohttp: /cups,%20red?by=~ann&signature=a/b%2Bc%3D
aiohttp, encoded: /cups%2C%20red?by=%7Eann&signature=a%2Fb%2Bc%3D
requests: /cups%2C%20red?by=~ann&signature=a%2Fb%2Bc%3D
httpx: /cups%2C%20red?by=%7Eann&signature=a%2Fb%2Bc%3D
Node: /cups%2C%20red?by=%7Eann&signature=a%2Fb%2Bc%3D
Go: /cups%2C%20red?by=%7Eann&signature=a%2Fb%2Bc%3D' ]] || { echo "This has changed."; exit 1; }

#!/usr/bin/env bash
# HTTP Basic says nothing of the encoding of a name and a password, unless the server's challenge
# has charset="UTF-8", which asks for that. requests, urllib3 and aiohttp use Latin-1 all the same,
# and httpx and curl UTF-8: of two clients for one server, one has the wrong password. The first
# three cannot send a password with "€" at all.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check requests==2.34.2 urllib3==2.8.0 \
  aiohttp==3.14.5 httpx==0.28.1

cat > call.py <<'PY'
import asyncio
import base64
import http.server
import subprocess
import threading
import warnings

import aiohttp
import httpx
import requests
import urllib3

warnings.simplefilter("ignore")
received = []


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        received.append(self.headers["Authorization"])
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="orders", charset="UTF-8"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


async def with_aiohttp(password):
    async with aiohttp.ClientSession(auth=aiohttp.BasicAuth("ann", password)) as session:
        await session.get(url)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}/"
clients = {
    "requests": lambda word: requests.get(url, auth=("ann", word)),
    "urllib3": lambda word: urllib3.request(
        "GET", url, headers=urllib3.make_headers(basic_auth=f"ann:{word}")),
    "aiohttp": lambda word: asyncio.run(with_aiohttp(word)),
    "httpx": lambda word: httpx.get(url, auth=("ann", word)),
    "curl": lambda word: subprocess.run(
        ["curl", "--silent", "--anyauth", "--user", f"ann:{word}", url], check=True),
}
for name, call in clients.items():
    for word in ("grün", "1€"):
        try:
            call(word)
            print(name, base64.b64decode(received[-1].split()[1]))
        except UnicodeEncodeError as error:
            print(name, type(error).__name__, repr(error.object[error.start]))
PY

seen=$(venv/bin/python call.py)
echo "guess: all send the UTF-8 that the server asks for"
echo "seen, requests 2.34.2, urllib3 2.8.0, aiohttp 3.14.5, httpx 0.28.1 and" \
  "$(curl --version | cut -d ' ' -f 1-2 | head -n 1):"
echo "$seen"
[[ $seen == 'requests b'\''ann:gr\xfcn'\''
requests UnicodeEncodeError '\''€'\''
urllib3 b'\''ann:gr\xfcn'\''
urllib3 UnicodeEncodeError '\''€'\''
aiohttp b'\''ann:gr\xfcn'\''
aiohttp UnicodeEncodeError '\''€'\''
httpx b'\''ann:gr\xc3\xbcn'\''
httpx b'\''ann:1\xe2\x82\xac'\''
curl b'\''ann:gr\xc3\xbcn'\''
curl b'\''ann:1\xe2\x82\xac'\''' ]] || { echo "This has changed."; exit 1; }

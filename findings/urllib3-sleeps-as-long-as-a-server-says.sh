#!/usr/bin/env bash
# urllib3 repeats a GET or a PUT that gets a 503 with Retry-After three times, without having been
# asked to, and sleeps before each for as long as the server says, up to six hours. A timeout of
# a second does not end that. A 503 without the header is given to the caller at once.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check urllib3==2.8.0

cat > call.py <<'PY'
import http.server
import threading
import time

import urllib3

received = []


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self):
        received.append(self.command)
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(503)
        if self.path == "/later":
            self.send_header("Retry-After", "2")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_PUT = do_POST = answer

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
for method, path in (("GET", "/"), ("GET", "/later"), ("PUT", "/later"), ("POST", "/later")):
    received.clear()
    begin = time.monotonic()
    answer = urllib3.request(method, f"http://127.0.0.1:{server.server_port}{path}", timeout=1)
    long = "6 s or more" if time.monotonic() - begin >= 6 else "less than 6 s"
    print(f"{method} {path}: {answer.status} after {len(received)} requests and {long}")
print("at most", urllib3.Retry.DEFAULT_RETRY_AFTER_MAX, "s each")
PY

seen=$(venv/bin/python call.py)
echo "guess: with timeout=1, a call of a server that answers at once ends within a second"
echo "seen, urllib3 2.8.0, Retry-After: 2:"
echo "$seen"
[[ $seen == 'GET /: 503 after 1 requests and less than 6 s
GET /later: 503 after 4 requests and 6 s or more
PUT /later: 503 after 4 requests and 6 s or more
POST /later: 503 after 1 requests and less than 6 s
at most 21600 s each' ]] || { echo "This has changed."; exit 1; }

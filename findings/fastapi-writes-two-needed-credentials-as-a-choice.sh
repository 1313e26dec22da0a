#!/usr/bin/env bash
# In OpenAPI the list "security" is a choice: one of its entries is enough, and credentials that are
# needed together are one entry. FastAPI makes an entry of each dependency. An operation that needs
# a key and a token is documented as one that takes either, and a client that follows the document
# gets 401. One that needs no key, since the dependency has auto_error=False, is documented as one
# that does.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check fastapi==0.165.0 httpx==0.28.1

cat > app.py <<'PY'
import asyncio
import json

from fastapi import FastAPI, Security
from fastapi.security import APIKeyHeader, HTTPBearer
from httpx import ASGITransport, AsyncClient

app = FastAPI()


@app.get("/both")
def both(key=Security(APIKeyHeader(name="X-Key")), token=Security(HTTPBearer())):
    return {}


@app.get("/optional")
def optional(key=Security(APIKeyHeader(name="X-Key", auto_error=False))):
    return {}


async def main():
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        paths = (await client.get("/openapi.json")).json()["paths"]
        for path in paths:
            print(path, "security:", json.dumps(paths[path]["get"]["security"]))
            for headers in ({}, {"X-Key": "k"}, {"Authorization": "Bearer t"},
                            {"X-Key": "k", "Authorization": "Bearer t"}):
                answer = await client.get(path, headers=headers)
                print(path, "with", " and ".join(headers) or "nothing", answer.status_code)


asyncio.run(main())
PY

seen=$(venv/bin/python app.py)
echo 'guess: security is [{"APIKeyHeader": [], "HTTPBearer": []}] for /both, and /optional has {}'
echo "seen, FastAPI 0.165.0:"
echo "$seen"
[[ $seen == '/both security: [{"APIKeyHeader": []}, {"HTTPBearer": []}]
/both with nothing 401
/both with X-Key 401
/both with Authorization 401
/both with X-Key and Authorization 200
/optional security: [{"APIKeyHeader": []}]
/optional with nothing 200'* ]] || { echo "This has changed."; exit 1; }

#!/usr/bin/env bash
# With asgi-idempotency-header a request that is sent again with its Idempotency-Key gets the first
# one's answer. That is so for a 503, too: what was busy for a moment stays so for that key, a day
# long, although nothing was stored. After an exception there is no answer to repeat, and the key
# stays "pending": each further try gets 409. Clients that follow the header's purpose, and try
# again with the same key, are those who cannot succeed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check \
  asgi-idempotency-header==0.2.0 fastapi==0.165.0 starlette==1.10.0 \
  httpx==0.28.1 redis==8.1.0

cat > orders.py <<'PY'
import asyncio

import httpx
from idempotency_header_middleware import IdempotencyHeaderMiddleware
from idempotency_header_middleware.backends import MemoryBackend
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.routing import Route

calls = {"busy": 0, "broken": 0}


async def order(request):
    """Works from the second call on."""
    kind = request.path_params["kind"]
    calls[kind] += 1
    if calls[kind] > 1:
        return JSONResponse({"stored": True}, 201)
    if kind == "broken":
        raise ConnectionError("The database is away.")
    return JSONResponse({"stored": False}, 503)


app = Starlette(
    routes=[Route("/{kind}", order, methods=["POST"])],
    middleware=[Middleware(IdempotencyHeaderMiddleware, backend=MemoryBackend())])


async def main():
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        for kind in calls:
            statuses = []
            for key in (kind, kind, kind, f"{kind}, too"):
                answer = await client.post(f"/{kind}", headers={"Idempotency-Key": key})
                statuses.append(answer.status_code)
            print(f"{kind}, one key: {statuses[:3]}, another key: {statuses[3]}")


asyncio.run(main())
PY

seen=$(venv/bin/python orders.py)
echo "guess: 201 at the second try, as the first has stored nothing"
echo "seen, asgi-idempotency-header 0.2.0, Starlette 1.10.0:"
echo "$seen"
[[ $seen == 'busy, one key: [503, 503, 503], another key: 201
broken, one key: [500, 409, 409], another key: 201' ]] || { echo "This has changed."; exit 1; }

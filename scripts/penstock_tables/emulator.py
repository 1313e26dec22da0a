"""Runs moto's server, which plays DynamoDB, with a service's tables.

    PORT=4566 TABLES=…/tables.json TABLES_PREFIX=orders- python3 -m penstock_tables.emulator

It listens on 127.0.0.1 when the tables are there, and serves until SIGTERM. Everything is in
memory. moto and what it needs come from scripts/penstock_tables/requirements.txt.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FrameType
from typing import Any

from penstock_tables.declaration import TablesError, read_tables
from penstock_tables.requests import requests_for

App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def one_at_a_time(app: App) -> App:
    """Wraps the application, which has no locks of its own.

    Two conditional writes at the same time would otherwise both succeed.
    """
    lock = threading.Lock()

    def locked(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        with lock:
            return list(app(environ, start_response))

    return locked


def make_tables(app: App, declaration: Path, prefix: str, region: str) -> list[str]:
    """Makes the tables and returns their names. TablesError: they cannot be made."""
    from werkzeug.test import Client  # noqa: PLC0415  It is in moto's environment alone.

    client = Client(app)
    names = []
    for operation, request in requests_for(read_tables(declaration), prefix):
        answer = client.post(
            "/",
            headers={
                "X-Amz-Target": f"DynamoDB_20120810.{operation}",
                "Content-Type": "application/x-amz-json-1.0",
                "Authorization": f"AWS4-HMAC-SHA256 Credential=local/20260101/{region}/dynamodb/"
                "aws4_request, SignedHeaders=host, Signature=0",
            },
            data=json.dumps(request),
        )
        if answer.status_code != 200:
            raise TablesError(f"moto refuses the table {request['TableName']}: {answer.text}")
        if operation == "CreateTable":
            names.append(request["TableName"])
    return names


def main() -> int:
    from moto.server import (  # noqa: PLC0415  It is in moto's environment alone.
        DomainDispatcherApplication,
        create_backend_app,
    )
    from werkzeug.serving import make_server  # noqa: PLC0415

    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # It writes a line for each request.
    app = one_at_a_time(DomainDispatcherApplication(create_backend_app))
    region = os.environ.get("AWS_REGION") or "us-east-1"
    try:
        names = make_tables(
            app, Path(os.environ["TABLES"]), os.environ.get("TABLES_PREFIX", ""), region
        )
    except TablesError as error:
        print(error, file=sys.stderr)
        return 2
    server = make_server("127.0.0.1", int(os.environ["PORT"]), app, threaded=True)

    def stop(_number: int, _frame: FrameType | None) -> None:
        # shutdown() waits for the loop, which this very thread runs.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    print(f"serving {', '.join(names)} in {region} at http://127.0.0.1:{server.port}", flush=True)
    server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Runs moto's server, which plays DynamoDB, with a service's tables.

    PORT=4566 TABLES=…/tables.json TABLES_PREFIX=orders- python3 -m penstock_tables.emulator

It listens on 127.0.0.1 when the tables are there, and serves until SIGTERM. Everything is in
memory. When the declaration is saved, it is taken up: what other tables have stays. moto and what
it needs come from scripts/penstock_tables/requirements.txt.
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

LOOK_AGAIN = 0.5  # Seconds between two looks at the declaration.
App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Requests = list[tuple[str, dict[str, Any]]]


def one_at_a_time(app: App) -> App:
    """Wraps the application, which has no locks of its own.

    Two conditional writes at the same time would otherwise both succeed.
    """
    lock = threading.Lock()

    def locked(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        with lock:
            return list(app(environ, start_response))

    return locked


class Tables:
    """Has the tables of the declaration in moto."""

    def __init__(self, app: App, declaration: Path, prefix: str, region: str) -> None:
        self._app = app
        self._declaration = declaration
        self._prefix = prefix
        self._region = region
        self._made: dict[str, Requests] = {}  # The requests that have made each table.

    def names(self) -> list[str]:
        return list(self._made)

    def saved(self) -> bytes:
        """Returns what the declaration's file has; nothing while an editor replaces it."""
        try:
            return self._declaration.read_bytes()
        except OSError:
            return b""

    def make(self) -> list[str]:
        """Makes the tables as they are declared now, and says in sentences what has changed.

        A table whose declaration has changed is made again, and is empty. TablesError: a table
        cannot be made.
        """
        wanted: dict[str, Requests] = {}
        for operation, request in requests_for(read_tables(self._declaration), self._prefix):
            wanted.setdefault(request["TableName"], []).append((operation, request))
        sentences = []
        for name in [name for name in self._made if self._made[name] != wanted.get(name)]:
            self._ask("DeleteTable", {"TableName": name})
            del self._made[name]
            again = "is made again, and is empty" if name in wanted else "is deleted"
            sentences.append(f"{name} {again}, as the declaration has changed")
        for name, requests in wanted.items():
            if name in self._made:
                continue
            for operation, request in requests:
                self._ask(operation, request)
            self._made[name] = requests
            sentences.append(f"{name} is there")
        return sentences

    def _ask(self, operation: str, request: dict[str, Any]) -> None:
        from werkzeug.test import Client  # noqa: PLC0415  It is in moto's environment alone.

        answer = Client(self._app).post(
            "/",
            headers={
                "X-Amz-Target": f"DynamoDB_20120810.{operation}",
                "Content-Type": "application/x-amz-json-1.0",
                "Authorization": "AWS4-HMAC-SHA256 Credential=local/20260101/"
                f"{self._region}/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
            },
            data=json.dumps(request),
        )
        if answer.status_code != 200:
            raise TablesError(f"moto refuses the table {request['TableName']}: {answer.text}")


def take_up_what_is_saved(tables: Tables, known: bytes, end: threading.Event) -> None:
    """Makes the tables again whenever the declaration is saved."""
    while not end.wait(LOOK_AGAIN):
        saved = tables.saved()
        if saved in (known, b""):
            continue
        known = saved
        try:
            for sentence in tables.make():
                print(sentence, flush=True)
        except TablesError as error:
            print(f"{error}\nThe other tables stay as they are.", flush=True)


def main() -> int:
    from moto.server import (  # noqa: PLC0415  It is in moto's environment alone.
        DomainDispatcherApplication,
        create_backend_app,
    )
    from werkzeug.serving import make_server  # noqa: PLC0415

    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # It writes a line for each request.
    app = one_at_a_time(DomainDispatcherApplication(create_backend_app))
    region = os.environ.get("AWS_REGION") or "us-east-1"
    tables = Tables(app, Path(os.environ["TABLES"]), os.environ.get("TABLES_PREFIX", ""), region)
    saved = tables.saved()
    try:
        tables.make()
    except TablesError as error:
        print(error, file=sys.stderr)
        return 2
    server = make_server("127.0.0.1", int(os.environ["PORT"]), app, threaded=True)

    def stop(_number: int, _frame: FrameType | None) -> None:
        # shutdown() waits for the loop, which this very thread runs.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    end = threading.Event()
    watch = threading.Thread(target=take_up_what_is_saved, args=(tables, saved, end))
    watch.start()
    names = ", ".join(tables.names())
    print(f"serving {names} in {region} at http://127.0.0.1:{server.port}", flush=True)
    server.serve_forever()
    end.set()
    watch.join()
    return 0


if __name__ == "__main__":
    sys.exit(main())

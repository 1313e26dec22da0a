"""Starts the mock of a document, and speaks HTTP with it."""

from __future__ import annotations

import http.client
import json
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

SECONDS_MAX = 20


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]  # The names are in lower case.
    body: bytes

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Mock:
    """A running mock, of which the block ends it."""

    def __init__(self, program: Path, document: Path) -> None:
        self.process = subprocess.Popen(
            [program, "mock", "--port", "0", "--security", "external", document],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.connection: http.client.HTTPConnection | None = None

    def __enter__(self) -> Mock:
        log = self.process.stdout
        assert log is not None
        said = b""
        for line in log:
            said += line
            if b'"listening"' in line:
                address = json.loads(line)["url"].split("/")[2]
                self.connection = http.client.HTTPConnection(address, timeout=SECONDS_MAX)
                # A full pipe would stop it.
                threading.Thread(target=drain, args=(log,), daemon=True).start()
                return self
        self.process.wait(SECONDS_MAX)
        raise OSError(f"the mock has ended with {self.process.returncode}: {said[-500:]!r}")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self.connection:
            self.connection.close()
        self.process.terminate()
        self.process.wait(SECONDS_MAX)

    def ask(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        assert self.connection is not None
        self.connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers.items():
            # Some contracts declare it, and then it is among the headers without a body, too.
            if body is None or name.lower() != "content-length":
                self.connection.putheader(name, value.encode("utf-8"))
        if body is not None:
            self.connection.putheader("Content-Length", str(len(body)))
        self.connection.endheaders(body)
        answer = self.connection.getresponse()
        read = answer.read()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, found, read)


def drain(log: IO[bytes]) -> None:
    for _ in log:
        pass


def requests_of(program: Path, document: Path) -> tuple[list[dict[str, Any]], str]:
    """Returns a valid request for each operation, and what the program says about the others."""
    ended = subprocess.run(
        [program, "requests", document], capture_output=True, timeout=60, check=False
    )
    if ended.returncode < 0:
        raise OSError(f"requests is ended by signal {-ended.returncode}")
    return [json.loads(line) for line in ended.stdout.splitlines()], ended.stderr.decode()

"""Runs a program that serves HTTP, asks it, and looks for secrets in its log."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

PATIENCE_S = 30


class Fault(Exception):
    """Is what a proof has found."""


def expect(holds: bool, sentence: str) -> None:
    if not holds:
        raise Fault(sentence)


def until(holds: Callable[[], Any], sentence: str) -> Any:
    """Waits until something is true, and returns it."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if value := holds():
            return value
        time.sleep(0.02)  # Until the next look.
    raise Fault(f"not within {PATIENCE_S} s: {sentence}")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]  # The names are in lower case.
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for one, value in self.headers if one == name]

    def one(self, name: str) -> str:
        found = self.all(name)
        expect(len(found) == 1, f"a {self.status} has {len(found)} headers {name}")
        return found[0]


@dataclass(frozen=True)
class Shown:
    """Says what a request shows to prove who sends it."""

    headers: Mapping[str, str] = field(default_factory=dict)
    query: str = ""  # Such as "api_key=…".
    secrets: tuple[str, ...] = ()  # What must not be in a log.

    def __add__(self, other: Shown) -> Shown:
        return Shown(
            {**self.headers, **other.headers},
            "&".join(filter(None, (self.query, other.query))),
            self.secrets + other.secrets,
        )


NOTHING = Shown()


class Program:
    """Is a running program, of which the block ends it."""

    def __init__(
        self, command: list[str | Path], environment: dict[str, str] | None = None
    ) -> None:
        self.command, self.environment = command, environment
        self.lines: list[str] = []
        self.sent: set[str] = set()
        self.port = 0
        self.connection = threading.local()

    def __enter__(self) -> Program:
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self.environment,
            text=True,
        )
        self.start_reading()
        line = until(lambda: self.line("listening") or self.process.poll() is not None, "listening")
        if line is True:
            raise Fault(f"it has ended with {self.process.returncode}: {self.lines[-5:]}")
        self.port = line.get("port") or int(line["url"].split(":")[2].split("/")[0])
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE_S)
        self.reader.join(PATIENCE_S)
        if error is None:
            self.look_for_secrets()

    def start_reading(self) -> None:
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line)

    def all(self, message: str) -> list[dict[str, Any]]:
        """Returns the lines of the log with this message."""
        return [json.loads(one) for one in list(self.lines) if f'"message":"{message}"' in one]

    def line(self, message: str, **members: Any) -> dict[str, Any]:
        """Returns the last line of the log with this message and these members, or {}."""
        for line in reversed(self.all(message)):
            if all(line.get(name) == value for name, value in members.items()):
                return line
        return {}

    def look_for_secrets(self) -> None:
        log = "".join(self.lines)
        for secret in self.sent:
            expect(secret not in log, f"the log has a credential: {secret[:12]}…")

    def ask(
        self,
        target: str,
        shown: Shown = NOTHING,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Sends a request over a connection of this thread."""
        self.sent.update(shown.secrets)
        if shown.query:
            target += ("&" if "?" in target else "?") + shown.query
        all_headers = {**shown.headers, **(headers or {})}
        if body is not None:
            all_headers["Content-Type"] = "application/json"
        for is_last in (False, True):
            connection = getattr(self.connection, "kept", None)
            if connection is None:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
                self.connection.kept = connection
            try:
                connection.request(method, target, body, all_headers)
                answer = connection.getresponse()
                read = answer.read()
                break
            except (http.client.HTTPException, OSError):
                connection.close()
                self.connection.kept = None
                if is_last:
                    raise
        if answer.getheader("connection", "").lower() == "close":
            connection.close()
            self.connection.kept = None
        found = [(name.lower(), value) for name, value in answer.getheaders()]
        return Answer(answer.status, found, read)


def free_ports(count: int) -> list[int]:
    """Returns ports on which nobody listens now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def mock(bin_folder: Path, contract: Path, *options: str | Path) -> Program:
    return Program([bin_folder / "penstock_contract", "mock", contract, "--port", "0", *options])


def run(name: str, proofs: list[Callable[[], None]]) -> int:
    """Runs proofs, and prints what has come of each. Returns the exit status."""
    failed = 0
    for proof in proofs:
        sentence = (proof.__doc__ or proof.__name__).strip().rstrip(".")
        try:
            proof()
            print(f"passed: {name}: {sentence}", flush=True)
        except Fault as fault:
            failed += 1
            print(f"FAILED: {name}: {sentence}: {fault}", flush=True)
    return 1 if failed else 0

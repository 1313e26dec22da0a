"""Runs one process of a function, and plays the Runtime API that it calls."""

import json
import os
import signal
import socket
import time
import uuid
from pathlib import Path
from typing import Any, Self

from processes import Trouble

PATIENCE_SECONDS = 30
DEADLINE_MS = 4_000_000_000_000  # Far away, since no time-out is measured here.
HEADERS = [
    ("ce_specversion", "1.0"),
    ("ce_source", "/hello_api"),
    ("ce_type", "com.example.hello.greeting"),
]


class Function:
    """Starts the command. Its log goes to the file descriptor `output`."""

    def __init__(
        self,
        command: list[str],
        output: int,
        environment: dict[str, str] | None = None,
        patience: float = PATIENCE_SECONDS,
        errors: int | None = None,
    ) -> None:
        self.name, self.input, self.patience = Path(command[-1]).name, bytearray(), patience
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(patience)
        self.connection: socket.socket | None = None
        address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        # Lambda's process inherits nothing of ours, either.
        variables = {
            "PATH": os.environ["PATH"],
            "AWS_LAMBDA_RUNTIME_API": address,
            "AWS_LAMBDA_FUNCTION_NAME": self.name,
            "LANG": "en_US.UTF-8",
            **(environment or {}),
        }
        # A fork of this large process would count as part of the function's start.
        actions = [(os.POSIX_SPAWN_DUP2, output, 1)]
        if errors is not None:
            actions.append((os.POSIX_SPAWN_DUP2, errors, 2))
        self.started = time.monotonic()
        self.pid = os.posix_spawn(command[0], command, variables, file_actions=actions)
        # clock_getcpuclockid(3) does this. The clock has utime + stime of all threads.
        self.clock = (~self.pid << 3) | 2

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
        self.end()

    def end(self) -> None:
        """Ends the function as the end of the Runtime API does, so that valgrind can report."""
        self.listener.close()
        if self.connection:
            self.connection.close()
        if self.pid:
            os.waitpid(self.pid, 0)
        self.pid = 0

    def cpu_seconds(self) -> float:
        return time.clock_gettime(self.clock)

    def receive(self) -> None:
        received = self.connection.recv(65536)
        if not received:
            raise Trouble(f"{self.name} closed its connection to the Runtime API")
        self.input += received

    def request(self) -> tuple[str, bytes]:
        """The next request's first line, and its body."""
        while (end := self.input.find(b"\r\n\r\n")) < 0:
            self.receive()
        head, body = bytes(self.input[:end]).decode().split("\r\n"), end + 4
        fields = dict(line.lower().split(": ", 1) for line in head[1:])
        size = int(fields.get("content-length", 0))
        while len(self.input) < body + size:
            self.receive()
        content = bytes(self.input[body : body + size])
        del self.input[: body + size]
        return head[0], content

    def wait_for_next(self) -> float:
        """Waits until the function asks for an invocation, and returns when that was."""
        if not self.connection:
            self.connection, _ = self.listener.accept()
            self.connection.settimeout(self.patience)
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not self.input:
            self.receive()
        asked = time.monotonic()
        line, body = self.request()
        if not line.startswith("GET ") or "/invocation/next " not in line:
            raise Trouble(
                f"{self.name} sent {line} instead of asking for an invocation: {body.decode()}"
            )
        return asked

    def invoke(self, payload: bytes) -> float:
        """Answers the request for the next invocation, and returns when the response came."""
        request_id = str(uuid.uuid4())
        self.connection.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            b"Lambda-Runtime-Aws-Request-Id: %b\r\nLambda-Runtime-Deadline-Ms: %d\r\n"
            b"Lambda-Runtime-Invoked-Function-Arn: "
            b"arn:aws:lambda:us-east-1:000000000000:function:function\r\n"
            b"Lambda-Runtime-Trace-Id: Root=1-00000000-000000000000000000000000\r\n"
            b"Content-Length: %d\r\n\r\n%b"
            % (request_id.encode(), DEADLINE_MS, len(payload), payload)
        )
        line, body = self.request()
        answered = time.monotonic()
        if f"/{request_id}/response " not in line or body != b"null":
            raise Trouble(f"{self.name} sent {line} instead of its response: {body.decode()[:500]}")
        self.connection.sendall(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
        return answered


def event(records: int, first_offset: int = 0) -> bytes:
    """Returns Lambda's Kafka event with `records` greetings.

    Each greeting has an id of its own, and CloudEvents' required attributes.
    """

    def greeting(offset: int) -> dict[str, Any]:
        headers = [*HEADERS, ("ce_id", str(uuid.uuid4()))]
        return {
            "topic": "events",
            "partition": 0,
            "offset": offset,
            "timestamp": 1_795_543_820_123,
            "timestampType": "CREATE_TIME",
            "value": "eyJ0aW1lc3RhbXAiOjE3OTU1NDM4MjAsIm1lc3NhZ2UiOiJIZWxsbywgUGF1bCEifQ==",
            "headers": [{name: list(value.encode())} for name, value in headers],
        }

    content = {
        "eventSource": "SelfManagedKafka",
        "bootstrapServers": "127.0.0.1:9092",
        "records": {"events-0": [greeting(first_offset + number) for number in range(records)]},
    }
    return json.dumps(content, separators=(",", ":")).encode()

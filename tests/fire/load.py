"""Sends events with unique names at a bounded rate, and keeps what became of each request."""

import asyncio
import json
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ANSWER_SECONDS_MAX = 20  # The API's deadline is two seconds, and a machine may be slow.
CONNECT_SECONDS_MAX = 10
PAUSE_SECONDS = 0.02
LONGEST_NAME = 200
LENGTHS = (8, 12, 40, LONGEST_NAME)


@dataclass(frozen=True)
class Answer:
    """What became of one request. Times are those of time.monotonic()."""

    name: str
    status: int  # 0 if there was no answer.
    event_id: str
    sent: float
    ended: float
    note: str  # Why there was no answer, or what was wrong with it.
    was_sent: bool  # Whether a byte of it may have reached the API.


def name_of(number: int) -> str:
    """Returns a name that no other number has. The lengths differ, so that batches do."""
    return f"f{number:08d}".ljust(LENGTHS[number % len(LENGTHS)], "x")


class Connection:
    """One connection to the API at a time, used for request after request."""

    def __init__(self) -> None:
        self.port = 0
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def open(self, port: int) -> None:
        if self.writer and self.port == port:
            return
        self.close()
        async with asyncio.timeout(CONNECT_SECONDS_MAX):
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", port)
        self.port = port

    def close(self) -> None:
        if self.writer:
            self.writer.transport.abort()
        self.reader = self.writer = None

    async def ask(self, name: str) -> tuple[int, bytes]:
        """Sends a request, and returns its status and body."""
        assert self.reader and self.writer
        self.writer.write(
            f"GET /current_time?name={name} HTTP/1.1\r\nHost: fire.example\r\n\r\n".encode()
        )
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            head = (await self.reader.readuntil(b"\r\n\r\n")).lower()
            length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0])
            body = await self.reader.readexactly(length)
        if b"connection: close" in head:
            self.close()
        return int(head[9:12]), body


class Load:
    """Runs the clients on a thread of its own."""

    def __init__(self, folder: Path, rate: float, connections: int) -> None:
        self.file = (folder / "answers.tsv").open("w", buffering=1024 * 1024)
        self.interval, self.connections = 1 / rate, connections
        self.port = 0  # The API's. Another one holds from the next request of each client on.
        self.answers: list[Answer] = []
        self.statuses: Counter[int] = Counter()
        self.stopping = threading.Event()
        self.next_time = 0.0
        self.sent = 0
        self.thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)

    def start(self, port: int) -> None:
        self.port = port
        self.thread.start()

    def stop(self) -> None:
        """Stops sending, and waits until each request has ended."""
        self.stopping.set()
        self.thread.join()
        self.file.close()

    async def _run(self) -> None:
        self.next_time = time.monotonic()
        await asyncio.gather(*(self._client() for _ in range(self.connections)))

    async def _wait_for_turn(self) -> None:
        """Waits for the rate. What was missed while answers were slow is not made up for."""
        at = self.next_time = max(self.next_time + self.interval, time.monotonic())
        await asyncio.sleep(max(0.0, at - time.monotonic()))

    async def _client(self) -> None:
        connection = Connection()
        while not self.stopping.is_set():
            await self._wait_for_turn()
            if self.stopping.is_set():
                break
            self.sent += 1
            self._keep(await self._request(connection, name_of(self.sent)))
        connection.close()

    async def _request(self, connection: Connection, name: str) -> Answer:
        began, was_sent = time.monotonic(), False
        try:
            await connection.open(self.port)
            was_sent = True
            status, body = await connection.ask(name)
            event_id, note = judge_body(name, status, body)
        except (OSError, EOFError, TimeoutError, ValueError, asyncio.LimitOverrunError) as failure:
            connection.close()
            if not was_sent:
                await asyncio.sleep(PAUSE_SECONDS)
            status, event_id, note = 0, "", f"{type(failure).__name__}: {failure}"
        return Answer(name, status, event_id, began, time.monotonic(), note, was_sent)

    def _keep(self, answer: Answer) -> None:
        self.answers.append(answer)
        self.statuses[answer.status] += 1
        self.file.write(
            f"{answer.sent:.3f}\t{answer.ended:.3f}\t{answer.status}\t{answer.name}\t"
            f"{answer.event_id}\t{answer.note}\n"
        )


def judge_body(name: str, status: int, body: bytes) -> tuple[str, str]:
    """Returns the event's id, if the body has one, and what is wrong with the body."""
    try:
        document = json.loads(body)
    except ValueError:
        return "", f"the body is not JSON: {body[:100]!r}"
    if status == 200:
        expected = f"Hello, {name}!"
        wrong = document.get("message") != expected
        return "", f"another's answer: {body[:100]!r}" if wrong else ""
    if document.get("status") != status:
        return "", f"the body says another status: {body[:100]!r}"
    retryable = {503: True, 504: True, 500: False}
    if status in retryable and document.get("retryable") is not retryable[status]:
        return "", f"the body does not say whether to retry: {body[:100]!r}"
    event_id = document.get("event_id", "")
    if status == 504 and not event_id:
        return "", "a 504 without an event_id"
    return event_id, ""

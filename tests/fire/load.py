"""Sends events with unique names at a bounded rate, and keeps what became of each request."""

import asyncio
import json
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from fixture import STAMP_PATH

ANSWER_SECONDS_MAX = 20  # The API's deadline is two seconds, and a machine may be slow.
CONNECT_SECONDS_MAX = 10
PAUSE_SECONDS = 0.02
LONGEST_NAME = 200
INTERNAL_ERROR = "an internal error"  # The note of a 500 that says nothing about the event.
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
    # It says whether the server closed a connection that had served before, without an answer.
    was_replaced: bool = False
    was_refused: bool = False  # Whether it is the 503 of a connection that was refused.


def name_of(number: int) -> str:
    """Returns a name that no other number has. The lengths differ, so that batches do."""
    return f"f{number:08d}".ljust(LENGTHS[number % len(LENGTHS)], "x")


class Replaced(Exception):
    """The server has closed a connection that had served, without a byte of this answer."""


class Connection:
    """One connection to the API at a time, used for request after request."""

    def __init__(self) -> None:
        self.port = 0
        self.has_served = False
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def open(self, port: int) -> None:
        # A client sees an end that came between two requests, and connects again.
        if self.writer and self.port == port and not self.reader.at_eof():
            return
        self.close()
        async with asyncio.timeout(CONNECT_SECONDS_MAX):
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", port)
        self.port, self.has_served = port, False

    def close(self) -> None:
        if self.writer:
            self.writer.transport.abort()
        self.reader = self.writer = None

    async def ask(self, name: str) -> tuple[int, bytes, bool]:
        """Sends a request, and returns its status, its body and whether it refuses a connection."""
        assert self.reader and self.writer
        self.writer.write(f"GET {STAMP_PATH}{name} HTTP/1.1\r\nHost: fire.example\r\n\r\n".encode())
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            head = (await self._head()).lower()
            length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0])
            body = await self.reader.readexactly(length)
        status, closes = int(head[9:12]), b"\r\nconnection: close\r\n" in head
        is_first, self.has_served = not self.has_served, True
        if closes:
            self.close()
        # Nothing was asked of a connection that is refused, so this answer knows no request.
        refuses = status == 503 and not body and closes and b"\r\nretry-after: " in head
        return status, body, refuses and is_first

    async def _head(self) -> bytes:
        assert self.reader
        try:
            return await self.reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionResetError) as end:
            if self.has_served and not getattr(end, "partial", b""):
                raise Replaced(f"{type(end).__name__}: {end}") from end
            raise


class Load:
    """Runs the clients on a thread of its own."""

    def __init__(self, folder: Path, rate: float, connections: int) -> None:
        self.file = (folder / "answers.tsv").open("w", buffering=1024 * 1024)
        self.interval, self.connections = 1 / rate, connections
        self.port = 0  # The API's. Another one holds from the next request of each client on.
        self.answers: list[Answer] = []
        self.statuses: Counter[int] = Counter()
        self.failure = ""  # Why the clients have ended, if they did so by themselves.
        self.stopping = threading.Event()
        self.next_time = 0.0
        self.sent = 0
        self.thread = threading.Thread(target=self._run_all, daemon=True)

    def start(self, port: int) -> None:
        self.port = port
        self.thread.start()

    def stop(self) -> None:
        """Stops sending, and waits until each request has ended."""
        self.stopping.set()
        self.thread.join()
        self.file.close()

    def _run_all(self) -> None:
        try:
            asyncio.run(self._run())
        except Exception as failure:
            self.failure = f"{type(failure).__name__}: {failure}"

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
        began, was_sent, was_replaced, was_refused = time.monotonic(), False, False, False
        try:
            await connection.open(self.port)
            was_sent = True
            status, body, was_refused = await connection.ask(name)
            event_id, note = ("", "") if was_refused else judge_body(name, status, body)
        except Replaced as failure:
            connection.close()
            was_replaced, status, event_id, note = True, 0, "", f"{failure}"
        except (OSError, EOFError, TimeoutError, ValueError, asyncio.LimitOverrunError) as failure:
            connection.close()
            if not was_sent:
                await asyncio.sleep(PAUSE_SECONDS)
            status, event_id, note = 0, "", f"{type(failure).__name__}: {failure}"
        ended = time.monotonic()
        return Answer(
            name, status, event_id, began, ended, note, was_sent, was_replaced, was_refused
        )

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
    if not isinstance(document, dict):
        return "", f"the body is no object: {body[:100]!r}"
    if status == 200:
        wrong = document.get("name") != name
        return "", f"another's answer: {body[:100]!r}" if wrong else ""
    if document.get("status") != status:
        return "", f"the body says another status: {body[:100]!r}"
    if status == 500 and "retryable" not in document:
        return "", INTERNAL_ERROR
    retryable = {503: True, 504: True, 500: False}
    if status in retryable and document.get("retryable") is not retryable[status]:
        return "", f"the body does not say whether to retry: {body[:100]!r}"
    event_id = document.get("event_id", "")
    if status == 504 and not event_id:
        return "", "a 504 without an event_id"
    return event_id, ""

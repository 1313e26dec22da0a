"""Places orders and adds to them at a bounded rate, and keeps what became of each request."""

import asyncio
import json
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass

ANSWER_SECONDS_MAX = 20  # The API's deadline is some seconds, and a machine may be slow.
CONNECT_SECONDS_MAX = 10
PAUSE_SECONDS = 0.05
ADDITION_EACH = 5  # To one order of so many an amount is added.
READ_EACH = 10  # One of so many is read, too.
ACKNOWLEDGED = (201, 202)


@dataclass(frozen=True)
class Sent:
    """A request that publishes an event, and its answer. No two have the same order and cents."""

    order: str
    cents: int  # 0 for the order itself.
    status: int  # 0 if there was no whole answer.
    retryable: bool | None  # What the problem document says, if there is one.


class Connection:
    """One connection to the API at a time, used for request after request."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.port = 0
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def open(self, port: int) -> None:
        if self.writer and self.port == port and self.reader and not self.reader.at_eof():
            return
        self.close()
        async with asyncio.timeout(CONNECT_SECONDS_MAX):
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", port)
        self.port = port

    def close(self) -> None:
        if self.writer:
            self.writer.transport.abort()
        self.reader = self.writer = None

    async def ask(self, port: int, method: str, path: str, body: object) -> tuple[int, dict]:
        """Returns the status, which is 0 without a whole answer, and the body."""
        try:
            await self.open(port)
        except (OSError, TimeoutError):
            await asyncio.sleep(PAUSE_SECONDS)
            return 0, {}
        assert self.reader and self.writer
        text = json.dumps(body).encode() if body else b""
        head = f"{method} {path} HTTP/1.1\r\nHost: orders.example\r\nX-Api-Key: {self.key}\r\n"
        if text:
            head += f"Content-Type: application/json\r\nContent-Length: {len(text)}\r\n"
        try:
            self.writer.write(f"{head}\r\n".encode() + text)
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                answer = (await self.reader.readuntil(b"\r\n\r\n")).lower()
                length = int(answer.partition(b"content-length:")[2].split(b"\r\n")[0])
                content = await self.reader.readexactly(length)
            if b"\r\nconnection: close\r\n" in answer:
                self.close()
            return int(answer[9:12]), json.loads(content) if content else {}
        except (OSError, EOFError, TimeoutError, ValueError):
            self.close()
            return 0, {}


class Load:
    """Runs the clients on a thread of its own. They never send a request again."""

    def __init__(self, orders: int, rate: float, connections: int, key: str, template: str) -> None:
        self.orders, self.interval, self.connections = orders, 1 / rate, connections
        self.key, self.template = key, template
        self.port = 0  # The API's. Another one holds from the next request of each client on.
        self.begun = 0
        self.sent: list[Sent] = []
        self.acknowledged = 0
        self.statuses: Counter[str] = Counter()
        self.wrong: list[str] = []  # Answers that may not be.
        self.failure = ""  # Why the clients have ended, if they did so by themselves.
        self.next_time = 0.0
        self.paused = threading.Event()
        self.thread = threading.Thread(target=self._run_all, daemon=True)

    def start(self, port: int) -> None:
        self.port = port
        self.thread.start()

    def _run_all(self) -> None:
        try:
            asyncio.run(self._run())
        except Exception as failure:
            self.failure = f"{type(failure).__name__}: {failure}"

    async def _run(self) -> None:
        self.next_time = time.monotonic()
        await asyncio.gather(*(self._client() for _ in range(self.connections)))

    async def _client(self) -> None:
        connection = Connection(self.key)
        while self.begun < self.orders:
            self.begun += 1
            number = self.begun
            at = self.next_time = max(self.next_time + self.interval, time.monotonic())
            await asyncio.sleep(max(0.0, at - time.monotonic()))
            order = str(uuid.uuid4())
            body = json.loads(self.template.replace("@", order))
            if not await self._send(connection, order, 0, "/orders", body):
                continue
            if number % ADDITION_EACH == 0:
                cents = number
                path = f"/orders/{order}/additions"
                await self._send(connection, order, cents, path, {"cents": cents})
            if number % READ_EACH == 0:
                await self._read(connection, order)
        connection.close()

    async def _send(
        self, connection: Connection, order: str, cents: int, path: str, body: object
    ) -> bool:
        status, answer = await connection.ask(self.port, "POST", path, body)
        self.statuses[f"POST {status}"] += 1
        self.sent.append(Sent(order, cents, status, answer.get("retryable")))
        if status not in (0, *ACKNOWLEDGED, 503, 504):
            self.wrong.append(f"POST {path}: {status} {answer}")
        self.acknowledged += status in ACKNOWLEDGED
        return status in ACKNOWLEDGED

    async def _read(self, connection: Connection, order: str) -> None:
        """Reads an order that the view may have or not yet. Nobody else's must come."""
        status, answer = await connection.ask(self.port, "GET", f"/orders/{order}", None)
        self.statuses[f"GET {status}"] += 1
        if status not in (0, 200, 404, 503, 504) or (status == 200 and answer.get("id") != order):
            self.wrong.append(f"GET /orders/{order}: {status} {answer}")

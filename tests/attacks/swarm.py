"""Holds many connections to one server, and lets each of them do what an attack says.

One thread serves all connections with non-blocking sockets, so that 10,000 of them take one process
and little memory. Everything is bounded: the time, the connections, and how many are opened in all.
"""

import enum
import heapq
import re
import select
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from fixture import STAMP_PATH

READ_BYTES = 65536
OPENED_MAX = 1_000_000  # So many connections at most are made in one attack.
FILL_SECONDS_MAX = 120  # A loaded machine opens 12,000 connections within this time.
ROUND_SECONDS = 0.05  # How long the loop waits at most, so that it sees that it shall stop.
# A server that closes each connection at once must not make the loop do nothing but connect.
OPENED_IN_A_ROUND_MAX = 500
# Each loopback address has its own ephemeral ports, of which one has 28,000.
SOURCES = 16
STATUS = re.compile(rb"HTTP/1\.1 (\d{3})")


@dataclass(frozen=True)
class Target:
    """Says what is attacked. The paths are those of one contract."""

    host: str
    port: int
    path: str = "/healthcheck"  # It has no body.
    publishing_path: str = f"{STAMP_PATH}Eve"  # Its answer waits for Kafka.
    body_path: str = ""  # It has a text or JSON body; empty if the contract has no such operation.
    large_path: str = ""  # Its answer is large; empty if the contract has no such operation.

    def head(self, method: str = "GET", path: str = "") -> bytes:
        """Returns a request's first line and its Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        line = f"{method} {path or self.path} HTTP/1.1\r\nHost: {host}:{self.port}\r\n"
        return line.encode()


class Ending(enum.Enum):
    """Says what a connection does once its opening is sent."""

    HOLD = enum.auto()  # It stays, and drips if the attack has something to drip.
    CLOSE_AFTER_ANSWER = enum.auto()
    RESET = enum.auto()
    HALF_CLOSE = enum.auto()  # It sends no more, and stays.
    REPEAT_AFTER_ANSWER = enum.auto()


@dataclass(frozen=True)
class Attack:
    """Says what each connection of an attack does."""

    name: str
    does: str  # A sentence.
    connections: (
        int  # How many of them are held at the same time, unless the caller says otherwise.
    )
    opening: Callable[[Target], bytes]  # It is sent as fast as the server takes it.
    # It follows the opening again and again, if it is not empty.
    drip: Callable[[Target], bytes] = lambda _: b""
    pause: float = 1.0  # The seconds between two drips; 0 sends as fast as the server takes it.
    reads: bool = True
    ending: Ending = Ending.HOLD
    reopens: bool = True  # Whether a connection that the server has closed is opened again.
    needs: str = ""  # The member of Target without which there is no such attack.


class Stop(Protocol):
    """What a swarm asks whether it shall end: a threading.Event, for example."""

    def is_set(self) -> bool: ...


class Connection:
    """One connection of a swarm."""

    __slots__ = ("at", "connected", "due", "opened", "read_any", "sending", "socket")

    def __init__(self, plain: socket.socket, opening: bytes) -> None:
        self.socket = plain
        self.sending = memoryview(opening)
        self.at = 0
        self.connected = False
        self.opened = False  # Whether the opening is sent.
        self.read_any = False
        self.due = 0.0  # When it drips again.


class Swarm:
    """The connections of one attack. counts says what has become of them."""

    def __init__(
        self,
        attack: Attack,
        target: Target,
        connections: int | None = None,
        opened_max: int = OPENED_MAX,
        opened_per_second_max: float = 20_000,
    ) -> None:
        self.attack, self.target = attack, target
        self.wanted = attack.connections if connections is None else connections
        self.opened_max = opened_max
        self.opened_per_second_max = opened_per_second_max
        self.counts: Counter[str] = Counter()
        self.opening = attack.opening(target)
        self.drip = attack.drip(target)
        # For the end of a connection epoll needs no wish to read.
        self.poll = select.epoll()
        self.live: dict[int, Connection] = {}
        self.drips: list[tuple[float, int, Connection]] = []
        self.number = 0
        family, _, _, _, self.address = socket.getaddrinfo(
            target.host, target.port, type=socket.SOCK_STREAM
        )[0]
        self.family = family
        self.many_sources = self.address[0] == "127.0.0.1"

    def run(
        self,
        seconds: float,
        stop: Stop | None = None,
        when_full: Callable[[], None] = lambda: None,
    ) -> Counter[str]:
        """Attacks until the time is over or `stop` is set, closes everything, and returns counts.

        The time begins when all connections are opened, or FILL_SECONDS_MAX after the start;
        `when_full` is called then. It also ends when opened_max connections have come and gone. The
        keys are opened, failed (no connection was made), closed and reset (by the server),
        sent and read (bytes), held (at the end), and answer-STATUS of first answers.
        """
        began = time.monotonic()
        end = began + FILL_SECONDS_MAX
        full = False
        stop = stop or threading.Event()
        try:
            while not stop.is_set() and not self._is_over():
                now = time.monotonic()
                if not full and (self.counts["opened"] >= self.wanted or now > end):
                    full, end = True, now + seconds
                    when_full()
                if full and now > end:
                    break
                self._open_missing(now - began)
                for descriptor, events in self.poll.poll(self._wait_seconds()):
                    self._serve(self.live[descriptor], events)
                self._drip()
            self.counts["held"] = len(self.live)
        finally:
            self._close_all()
        return self.counts

    def _is_over(self) -> bool:
        return self.counts["opened"] >= self.opened_max and not self.live

    def _wait_seconds(self) -> float:
        if self._missing() > 0:
            return 0.001
        if self.drips:
            return min(ROUND_SECONDS, max(0.0, self.drips[0][0] - time.monotonic()))
        return ROUND_SECONDS

    def _missing(self) -> int:
        allowed = self.opened_max if self.attack.reopens else min(self.opened_max, self.wanted)
        return min(self.wanted - len(self.live), allowed - self.counts["opened"])

    def _open_missing(self, elapsed: float) -> None:
        due = int(elapsed * self.opened_per_second_max) + 1 - self.counts["opened"]
        for _ in range(min(self._missing(), due, OPENED_IN_A_ROUND_MAX)):
            if not self._open():
                break

    def _open(self) -> bool:
        plain = socket.socket(self.family, socket.SOCK_STREAM)
        plain.setblocking(False)
        self.number += 1
        try:
            if not self.attack.reads:
                plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            if self.many_sources:
                plain.setsockopt(socket.SOL_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT
                plain.bind((f"127.0.0.{1 + self.number % SOURCES}", 0))
            plain.connect_ex(self.address)
        except OSError:
            plain.close()
            self.counts["failed"] += 1
            return False
        connection = Connection(plain, self.opening)
        self.counts["opened"] += 1
        self.live[plain.fileno()] = connection
        self.poll.register(plain.fileno(), self._events(writes=True))
        return True

    def _serve(self, connection: Connection, events: int) -> None:
        try:
            if not connection.connected:
                error = connection.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if error:
                    self._end(connection, "failed")
                    return
                connection.connected = True
            if events & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR | select.EPOLLRDHUP):
                if self.attack.reads:
                    if not self._read(connection):
                        return
                else:
                    self._end(connection, "closed" if events & select.EPOLLRDHUP else "reset")
                    return
            if events & select.EPOLLOUT:
                self._write(connection)
        except OSError:
            self._end(connection, "reset" if connection.connected else "failed")

    def _read(self, connection: Connection) -> bool:
        """Returns False if the connection has ended."""
        try:
            received = connection.socket.recv(READ_BYTES)
        except BlockingIOError:
            return True
        if not received:
            self._end(connection, "closed")
            return False
        self.counts["read"] += len(received)
        if not connection.read_any:
            connection.read_any = True
            if found := STATUS.match(received):
                self.counts["answer-" + found[1].decode()] += 1
        if connection.opened and self.attack.ending is Ending.CLOSE_AFTER_ANSWER:
            self._end(connection, "ended")
            return False
        if connection.opened and self.attack.ending is Ending.REPEAT_AFTER_ANSWER:
            connection.at = 0
            self._write(connection)
        return True

    def _write(self, connection: Connection) -> None:
        try:
            sent = connection.socket.send(connection.sending[connection.at :])
        except BlockingIOError:
            return
        self.counts["sent"] += sent
        connection.at += sent
        if connection.at < len(connection.sending):
            return
        connection.opened = True
        if self.attack.ending is Ending.RESET:
            connection.socket.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
            self._end(connection, "ended")
            return
        if self.attack.ending is Ending.HALF_CLOSE:
            connection.socket.shutdown(socket.SHUT_WR)
        if self.drip:
            connection.sending, connection.at = memoryview(self.drip), 0
            if self.attack.pause == 0:
                return
            connection.due = time.monotonic() + self.attack.pause
            self.number += 1
            heapq.heappush(self.drips, (connection.due, self.number, connection))
        self._wait_for(connection, writes=False)

    def _drip(self) -> None:
        now = time.monotonic()
        while self.drips and self.drips[0][0] <= now:
            _, _, connection = heapq.heappop(self.drips)
            if connection.socket.fileno() < 0:
                continue
            # It goes out at once, if the server takes it.
            self._wait_for(connection, writes=True)

    def _events(self, writes: bool) -> int:
        events = select.EPOLLIN if self.attack.reads else select.EPOLLRDHUP
        return events | select.EPOLLOUT if writes else events

    def _wait_for(self, connection: Connection, writes: bool) -> None:
        self.poll.modify(connection.socket.fileno(), self._events(writes))

    def _end(self, connection: Connection, how: str) -> None:
        self.counts[how] += 1
        self.live.pop(connection.socket.fileno())
        connection.socket.close()  # epoll forgets it.

    def _close_all(self) -> None:
        for connection in self.live.values():
            connection.socket.close()
        self.live.clear()
        self.drips.clear()
        self.poll.close()

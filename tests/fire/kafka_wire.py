"""Two requests of Kafka's protocol that the campaign needs, without a library.

The formats are those of https://kafka.apache.org/protocol: Metadata 1, AlterClientQuotas 0.
"""

import socket
import struct
from dataclasses import dataclass

METADATA, ALTER_CLIENT_QUOTAS = 3, 49
SECONDS_MAX = 3
BYTES_MAX = 1024 * 1024


class Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def number(self, form: str) -> int:
        value = struct.unpack_from(">" + form, self.data, self.at)[0]
        self.at += struct.calcsize(">" + form)
        return value

    def text(self) -> str:
        length = max(0, self.number("h"))  # -1 is null.
        self.at += length
        return self.data[self.at - length : self.at].decode()

    def numbers(self) -> list[int]:
        return [self.number("i") for _ in range(self.number("i"))]


def text(value: str | None) -> bytes:
    if value is None:
        return struct.pack(">h", -1)
    return struct.pack(">h", len(value.encode())) + value.encode()


def receive(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise OSError("Kafka has closed the connection")
        data += part
    return data


def ask(port: int, key: int, version: int, body: bytes) -> Reader:
    """Sends a request to a broker, and returns its answer. Fails with an OSError."""
    message = struct.pack(">hhi", key, version, 1) + text("fire-control") + body
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS_MAX) as connection:
        connection.settimeout(SECONDS_MAX)
        connection.sendall(struct.pack(">i", len(message)) + message)
        size = struct.unpack(">i", receive(connection, 4))[0]
        if not 4 <= size <= BYTES_MAX:
            raise OSError(f"Kafka's answer has {size} bytes")
        reader = Reader(receive(connection, size))
    reader.number("i")  # The number of the request.
    return reader


@dataclass
class Metadata:
    brokers: set[int]
    isr: list[set[int]]  # Of each partition of the topic.
    has_preferred_leaders: bool  # Each partition is led by the first of its replicas.


def metadata(port: int, topic: str) -> Metadata:
    return metadata_in(ask(port, METADATA, 1, struct.pack(">i", 1) + text(topic)))


def metadata_in(answer: Reader) -> Metadata:
    brokers = set()
    for _ in range(answer.number("i")):
        brokers.add(answer.number("i"))
        answer.text()  # host
        answer.number("i")  # port
        answer.text()  # rack
    answer.number("i")  # controller
    isr: list[set[int]] = []
    preferred = True
    for _ in range(answer.number("i")):
        answer.number("h")  # error
        answer.text()  # name
        answer.number("b")  # internal
        for _ in range(answer.number("i")):
            answer.number("h")  # error
            answer.number("i")  # partition
            leader = answer.number("i")
            replicas = answer.numbers()
            preferred = preferred and replicas[:1] == [leader]
            isr.append(set(answer.numbers()))
    return Metadata(brokers, isr, preferred)


def limit_producers(port: int, bytes_per_second: float | None) -> None:
    """Sets the quota of every client, or takes it away."""
    entity = struct.pack(">i", 1) + text("client-id") + text(None)
    rate = struct.pack(">d?", bytes_per_second or 0, bytes_per_second is None)
    change = struct.pack(">i", 1) + text("producer_byte_rate") + rate
    answer = ask(
        port, ALTER_CLIENT_QUOTAS, 0, struct.pack(">i", 1) + entity + change + struct.pack(">?", 0)
    )
    answer.number("i")  # throttle time
    for _ in range(answer.number("i")):
        error, reason = answer.number("h"), answer.text()
        if error:
            raise OSError(f"Kafka refuses the quota: {error} {reason}")
        answer.at = len(answer.data)
        break

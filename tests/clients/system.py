"""Runs penstock_local with a real Kafka, and knows what is in its topics."""

import os
import re
import select
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
from fixture import SERVICE_FOLDER

PATIENCE = 90


class Fault(Exception):
    """Is what a judge found wrong."""


def check(condition: object, sentence: object) -> None:
    if not condition:
        raise Fault(sentence)


def wait_until(condition: Callable[[], bool], describe: Callable[[], str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        check(time.monotonic() < deadline, describe())
        time.sleep(0.05)  # Until the next look.


class Program:
    """Is a program that runs until stop() is called. It keeps the program's output."""

    def __init__(self, *command: str | Path) -> None:
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment()
        )
        self.text = ""

    def read(self) -> bool:
        """Reads what is there to read. Returns False at the end of the output."""
        while select.select([self.process.stdout], [], [], 0)[0]:
            part = os.read(self.process.stdout.fileno(), 65536)
            if not part:
                return False
            self.text += part.decode(errors="replace")
        return True

    def wait_for(self, pattern: str) -> re.Match[str]:
        def has_come() -> bool:
            running = self.read()
            found = re.search(pattern, self.text)
            check(running or found, f"the program ended without {pattern}:\n{self.text}")
            return found is not None

        wait_until(has_come, lambda: f"no line has {pattern}:\n{self.text}")
        return re.search(pattern, self.text)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            rest, _ = self.process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            rest, _ = self.process.communicate()
        self.text += rest.decode(errors="replace")


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}


def finished(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs a program to its end."""
    return subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=PATIENCE,
        env=environment(),
        check=False,
    )


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


@dataclass
class NewRecord:
    value: bytes | None
    key: bytes | None = None
    partition: int = 0
    headers: list[tuple[str, bytes]] = field(default_factory=list)
    # Kafka deletes records whose own time is older than the topic's retention.
    timestamp: int = field(default_factory=lambda: time.time_ns() // 1_000_000)


@dataclass
class System:
    """Is a system that runs: penstock_local's path, its Kafka, its API and a folder for files."""

    local: Path
    bootstrap: str
    api: str
    folder: Path

    def make_topic(self, topic: str, records: list[NewRecord]) -> None:
        partitions = 1 + max(record.partition for record in records)
        admin = AdminClient({"bootstrap.servers": self.bootstrap})
        admin.create_topics([NewTopic(topic, partitions, 1)])[topic].result(PATIENCE)
        producer = Producer({"bootstrap.servers": self.bootstrap, "enable.idempotence": True})
        # A producer fails a record at once if the broker does not know the new topic yet.
        wait_until(
            lambda: (
                len(producer.list_topics(topic, PATIENCE).topics[topic].partitions) == partitions
            ),
            lambda: f"the broker does not make topic {topic}",
        )
        failures: list[str] = []
        for record in records:
            producer.produce(
                topic,
                record.value,
                record.key,
                record.partition,
                timestamp=record.timestamp,
                headers=record.headers,
                on_delivery=lambda error, _: failures.append(str(error)) if error else None,
            )
        check(producer.flush(PATIENCE) == 0, f"the records do not get to topic {topic}")
        check(not failures, f"topic {topic} does not have all records: {failures}")

    def is_finished(self, topic: str, group: str, counts: dict[int, int]) -> bool:
        """Tells whether the group has stored all these counts of records by partition."""
        consumer = Consumer({"bootstrap.servers": self.bootstrap, "group.id": group})
        stored = consumer.committed([TopicPartition(topic, each) for each in counts], PATIENCE)
        consumer.close()
        return all(counts[each.partition] == each.offset for each in stored)


@contextmanager
def running_system(local: Path, folder: Path) -> Iterator[System]:
    port, admin_port = free_ports(2)
    ports = ["--port", str(port), "--admin-port", str(admin_port)]
    program = Program(local, "--service", SERVICE_FOLDER, *ports, "--data", folder / "data")
    try:
        bootstrap = program.wait_for(r"ready: .* at (\S+) ->")[1]
        yield System(local, bootstrap, f"http://127.0.0.1:{port}", folder)
    finally:
        program.stop()

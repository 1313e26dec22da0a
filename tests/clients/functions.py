"""Judges functions that are made with AWS's runtime clients."""

import base64
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from system import NewRecord, Program, System, check, finished, wait_until

ARN = r"arn:aws:lambda:us-east-1:000000000000:function:\w+"
TIMEOUT_S = 4
AS_ASKED = "as asked: Grüß"


@dataclass(frozen=True)
class Client:
    """Is a runtime client, with what its language and its maker leave out."""

    name: str
    reports_init_errors: bool = True
    # The handler for streamed answers, or None if the client cannot stream.
    stream: str | None = None
    # Rust's client writes the trailers of an error into the body, where nothing tells them apart.
    fails_streams: bool = True
    # Whether the client has several requests for events open at a time.
    is_concurrent: bool = False


CLIENTS = [
    Client("python", is_concurrent=True),
    Client("node", stream="function.stream"),
    Client("go", reports_init_errors=False, stream="", is_concurrent=True),
    Client("rust", reports_init_errors=False, stream="", fails_streams=False),
    Client("java", is_concurrent=True),
]


@dataclass
class Outcome:
    """Is what a mapping said about an invocation. An answer that is accepted has no error."""

    error: str
    message: str
    process: str


class Function:
    """Is a function that one client runs, with these variables."""

    def __init__(self, system: System, build: Path, client: Client, **variables: str) -> None:
        self.system = system
        self.client = client
        self.options: list[str | Path] = ["--function", build / client.name / "bootstrap"]
        self.options += ["--function-timeout", str(TIMEOUT_S)]
        for name, value in variables.items():
            self.options += ["--env", f"{name}={value}"]

    def invoke(self, step: str) -> tuple[int, str]:
        """Invokes the function with one record. Returns the exit status and what it printed."""
        record = {
            "topic": "judge",
            "partition": 0,
            "offset": 7,
            "timestamp": 1763900000000,
            "timestampType": "CREATE_TIME",
            "value": base64.b64encode(step.encode()).decode(),
            "headers": [],
        }
        event = {"eventSource": "SelfManagedKafka", "bootstrapServers": "127.0.0.1:9092"}
        path = self.system.folder / f"{self.client.name}-event.json"
        path.write_text(json.dumps(event | {"records": {"judge-0": [record]}}))
        run = finished(self.system.local, "invoke", path, *self.options)
        return run.returncode, run.stdout

    def answer(self, step: str) -> str:
        status, output = self.invoke(step)
        found = re.search("^succeeded: (.*)", output, re.MULTILINE | re.DOTALL)
        check(status == 0 and found, output)
        return found[1].removesuffix("\n")

    def error(self, step: str) -> str:
        status, output = self.invoke(step)
        found = re.search("^failed: (.*)", output, re.MULTILINE)
        check(status == 1 and found, output)
        return found[1]

    def run_mapping(
        self, topic: str, records: list[NewRecord], concurrency: int = 1, **members: Any
    ) -> str:
        """Runs a mapping until it has stored all records. Returns what it printed."""
        self.system.make_topic(topic, records)
        mapping = {
            "FunctionName": "judge",
            "EventSourceArn": "arn:aws:kafka:eu-central-1:123456789012:cluster/judge/1",
            "Topics": [topic],
            "StartingPosition": "TRIM_HORIZON",
            "MaximumBatchingWindowInSeconds": 0,
            "ProvisionedPollerConfig": {"MinimumPollers": 1},
            "AmazonManagedKafkaEventSourceConfig": {"ConsumerGroupId": topic},
        }
        path = self.system.folder / f"{topic}.json"
        path.write_text(json.dumps(mapping | members))
        where = ["--bootstrap", self.system.bootstrap, "--config", path, "--verbose"]
        at_once = ["--concurrency", str(concurrency)]
        program = Program(self.system.local, "esm", *where, *at_once, *self.options)
        counts = Counter(record.partition for record in records)

        def has_stored() -> bool:
            check(program.read(), f"the mapping ended:\n{program.text}")
            return self.system.is_finished(topic, topic, counts)

        try:
            wait_until(has_stored, lambda: f"the mapping does not finish:\n{program.text}")
        finally:
            program.stop()
        return program.text

    def outcomes(self, topic: str, steps: list[str]) -> list[Outcome]:
        """Invokes the function with one record after the other, as a mapping that never retries."""
        records = [NewRecord(step.encode()) for step in steps]
        text = self.run_mapping(topic, records, BatchSize=1, MaximumRetryAttempts=0)
        found = []
        for offset in range(len(steps)):
            process = re.search(rf"handled {topic}-0@{offset} by (\d+)", text)
            line = re.search(rf"{topic}-0 {offset} (?:done|failed: ([\w.$]+)(?:: (.*))?)", text)
            check(line, f"no outcome of record {offset}:\n{text}")
            found.append(Outcome(line[1] or "", line[2] or "", process[1] if process else "none"))
        return found


def most_at_a_time(text: str) -> int:
    """Returns the largest number of invocations that ran at the same time."""
    most = running = 0
    for start in re.findall(r"(handled )|\d done in", text):
        running += 1 if start else -1
        most = max(most, running)
    return most


def handled(text: str) -> Counter[str]:
    """Counts the invocations for each record."""
    return Counter(re.findall(r"handled \S+?-(\d+@\d+) by", text))

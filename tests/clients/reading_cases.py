"""Others read our events and our records. What they read must be what was written."""

import json
import time
import urllib.request
from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition
from fixture import STAMP_PATH, STAMP_TOPIC
from report import Report
from system import PATIENCE, NewRecord, System, check, finished

TOPIC = "judge-events"
# aws_lambda_events 1.2.1 reads half of all milliseconds one too small, and whole seconds well.
TIME = int(time.time()) * 1000
RECORDS = [
    replace(record, timestamp=TIME)
    for record in (
        NewRecord(b'{"number":1}', b"order-1", 0),
        NewRecord(b'{"number":2}', None, 0, [("greeting", "Grüß".encode())]),
        NewRecord(None, b"order-1", 1),
        NewRecord(
            "Zoë 😀".encode(),
            "schlüssel".encode(),
            1,
            [("a", b"plain"), ("b", "\x7f\x80".encode())],
        ),
        NewRecord(b"no JSON", b"order-2", 2, [("empty", b"")]),
        NewRecord(b'{"number":6}', None, 2),
    )
]
REQUESTS = (f"{STAMP_PATH}Paul", f"{STAMP_PATH}Dan")


def as_read(record: NewRecord, offset: int) -> dict[str, Any]:
    """Returns the record as each of the programs that read events prints it."""
    return {
        "topic": TOPIC,
        "partition": record.partition,
        "offset": offset,
        "timestamp": record.timestamp,
        "key": None if record.key is None else record.key.decode(),
        "value": None if record.value is None else record.value.decode(),
        "headers": [[name, value.decode()] for name, value in record.headers],
    }


def expected_records() -> list[dict[str, Any]]:
    ends: Counter[int] = Counter()
    expected = []
    for record in RECORDS:
        expected.append(as_read(record, ends[record.partition]))
        ends[record.partition] += 1
    return expected


def output_of(*command: str | Path) -> str:
    run = finished(*command)
    check(run.returncode == 0, f"exit status {run.returncode}:\n{run.stdout}")
    return run.stdout


def judge_events(report: Report, system: System, build: Path) -> None:
    system.make_topic(TOPIC, RECORDS)
    event = system.folder / "event.json"
    saved = ["--from-topic", TOPIC, "--bootstrap", system.bootstrap, "--save", event]
    output_of(system.local, "invoke", *saved)
    python = [build / "python/venv/bin/python", build / "python/read_event.py"]
    readers = {
        "powertools-python: data classes": [*python, "classes"],
        "powertools-python: kafka_consumer": [*python, "consumer"],
        "powertools-python: BatchProcessor": [*python, "batch"],
        "powertools-typescript: kafkaConsumer": ["node", build / "node/read_event.mjs"],
        "aws-lambda-go: KafkaEvent": [build / "go/read_event"],
        "aws_lambda_events: KafkaEvent": [build / "rust/debug/read_event"],
    }
    for name, command in readers.items():
        with report.case(name, "reads our event"):
            read = json.loads(output_of(*command, event))
            read.sort(key=lambda record: (record["partition"], record["offset"]))
            for record, expected in zip(read, expected_records(), strict=True):
                check(record == expected, f"it read {record}, and not {expected}")


def stored_records(system: System, count: int) -> list[dict[str, Any]]:
    """Reads the API's records with a client that knows nothing of CloudEvents."""
    consumer = Consumer({"bootstrap.servers": system.bootstrap, "group.id": "judge"})
    consumer.assign([TopicPartition(STAMP_TOPIC, 0, OFFSET_BEGINNING)])
    records = consumer.consume(count, PATIENCE)
    consumer.close()
    stored = []
    for record in records:
        headers = {name: value.decode() for name, value in record.headers()}
        stored.append(
            {
                "specversion": headers["ce_specversion"],
                "id": headers["ce_id"],
                "source": headers["ce_source"],
                "type": headers["ce_type"],
                "time": datetime.fromisoformat(headers["ce_time"]),
                "datacontenttype": headers["content-type"],
                "data": json.loads(record.value()),
            }
        )
    return stored


def judge_records(report: Report, system: System, build: Path) -> None:
    for path in REQUESTS:
        urllib.request.urlopen(system.api + path, timeout=PATIENCE).read()
    expected = stored_records(system, len(REQUESTS))
    python = [build / "python/venv/bin/python", build / "python/read_records.py"]
    java = ["java", "-cp", f"{build}/java/classes:{build}/java/lib/*", "penstock.ReadRecords"]
    readers = {
        "cloudevents-python": python,
        "cloudevents-go": [build / "go/read_records"],
        "cloudevents-java": java,
    }
    for name, command in readers.items():
        with report.case(name, "reads the API's records"):
            check(len(expected) == len(REQUESTS), f"the topic has {len(expected)} records")
            output = output_of(*command, system.bootstrap, STAMP_TOPIC, str(len(REQUESTS)))
            read = [json.loads(line) for line in output.splitlines()]
            for record in read:
                record["time"] = datetime.fromisoformat(record["time"])
            check(read == expected, f"it read {output}, and not {expected}")

#!/usr/bin/env python3
"""Prints the records of an event as Powertools for Python reads them.

read_event.py classes|consumer|batch FILE
"""

import json
import sys
from pathlib import Path
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.kafka_event import KafkaEvent, KafkaEventRecord
from aws_lambda_powertools.utilities.kafka import ConsumerRecords, kafka_consumer
from aws_lambda_powertools.utilities.typing import LambdaContext


def place(record: Any) -> dict[str, Any]:
    return {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "timestamp": record.timestamp,
    }


# A tombstone has no value, and a record without one raises a KeyError.
def of_class(record: KafkaEventRecord) -> dict[str, Any]:
    return place(record) | {
        "key": None if record.decoded_key is None else record.decoded_key.decode(),
        "value": record.decoded_value.decode() if "value" in record else None,
        "headers": [[name, value.decode()] for name, value in record.decoded_headers.items()],
    }


def of_classes(event: dict[str, Any]) -> list[dict[str, Any]]:
    return [of_class(record) for record in KafkaEvent(event).records]


def of_consumer(event: dict[str, Any]) -> list[dict[str, Any]]:
    @kafka_consumer()
    def read(records: ConsumerRecords, _: LambdaContext) -> list[dict[str, Any]]:
        return [
            place(record)
            | {
                "key": record.key,
                "value": record.value if "value" in record else None,
                "headers": [[name, value.decode()] for name, value in record.headers.items()],
            }
            for record in records.records
        ]

    return read(event, LambdaContext())


def of_batch(event: dict[str, Any]) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = []
    answer = process_partial_response(
        event=event,
        record_handler=lambda record: read.append(of_class(record)),
        processor=BatchProcessor(event_type=EventType.Kafka),
    )
    assert answer == {"batchItemFailures": []}, answer
    return read


readers = {"classes": of_classes, "consumer": of_consumer, "batch": of_batch}
print(json.dumps(readers[sys.argv[1]](json.loads(Path(sys.argv[2]).read_text()))))

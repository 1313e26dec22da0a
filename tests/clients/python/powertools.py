"""A function with the batch processor of Powertools, as its documentation writes it."""

import os
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.kafka_event import KafkaEventRecord

processor = BatchProcessor(event_type=EventType.Kafka)
seen: set[tuple[str, int, int]] = set()


def record_handler(record: KafkaEventRecord) -> None:
    place = record.topic, record.partition, record.offset
    print("handled {}-{}@{} by {}".format(*place, os.getpid()))
    if record.decoded_value == b"fail-once" and place not in seen:
        seen.add(place)
        raise ValueError("as asked")


def handler(event: dict[str, Any], context: Any) -> Any:
    return process_partial_response(
        event=event, record_handler=record_handler, processor=processor, context=context
    )

#!/usr/bin/env python3
"""Prints a topic's first records as CloudEvents, one on a line, as the SDK for Python reads them.

read_records.py BOOTSTRAP TOPIC COUNT
"""

import json
import sys

from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka_event
from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

bootstrap, topic, count = sys.argv[1:]
consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "judge-python"})
consumer.assign([TopicPartition(topic, 0, OFFSET_BEGINNING)])
for record in consumer.consume(int(count), timeout=30):
    event = from_kafka_event(
        KafkaMessage(headers=dict(record.headers()), key=record.key(), value=record.value())
    )
    read = {
        "specversion": event.get_specversion(),
        "id": event.get_id(),
        "source": event.get_source(),
        "type": event.get_type(),
        "time": event.get_time().isoformat(),
        "datacontenttype": event.get_datacontenttype(),
        "data": event.get_data(),
    }
    print(json.dumps(read))
consumer.close()

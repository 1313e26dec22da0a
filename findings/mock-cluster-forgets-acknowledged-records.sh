#!/usr/bin/env bash
# librdkafka's in-process cluster (test.mock.num.brokers) is for tests without a broker. It keeps 5
# MiB for each partition, and silently deletes the oldest records beyond that, although they are
# acknowledged and unread. A consumer that starts late, or replays, seems to have lost them.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check confluent-kafka==2.16.1

cat > fill.py <<'PY'
from confluent_kafka import Consumer, Producer, TopicPartition

reports = []
producer = Producer({"test.mock.num.brokers": 1, "acks": "all", "log_level": 0})
for _ in range(20_000):
    producer.produce("orders", bytes(1000), partition=0,
                     on_delivery=lambda error, _: reports.append(error))
    producer.poll(0)
producer.flush(60)
acknowledged = sum(error is None for error in reports)
print("acknowledged:", acknowledged, "failed:", len(reports) - acknowledged)

broker = producer.list_topics(timeout=10).brokers[1]
consumer = Consumer({"bootstrap.servers": f"{broker.host}:{broker.port}", "group.id": "late",
                     "log_level": 0})
low, high = consumer.get_watermark_offsets(TopicPartition("orders", 0), timeout=10)
print("next offset:", high)
print("kept: between 4 and 6 MB" if 4000 < high - low < 6000 else f"kept: {high - low} records")
PY

seen=$(venv/bin/python fill.py)
echo "guess: what the in-process cluster has acknowledged is there until it ends"
echo "seen, librdkafka 2.16.0 in confluent-kafka 2.16.1, records of 1,000 bytes:"
echo "$seen"
[[ $seen == 'acknowledged: 20000 failed: 0
next offset: 20000
kept: between 4 and 6 MB' ]] || { echo "This has changed."; exit 1; }

#!/usr/bin/env bash
# A topic keeps records for seven days, counted from the record's own timestamp, which the producer
# sets. A program that moves or replays old events with their timestamps gets acknowledgements, and
# the broker's next check, minutes later, deletes all of them, even in the segment in use.
set -euo pipefail
work=$(mktemp -d)
broker=
trap '[[ -z $broker ]] || kill "$broker"; wait; rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check confluent-kafka==2.16.1
cat > pom.xml <<'XML'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies><dependency><groupId>org.apache.kafka</groupId>
    <artifactId>kafka_2.13</artifactId><version>4.3.1</version></dependency></dependencies>
</project>
XML
mvn --quiet --batch-mode dependency:copy-dependencies -DoutputDirectory=lib &> maven.log ||
  { cat maven.log; exit 1; }

read -r port controller < <(python3 -c 'import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in "ab"]
print(*[s.getsockname()[1] for s in sockets])')
# The broker checks every 10 s instead of every 5 minutes. The seven days are Kafka's default.
cat > server.properties <<PROPERTIES
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller
log.dirs=$work/data
log.retention.check.interval.ms=10000
PROPERTIES
java -cp 'lib/*' kafka.tools.StorageTool format -t AAAAAAAAAAAAAAAAAAAAAA \
  -c server.properties &> format.log
java -Xmx400m -cp 'lib/*' kafka.Kafka server.properties &> broker.log &
broker=$!

cat > replay.py <<'PY'
import sys, time
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

client = {"bootstrap.servers": sys.argv[1], "log_level": 0}
topic = NewTopic("orders", 1, 1)
admin = AdminClient(client)
admin.create_topics([topic], request_timeout=60)["orders"].result()
errors = []
producer = Producer(client | {"acks": "all"})
eight_days_ago = int((time.time() - 8 * 86400) * 1000)
for _ in range(10):
    producer.produce("orders", b"x", timestamp=eight_days_ago,
                     on_delivery=lambda error, _: errors.append(error))
producer.flush(30)
print("acknowledged:", sum(error is None for error in errors))
consumer = Consumer(client | {"group.id": "readers"})
end = time.time() + 180
low = 0
while low < 10 and time.time() < end:
    low, high = consumer.get_watermark_offsets(TopicPartition("orders", 0), timeout=10)
    time.sleep(1)
print("left:", high - low)
PY

seen=$(venv/bin/python replay.py "127.0.0.1:$port")
echo "guess: a record that was written just now is kept for the topic's seven days"
echo "seen, Apache Kafka 4.3.1, ten records with a timestamp of eight days ago:"
echo "$seen"
[[ $seen == 'acknowledged: 10
left: 0' ]] || { echo "This has changed."; exit 1; }

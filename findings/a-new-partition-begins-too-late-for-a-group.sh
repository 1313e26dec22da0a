#!/usr/bin/env bash
# A consumer with auto.offset.reset=latest reads what comes from now on. When its topic gets another
# partition, it does not know before it asks for the metadata again, every five minutes by default.
# Then it begins the new partition at its end: what was written there until then is never read,
# although the group has been there all the time. One with `earliest` reads it.
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
cat > server.properties <<PROPERTIES
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller
offsets.topic.replication.factor=1
group.initial.rebalance.delay.ms=0
log.dirs=$work/data
PROPERTIES
java -cp 'lib/*' kafka.tools.StorageTool format -t AAAAAAAAAAAAAAAAAAAAAA \
  -c server.properties &> format.log
java -Xmx400m -cp 'lib/*' kafka.Kafka server.properties &> broker.log &
broker=$!

cat > consume.py <<'PY'
import sys
import time

from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient, NewPartitions, NewTopic

client = {"bootstrap.servers": sys.argv[1], "log_level": 0}
admin = AdminClient(client)
admin.create_topics([NewTopic("orders", 1, 1)], request_timeout=60)["orders"].result()
consumers = {}
for reset in ("latest", "earliest"):
    # Half a minute is enough to write one record, and this way the test does not take five minutes.
    consumers[reset] = Consumer(client | {"group.id": reset, "auto.offset.reset": reset,
                                          "topic.metadata.refresh.interval.ms": 30000})
    consumers[reset].subscribe(["orders"])
read = {reset: [] for reset in consumers}


def write(text, partition):
    producer = Producer(client)
    producer.produce("orders", text, partition=partition)
    if producer.flush(60):
        sys.exit(f"{text} was not written")


def read_until(done, written=None):
    end = time.monotonic() + 120
    while not done():
        if time.monotonic() > end:
            sys.exit("the consumers have waited for too long")
        if written:
            write(*written)
        for reset, consumer in consumers.items():
            record = consumer.poll(0.5)
            if record is not None and not record.error():
                read[reset].append(record.value().decode())


def all_have(text):
    return all(text in texts for texts in read.values())


read_until(lambda: all_have("before"), written=("before", 0))
admin.create_partitions([NewPartitions("orders", 2)])["orders"].result()
write("first", 1)
read_until(lambda: all(len(each.assignment()) == 2 for each in consumers.values()))
read_until(lambda: all_have("later"), written=("later", 1))
for reset, texts in read.items():
    print(f"{reset}:", *dict.fromkeys(texts))
PY

seen=$(venv/bin/python consume.py "127.0.0.1:$port")
echo "guess: both groups read all records that are written while they run"
echo "seen, librdkafka 2.16.0, Apache Kafka 4.3.1, the new partition gets first and later:"
echo "$seen"
[[ $seen == 'latest: before later
earliest: before first later' ]] || { echo "This has changed."; exit 1; }

#!/usr/bin/env bash
# min.insync.replicas=2 with acks=all is meant to refuse a record that has only one copy. But the
# broker caps the setting at the topic's number of replicas: a topic that was created with one, by
# mistake or by a default, acknowledges everything, and still shows the setting.
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
log.dirs=$work/data
PROPERTIES
java -cp 'lib/*' kafka.tools.StorageTool format -t AAAAAAAAAAAAAAAAAAAAAA \
  -c server.properties &> format.log
java -Xmx400m -cp 'lib/*' kafka.Kafka server.properties &> broker.log &
broker=$!

cat > produce.py <<'PY'
import sys
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic, ResourceType

client = {"bootstrap.servers": sys.argv[1], "log_level": 0}
admin = AdminClient(client)
topic = NewTopic("orders", 1, 1, config={"min.insync.replicas": "2"})
admin.create_topics([topic], request_timeout=60)["orders"].result()
resource = ConfigResource(ResourceType.TOPIC, "orders")
settings = admin.describe_configs([resource])[resource].result()
print("min.insync.replicas:", settings["min.insync.replicas"].value)

def report(error, record):
    print("acks=all:", error or f"acknowledged at offset {record.offset()}")

producer = Producer(client | {"acks": "all", "message.timeout.ms": 20000})
producer.produce("orders", b"x", on_delivery=report)
producer.flush(30)
PY

seen=$(venv/bin/python produce.py "127.0.0.1:$port")
echo "guess: NOT_ENOUGH_REPLICAS, as one is fewer than two"
echo "seen, Apache Kafka 4.3.1, one broker, a topic with one replica:"
echo "$seen"
[[ $seen == 'min.insync.replicas: 2
acks=all: acknowledged at offset 0' ]] || { echo "This has changed."; exit 1; }

#!/usr/bin/env bash
# A topic's max.message.bytes limits the batch. Java's producer splits a refused batch and sends its
# parts. librdkafka fails every record in it, though each would fit alone. It happens only under
# load, when batches are large, and looks as if the records were too large.
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
from confluent_kafka.admin import AdminClient, NewTopic

client = {"bootstrap.servers": sys.argv[1], "log_level": 0}
topic = NewTopic("orders", 1, 1, config={"max.message.bytes": "50000"})
admin = AdminClient(client)
admin.create_topics([topic], request_timeout=60)["orders"].result()
for name, count in (("alone", 1), ("in a batch", 100)):
    errors = []
    producer = Producer(client | {"linger.ms": 500})
    for _ in range(count):
        producer.produce("orders", bytes(1000), on_delivery=lambda error, _: errors.append(error))
    producer.flush(30)
    refused = [error.name() for error in errors if error]
    print(f"librdkafka, {name}: {count - len(refused)} acknowledged", *set(refused))
PY
cat > Produce.java <<'JAVA'
import java.util.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.serialization.ByteArraySerializer;

class Produce {
  public static void main(String[] arguments) {
    var settings = Map.<String, Object>of("bootstrap.servers", arguments[0], "linger.ms", 500,
        "batch.size", 1_000_000);  // As large as librdkafka's.
    var bytes = new ByteArraySerializer();
    var errors = new ArrayList<Exception>();
    try (var producer = new KafkaProducer<byte[], byte[]>(settings, bytes, bytes)) {
      for (int i = 0; i < 100; i++) {
        producer.send(new ProducerRecord<>("orders", new byte[1000]), (__, e) -> errors.add(e));
      }
    }
    errors.removeIf(Objects::nonNull);
    System.out.println("Java, in a batch: " + errors.size() + " acknowledged");
  }
}
JAVA

seen=$(venv/bin/python produce.py "127.0.0.1:$port"
  java -cp 'lib/*' Produce.java "127.0.0.1:$port" 2> java.log)
echo "guess: records of 1 KB fit a topic whose limit is 50 KB, together or alone"
echo "seen, Kafka and its Java client 4.3.1, confluent-kafka 2.16.1 (librdkafka 2.16.0):"
echo "$seen"
[[ $seen == "librdkafka, alone: 1 acknowledged
librdkafka, in a batch: 0 acknowledged MSG_SIZE_TOO_LARGE
Java, in a batch: 100 acknowledged" ]] || { echo "This has changed."; exit 1; }

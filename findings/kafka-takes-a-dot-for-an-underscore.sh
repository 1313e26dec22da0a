#!/usr/bin/env bash
# The names of topics may have dots and underscores. Kafka's metrics have underscores for both, so
# that the broker refuses a topic whose name differs from another's in these alone. What works in
# one environment fails in another in which a different team has made `orders_created` before.
# A hyphen is no such character.
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

cat > create.py <<'PY'
import sys

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, NewTopic

admin = AdminClient({"bootstrap.servers": sys.argv[1], "log_level": 0})
for name in ("orders_created", "orders-created", "orders.created"):
    try:
        admin.create_topics([NewTopic(name, 1, 1)], request_timeout=60)[name].result()
        print(f"{name}: created")
    except KafkaException as error:
        print(f"{name}: {error.args[0].name()}, {error.args[0].str()}")
PY

seen=$(venv/bin/python create.py "127.0.0.1:$port")
echo "guess: three names are three topics"
echo "seen, Apache Kafka 4.3.1:"
echo "$seen"
[[ $seen == "orders_created: created
orders-created: created
orders.created: TOPIC_EXCEPTION, Topic 'orders.created' collides with existing topic: \
orders_created" ]] || { echo "This has changed."; exit 1; }

#!/usr/bin/env bash
# A transaction's record is stored, its acknowledgement is lost with the connection, and the
# transaction is aborted before the client has sent the record again. librdkafka gives the record's
# sequence number to the next one, in the next transaction. For the broker that is the old record
# again: it answers with its offset and stores nothing. The report says delivered, the commit
# succeeds, and no reader ever gets the record. librdkafka 2.0.2 does so, too. Only a new producer
# helps after such an abort.
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

# Clients reach the broker through the relay, and the broker reaches itself without it.
read -r port relay internal controller < <(python3 -c 'import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in "abcd"]
print(*[s.getsockname()[1] for s in sockets])')
cat > server.properties <<PROPERTIES
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller
controller.listener.names=CONTROLLER
inter.broker.listener.name=INTERNAL
listeners=CLIENTS://127.0.0.1:$port,\
INTERNAL://127.0.0.1:$internal,CONTROLLER://127.0.0.1:$controller
advertised.listeners=CLIENTS://127.0.0.1:$relay,INTERNAL://127.0.0.1:$internal
listener.security.protocol.map=CLIENTS:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
log.dirs=$work/data
PROPERTIES
java -cp 'lib/*' kafka.tools.StorageTool format -t AAAAAAAAAAAAAAAAAAAAAA \
  -c server.properties &> format.log
java -Xmx400m -cp 'lib/*' kafka.Kafka server.properties &> broker.log &
broker=$!
until (: < "/dev/tcp/127.0.0.1/$port") 2> probe.log; do
  kill -0 "$broker"
  sleep 0.2
done

cat > write.py <<'PY'
import contextlib
import socket
import struct
import sys
import threading

from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient, NewTopic


def start(call, *arguments):
    def run():
        with contextlib.suppress(OSError):
            call(*arguments)
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def messages(source):
    with source.makefile("rb") as stream:
        while len(size := stream.read(4)) == 4:
            yield size + stream.read(int.from_bytes(size, "big"))


class Relay:
    """Loses the next answer to a Produce request if asked to, and all connections with it. Nobody
    connects until it is open again."""

    def __init__(self, port, broker):
        self.broker = broker
        self.loses = False
        self.open = threading.Event()
        self.open.set()
        self.sockets = []
        start(self.accept, socket.create_server(("127.0.0.1", port)))

    def accept(self, server):
        while True:
            client = server.accept()[0]
            self.open.wait()
            broker = socket.create_connection(("127.0.0.1", self.broker))
            self.sockets += [client, broker]
            produced = set()
            start(self.pass_requests, client, broker, produced)
            start(self.pass_answers, client, broker, produced)

    def pass_requests(self, client, broker, produced):
        for message in messages(client):
            kind, _, number = struct.unpack_from(">hhi", message, 4)
            if kind == 0:
                produced.add(number)
            broker.sendall(message)

    def pass_answers(self, client, broker, produced):
        for message in messages(broker):
            if self.loses and int.from_bytes(message[4:8], "big") in produced:
                self.loses = False
                self.open.clear()
                for each in self.sockets:
                    with contextlib.suppress(OSError):
                        each.shutdown(socket.SHUT_RDWR)
                return
            client.sendall(message)


port, broker, topic = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
relay = Relay(port, broker)
client = {"bootstrap.servers": f"127.0.0.1:{port}", "log_level": 0}
admin = AdminClient(client)
admin.create_topics([NewTopic(topic, 1, 1)], request_timeout=60)[topic].result()
producer = Producer(client | {"transactional.id": topic})
producer.init_transactions(60)


def report(error, record):
    print(f"{record.value().decode()}: {error.name() if error else f'offset {record.offset()}'}")


for text in ("first", "second", "third"):
    producer.begin_transaction()
    relay.loses = text == "second"
    producer.produce(topic, text, partition=0, on_delivery=report)
    if text != "second":
        producer.commit_transaction(60)
        continue
    while relay.open.is_set():
        producer.poll(0.1)
    abort = start(producer.abort_transaction, 60)
    # The report comes when the record has been taken back. Then the broker is there again.
    producer.poll(60)
    relay.open.set()
    while abort.is_alive():
        producer.poll(0.1)

consumer = Consumer(client | {"group.id": topic, "auto.offset.reset": "earliest",
                              "isolation.level": "read_committed", "enable.partition.eof": True})
consumer.subscribe([topic])
read = []
while not (record := consumer.poll(60)).error():
    read.append(record.value().decode())
print("read:", *read)
PY

seen=$(venv/bin/python write.py "$relay" "$port" orders)
echo "guess: a record that is reported as delivered, and whose transaction is committed, is read"
echo "seen, librdkafka 2.16.0, Apache Kafka 4.3.1, the second of three transactions is aborted:"
echo "$seen"
[[ $seen == 'first: offset 0
second: _PURGE_QUEUE
third: offset 2
read: first' ]] || { echo "This has changed."; exit 1; }

#!/usr/bin/env bash
# A CloudEvent's "time" is optional. The SDKs set it to the current time for each event that they
# create, and reading a record creates an event: its time is that of reading, and differs at each
# retry or replay.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check cloudevents==2.2.0
npm install --silent --no-audit --no-fund cloudevents@10.0.0

cat > read.py <<'PY'
import time
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka
from cloudevents.core.formats.json import JSONFormat

headers = {"specversion": b"1.0", "id": b"1", "source": b"/orders", "type": b"order"}
binary = KafkaMessage({f"ce_{name}": value for name, value in headers.items()}, None, b"{}")
text = b'{"specversion": "1.0", "id": "1", "source": "/orders", "type": "order", "data": {}}'
structured = KafkaMessage({"content-type": b"application/cloudevents+json"}, None, text)
for mode, record in (("binary", binary), ("structured", structured)):
    times = []
    for _ in range(2):
        times.append(from_kafka(record, JSONFormat()).get_time())
        time.sleep(0.01)
    print(f"Python, {mode}: {sum(t is not None for t in times)} times, {len(set(times))} different")
PY
cat > read.cjs <<'JS'
const { Kafka } = require('cloudevents');
const headers = { ce_specversion: '1.0', ce_id: '1', ce_source: '/orders', ce_type: 'order' };
(async () => {
  const times = [];
  for (let i = 0; i < 2; i++) {
    times.push(Kafka.toEvent({ headers, value: Buffer.from('{}') }).time);
    await new Promise((done) => setTimeout(done, 10));
  }
  console.log(`JavaScript, binary: ${times.filter(Boolean).length} times, ` +
              `${new Set(times).size} different`);
})();
JS

seen=$(venv/bin/python read.py; node read.cjs)
echo "guess: an event read from a record without a time has no time"
echo "seen, CloudEvents' SDKs for Python 2.2.0 and JavaScript 10.0.0, one record read twice:"
echo "$seen"
[[ $seen == 'Python, binary: 2 times, 2 different
Python, structured: 2 times, 2 different
JavaScript, binary: 2 times, 2 different' ]] || { echo "This has changed."; exit 1; }

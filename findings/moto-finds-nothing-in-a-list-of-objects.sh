#!/usr/bin/env bash
# An event pattern looks into lists of objects: `{"items": {"sku": ["A-7"]}}` matches an order whose
# second item is an A-7, for AWS's published event-ruler. moto looks into objects only, so that the
# rule does not match, and the queue that it fills stays empty. A list of texts is as it should be.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "moto[events,sqs]==5.2.5" boto3==1.44.8
cat > pom.xml <<'XML'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies><dependency><groupId>software.amazon.event.ruler</groupId>
    <artifactId>event-ruler</artifactId><version>2.1.0</version></dependency></dependencies>
</project>
XML
mvn --quiet --batch-mode dependency:copy-dependencies -DoutputDirectory=lib &> maven.log ||
  { cat maven.log; exit 1; }

cat > event.json <<'JSON'
{"source": "shop", "detail-type": "order",
 "detail": {"tags": ["gift", "red"], "items": [{"sku": "B-1"}, {"sku": "A-7"}]}}
JSON
cat > patterns.txt <<'PATTERNS'
{"detail": {"tags": ["red"]}}
{"detail": {"items": {"sku": ["A-7"]}}}
PATTERNS

cat > match.py <<'PY'
import json

import boto3
import moto

with open("event.json") as file:
    event = json.load(file)
with open("patterns.txt") as file:
    patterns = file.read().splitlines()
with moto.mock_aws():
    events = boto3.client("events", region_name="us-east-1")
    queues = boto3.client("sqs", region_name="us-east-1")
    for number, pattern in enumerate(patterns):
        queue = queues.create_queue(QueueName=f"queue{number}")["QueueUrl"]
        events.put_rule(Name=f"rule{number}", EventPattern=pattern)
        events.put_targets(Rule=f"rule{number}", Targets=[
            {"Id": "queue", "Arn": f"arn:aws:sqs:us-east-1:123456789012:queue{number}"}])
        events.put_events(Entries=[{"Source": event["source"], "DetailType": event["detail-type"],
                                    "Detail": json.dumps(event["detail"])}])
        messages = queues.receive_message(QueueUrl=queue).get("Messages", [])
        print(f"moto, {pattern}: {bool(messages)}")
PY
cat > Match.java <<'JAVA'
import java.nio.file.Files;
import java.nio.file.Path;
import software.amazon.event.ruler.Machine;

class Match {
  public static void main(String[] arguments) throws Exception {
    var event = Files.readString(Path.of("event.json"));
    for (var pattern : Files.readAllLines(Path.of("patterns.txt"))) {
      var machine = new Machine();
      machine.addRule("rule", pattern);
      boolean matches = !machine.rulesForJSONEvent(event).isEmpty();
      System.out.println("event-ruler, " + pattern + ": " + (matches ? "True" : "False"));
    }
  }
}
JAVA

seen=$(venv/bin/python match.py && java -cp 'lib/*' Match.java 2> java.log)
echo "guess: moto delivers what event-ruler matches"
echo "seen, moto 5.2.5, event-ruler 2.1.0:"
echo "$seen"
[[ $seen == 'moto, {"detail": {"tags": ["red"]}}: True
moto, {"detail": {"items": {"sku": ["A-7"]}}}: False
event-ruler, {"detail": {"tags": ["red"]}}: True
event-ruler, {"detail": {"items": {"sku": ["A-7"]}}}: True' ]] ||
  { echo "This has changed."; exit 1; }

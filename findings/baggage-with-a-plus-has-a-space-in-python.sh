#!/usr/bin/env bash
# W3C's baggage has values in percent-encoding, in which "+" is a plus and "%20" a space.
# OpenTelemetry for Python reads and writes them as a form's: "+" is a space. So a plan "a+b" that
# another service has sent is "a b" for one in Python, and a plan "a b" of its is "a+b" for those
# in JavaScript and Go. Between services in Python nothing is seen of it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check opentelemetry-api==1.45.2
npm install --silent --no-audit --no-fund @opentelemetry/core@2.12.1 @opentelemetry/api@1.9.1
go mod init finding 2> go.log
go get go.opentelemetry.io/otel@v1.47.0 2>> go.log

cat > baggage.py <<'PY'
import sys

from opentelemetry import baggage
from opentelemetry.baggage.propagation import W3CBaggagePropagator

propagator = W3CBaggagePropagator()
headers = {}
propagator.inject(headers, baggage.set_baggage("plan", "a b"))
print("Python writes 'a b' as", headers["baggage"])
for header in sys.argv[1:]:
    print(f"Python reads {header} as", baggage.get_baggage(
        "plan", propagator.extract({"baggage": header})))
PY
cat > baggage.cjs <<'JS'
const { W3CBaggagePropagator } = require('@opentelemetry/core');
const { ROOT_CONTEXT, defaultTextMapGetter, propagation } = require('@opentelemetry/api');
const propagator = new W3CBaggagePropagator();
for (const header of process.argv.slice(2)) {
  const context = propagator.extract(ROOT_CONTEXT, { baggage: header }, defaultTextMapGetter);
  const entry = propagation.getBaggage(context).getEntry('plan');
  console.log(`JavaScript reads ${header} as ${entry.value}`);
}
JS
cat > baggage.go <<'GO'
package main

import (
	"fmt"
	"os"

	"go.opentelemetry.io/otel/baggage"
)

func main() {
	for _, header := range os.Args[1:] {
		read, err := baggage.Parse(header)
		if err != nil {
			panic(err)
		}
		fmt.Printf("Go reads %s as %s\n", header, read.Member("plan").Value())
	}
}
GO

seen=$(for run in venv/bin/python\ baggage.py node\ baggage.cjs go\ run\ baggage.go; do
  $run plan=a+b plan=a%20b
done)
echo "guess: a value is the same in all services"
echo "seen, OpenTelemetry for Python 1.45.2, JavaScript 2.12.1 and Go v1.47.0:"
echo "$seen"
[[ $seen == "Python writes 'a b' as plan=a+b
Python reads plan=a+b as a b
Python reads plan=a%20b as a b
JavaScript reads plan=a+b as a+b
JavaScript reads plan=a%20b as a b
Go reads plan=a+b as a+b
Go reads plan=a%20b as a b" ]] || { echo "This has changed."; exit 1; }

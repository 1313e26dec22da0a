#!/usr/bin/env bash
# TraceIdRatioBased decides by the trace's id, so that services with the same ratio keep the same
# traces. OpenTelemetry's SDKs take different parts of the id: with one half, Python and Go agree on
# each trace, and JavaScript decides as if by another coin. Half of the traces that one keeps lack
# the spans of the other, unless the decision is taken from the caller (ParentBased).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check opentelemetry-sdk==1.45.2
npm install --silent --no-audit --no-fund @opentelemetry/sdk-trace-base@2.12.1 \
  @opentelemetry/api@1.9.1
go mod init finding 2> go.log
go get go.opentelemetry.io/otel/sdk@v1.47.0 2>> go.log

for number in {1..1000}; do
  printf '%s' "$number" | sha256sum | cut -c 1-32
done > ids.txt

cat > sample.py <<'PY'
from opentelemetry.sdk.trace.sampling import TraceIdRatioBased

sampler = TraceIdRatioBased(0.5)
with open("ids.txt") as file:
    for line in file:
        print(int(sampler.should_sample(None, int(line, 16), "x").decision.is_sampled()))
PY
cat > sample.cjs <<'JS'
const { SamplingDecision, TraceIdRatioBasedSampler } = require('@opentelemetry/sdk-trace-base');
const { ROOT_CONTEXT } = require('@opentelemetry/api');
const sampler = new TraceIdRatioBasedSampler(0.5);
for (const id of require('fs').readFileSync('ids.txt', 'utf8').trim().split('\n')) {
  const { decision } = sampler.shouldSample(ROOT_CONTEXT, id);
  console.log(decision === SamplingDecision.RECORD_AND_SAMPLED ? 1 : 0);
}
JS
cat > sample.go <<'GO'
package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

func main() {
	sampler := sdk.TraceIDRatioBased(0.5)
	text, err := os.ReadFile("ids.txt")
	if err != nil {
		panic(err)
	}
	for _, line := range strings.Fields(string(text)) {
		id, err := trace.TraceIDFromHex(line)
		if err != nil {
			panic(err)
		}
		result := sampler.ShouldSample(sdk.SamplingParameters{
			ParentContext: context.Background(), TraceID: id})
		if result.Decision == sdk.RecordAndSample {
			fmt.Println(1)
		} else {
			fmt.Println(0)
		}
	}
}
GO
go mod tidy 2>> go.log

venv/bin/python sample.py > python.txt
node sample.cjs > javascript.txt
go run sample.go > go.txt
seen=$(for pair in "python go" "python javascript" "go javascript"; do
  read -r one other <<< "$pair"
  echo "$pair: $(paste "$one.txt" "$other.txt" | awk '
    { kept += $1; both += $1 && $2 } END { print both " of " kept " are kept by both" }')"
done)
echo "guess: with the same ratio, services keep the same traces"
echo "seen, OpenTelemetry for Python 1.45.2, JavaScript 2.12.1 and Go 1.47.0, ratio 0.5:"
echo "$seen"
[[ $seen == 'python go: 483 of 483 are kept by both
python javascript: 231 of 483 are kept by both
go javascript: 231 of 483 are kept by both' ]] || { echo "This has changed."; exit 1; }

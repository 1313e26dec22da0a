#!/usr/bin/env bash
# OTLP over HTTP may be JSON, but not in protobuf's own JSON mapping: trace and span ids are hex,
# not base64. Hex digits are also base64 digits, so protobuf reports no error.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check opentelemetry-proto==1.45.2 \
  protobuf==7.36.2

cat > read.py <<'PY'
import json
from google.protobuf import json_format
from opentelemetry.proto.trace.v1.trace_pb2 import TracesData

span = {"traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174", "name": "get"}
otlp = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]})
read = json_format.Parse(otlp, TracesData()).resource_spans[0].scope_spans[0].spans[0]
print(f"traceId {len(read.trace_id)} bytes, {read.trace_id.hex()[:8]}…")
print(f"spanId {len(read.span_id)} bytes, {read.span_id.hex()[:8]}…")
# Written again, the ids look right, so that a round trip in a test passes.
print("written again as it was:", json_format.MessageToDict(read) == span)
PY

seen=$(venv/bin/python read.py)
echo "guess: json_format with OpenTelemetry's messages reads OTLP's JSON, or raises"
echo "seen, opentelemetry-proto 1.45.2 and protobuf 7.36.2; right are 16 and 8 bytes:"
echo "$seen"
[[ $seen == 'traceId 24 bytes, e5bf1e7d…
spanId 12 bytes, 79e7b5f5…
written again as it was: True' ]] || { echo "This has changed."; exit 1; }

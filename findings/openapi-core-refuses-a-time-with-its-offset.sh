#!/usr/bin/env bash
# The format "time" is RFC 3339's full-time since draft 7 of JSON Schema, so it ends with an offset.
# openapi-core validates requests by draft 2020-12 in OpenAPI 3.1, and still has the format of draft
# 3 for it, which has no offset.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check \
  openapi-core==0.23.1 jsonschema==4.26.0 rfc3339-validator==0.1.4

cat > times.py <<'PY'
from jsonschema import Draft202012Validator
from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest

schema = {"type": "string", "format": "time"}
parameter = {"name": "at", "in": "query", "schema": schema}
operation = {"parameters": [parameter], "responses": {"204": {"description": "d"}}}
contract = OpenAPI.from_dict({
    "openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "servers": [{"url": "http://h"}],
    "paths": {"/meetings": {"get": operation}}})
reference = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)

for time in ("12:00:00Z", "12:00:00+02:00", "12:00:00"):
    try:
        contract.validate_request(MockRequest("http://h", "get", "/meetings", args={"at": time}))
        verdict = "valid"
    except OpenAPIError:
        verdict = "not valid"
    print(f"{time}: openapi-core {verdict}, "
          f"jsonschema {'valid' if reference.is_valid(time) else 'not valid'}")
PY

seen=$(venv/bin/python times.py)
echo "guess: in OpenAPI 3.1, a time is what JSON Schema's draft 2020-12 says"
echo "seen, openapi-core 0.23.1 and jsonschema 4.26.0:"
echo "$seen"
[[ $seen == "12:00:00Z: openapi-core not valid, jsonschema valid
12:00:00+02:00: openapi-core not valid, jsonschema valid
12:00:00: openapi-core valid, jsonschema not valid" ]] || { echo "This has changed."; exit 1; }

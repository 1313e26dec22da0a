#!/usr/bin/env bash
# The library openapi-core reads `application/json` and `application/vnd.api+json`. Other media
# types that end with "+json" stay bytes, which are no object: each merge patch, CloudEvent or
# problem is refused. The document is valid, and nothing says that the media type is unknown.
# Readers can be added with `extra_media_type_deserializers`.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check openapi-core==0.23.1

cat > check.py <<'PY'
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest

for name in ("json", "vnd.api+json", "merge-patch+json", "cloudevents+json", "problem+json"):
    media = f"application/{name}"
    api = OpenAPI.from_dict({
        "openapi": "3.1.0", "info": {"title": "shop", "version": "1"},
        "servers": [{"url": "http://localhost"}],
        "paths": {"/orders": {"patch": {
            "requestBody": {"content": {media: {"schema": {"type": "object"}}}},
            "responses": {"204": {"description": "It is changed."}}}}}})
    request = MockRequest("http://localhost", "patch", "/orders", data=b'{"paid":true}',
                          content_type=media)
    errors = api.unmarshal_request(request).errors
    print(f"{media}: {str(errors[0].__cause__)[:51] if errors else 'accepted'}")
PY

seen=$(venv/bin/python check.py)
echo "guess: what ends with +json is read as JSON (RFC 6839)"
echo "seen, openapi-core 0.23.1, the body {\"paid\":true}:"
echo "$seen"
[[ $seen == "application/json: accepted
application/vnd.api+json: accepted
application/merge-patch+json: Value b'{\"paid\":true}' not valid for schema of type
application/cloudevents+json: Value b'{\"paid\":true}' not valid for schema of type
application/problem+json: Value b'{\"paid\":true}' not valid for schema of type" ]] ||
  { echo "This has changed."; exit 1; }

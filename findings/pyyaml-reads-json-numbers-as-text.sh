#!/usr/bin/env bash
# YAML is said to be a superset of JSON, so that one loader reads OpenAPI documents in both. PyYAML
# follows YAML 1.1, in which a number with an exponent needs a point and the exponent's sign.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check PyYAML==6.0.4 openapi-spec-validator==0.9.0

cat > read.py <<'PY'
import json
import yaml
from openapi_spec_validator import validate
from openapi_spec_validator.validation.exceptions import OpenAPIValidationError

schema = '{"type": "number", "enum": [1E2, 1e-3, 1.5e3, 1.5e+3]}'
print("json:  ", json.loads(schema)["enum"])
print("PyYAML:", yaml.safe_load(schema)["enum"])

document = """{"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {},
  "components": {"schemas": {"Number": %s}}}"""
for name, schema in (("enum", schema), ("maximum", '{"maximum": 1e6}')):
    for reader in (json.loads, yaml.safe_load):
        try:
            validate(reader(document % schema))
            print(f"{name} by {reader.__module__}: valid")
        except OpenAPIValidationError as error:
            print(f"{name} by {reader.__module__}: {error.message}")
PY

seen=$(venv/bin/python read.py)
echo "guess: a JSON document means the same to yaml.safe_load() as to json.loads()"
echo "seen, PyYAML 6.0.4 and openapi-spec-validator 0.9.0:"
echo "$seen"
[[ $seen == "json:   [100.0, 0.001, 1500.0, 1500.0]
PyYAML: ['1E2', '1e-3', '1.5e3', 1500.0]
enum by json: valid
enum by yaml: valid
maximum by json: valid
maximum by yaml: '1e6' is not of type 'number'" ]] || { echo "This has changed."; exit 1; }

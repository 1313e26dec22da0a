#!/usr/bin/env bash
# The package datamodel-code-generator makes pydantic models of JSON Schema. What is not required
# becomes `int | None = None`, so that a missing `count` is written as null, and a null is read,
# while the schema says integer. Positions get lost, too: `prefixItems` of an amount and a currency
# become a list of either, in any order. So the schema refuses what its own model has written.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check datamodel-code-generator==0.89.0 \
  pydantic==2.14.4 jsonschema==4.26.0

cat > order.json <<'JSON'
{"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Order", "type": "object",
 "properties": {
   "count": {"type": "integer"},
   "price": {"type": "array", "minItems": 2, "items": false,
             "prefixItems": [{"type": "number"}, {"type": "string"}]}}}
JSON
venv/bin/datamodel-codegen --input order.json --input-file-type jsonschema --output order.py \
  --output-model-type pydantic_v2.BaseModel --formatters builtin > generate.log

cat > check.py <<'PY'
import json

import jsonschema
from order import Order

with open("order.json") as file:
    checker = jsonschema.Draft202012Validator(json.load(file))
for text in ('{"price": [7.95, "EUR"]}', '{"count": 1, "price": ["EUR", 7.95]}'):
    written = Order.model_validate_json(text).model_dump_json()
    errors = [error.json_path for error in checker.iter_errors(json.loads(written))]
    print(f"{text} is written as {written}; wrong: {', '.join(errors)}")
PY

grep -E '^    (count|price):' order.py > fields.txt
seen=$(sed 's/^ *//' fields.txt; venv/bin/python check.py)
echo "guess: what the model has read and written is valid against its schema"
echo "seen, datamodel-code-generator 0.89.0, pydantic 2.14.4, jsonschema 4.26.0:"
echo "$seen"
[[ $seen == 'count: int | None = None
price: list[float | str] | None = Field(None, max_length=2, min_length=2)
{"price": [7.95, "EUR"]} is written as {"count":null,"price":[7.95,"EUR"]}; wrong: $.count
{"count": 1, "price": ["EUR", 7.95]} is written as {"count":1,"price":["EUR",7.95]}; '\
'wrong: $.price[0], $.price[1]' ]] || { echo "This has changed."; exit 1; }

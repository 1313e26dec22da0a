#!/usr/bin/env bash
# Tools that read only OpenAPI 3.0 are common, and FastAPI's documentation shows how to serve them:
# app.openapi_version = "3.0.2". This changes the version line alone. An optional field and an
# exclusive limit are still written as 3.1 has them, and the document is not valid 3.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check \
  fastapi==0.165.0 pydantic==2.14.4 openapi-spec-validator==0.9.0

cat > document.py <<'PY'
from fastapi import FastAPI
from openapi_spec_validator import validate
from openapi_spec_validator.validation.exceptions import OpenAPIValidationError
from pydantic import BaseModel, Field

class Item(BaseModel):
    name: str | None = None
    price: float = Field(gt=0)

for version in ("3.1.0", "3.0.2"):
    app = FastAPI()
    app.openapi_version = version

    @app.post("/items")
    def create(item: Item) -> None: ...

    document = app.openapi()
    properties = document["components"]["schemas"]["Item"]["properties"]
    print(document["openapi"], "name: ", properties["name"]["anyOf"])
    print(document["openapi"], "price:", properties["price"]["exclusiveMinimum"])
    try:
        validate(document)
        print(document["openapi"], "valid")
    except OpenAPIValidationError:
        print(document["openapi"], "not valid")
PY

seen=$(venv/bin/python document.py)
echo "guess: the version of a document chooses how its schemas are written, or it is refused"
echo "seen, FastAPI 0.165.0, pydantic 2.14.4 and openapi-spec-validator 0.9.0:"
echo "$seen"
[[ $seen == "3.1.0 name:  [{'type': 'string'}, {'type': 'null'}]
3.1.0 price: 0.0
3.1.0 valid
3.0.2 name:  [{'type': 'string'}, {'type': 'null'}]
3.0.2 price: 0.0
3.0.2 not valid" ]] || { echo "This has changed."; exit 1; }

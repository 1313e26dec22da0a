#!/usr/bin/env bash
# An order's `id` is `required` and `readOnly`, as the server gives it. In OpenAPI 3.0 such
# a property is required in answers only. 3.1 has left that sentence out, and `readOnly` says
# nothing about validity any more. So two validators turn round when the document's version line
# does: with 3.1 they refuse each new order for its missing id, and let through the one that brings
# its own.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check openapi-core==0.23.1
go mod init finding 2> go.log
go get github.com/getkin/kin-openapi@v0.153.0 2>> go.log

for version in 3.0.3 3.1.0; do
  cat > "$version.json" <<JSON
{"openapi": "$version", "info": {"title": "shop", "version": "1"},
 "servers": [{"url": "http://localhost"}],
 "paths": {"/orders": {"post": {
   "requestBody": {"required": true, "content": {"application/json": {"schema": {
     "type": "object", "required": ["id", "item"],
     "properties": {"id": {"type": "string", "readOnly": true}, "item": {"type": "string"}}}}}},
   "responses": {"201": {"description": "It is stored."}}}}}}
JSON
done
cat > orders.txt <<'ORDERS'
{"item": "cup"}
{"id": "mine", "item": "cup"}
ORDERS

cat > check.py <<'PY'
import json
import sys

from openapi_core import OpenAPI
from openapi_core.testing import MockRequest

with open(f"{sys.argv[1]}.json") as file:
    api = OpenAPI.from_dict(json.load(file))
with open("orders.txt") as file:
    for order in file.read().splitlines():
        request = MockRequest("http://localhost", "post", "/orders", data=order.encode(),
                              content_type="application/json")
        refused = api.unmarshal_request(request).errors
        print(f"openapi-core, {sys.argv[1]}, {order}: {'refused' if refused else 'accepted'}")
PY
cat > check.go <<'GO'
package main

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

func main() {
	document, err := openapi3.NewLoader().LoadFromFile(os.Args[1] + ".json")
	if err != nil {
		panic(err)
	}
	if err := document.Validate(context.Background()); err != nil {
		panic(err)
	}
	router, err := gorillamux.NewRouter(document)
	if err != nil {
		panic(err)
	}
	orders, err := os.ReadFile("orders.txt")
	if err != nil {
		panic(err)
	}
	for _, order := range strings.Split(strings.TrimSpace(string(orders)), "\n") {
		request := httptest.NewRequest("POST", "http://localhost/orders", strings.NewReader(order))
		request.Header.Set("Content-Type", "application/json")
		route, parameters, err := router.FindRoute(request)
		if err != nil {
			panic(err)
		}
		result := "accepted"
		if openapi3filter.ValidateRequest(context.Background(), &openapi3filter.RequestValidationInput{
			Request: request, PathParams: parameters, Route: route}) != nil {
			result = "refused"
		}
		fmt.Printf("kin-openapi, %s, %s: %s\n", os.Args[1], order, result)
	}
}
GO
go mod tidy 2>> go.log
go build -o check check.go

seen=$(for version in 3.0.3 3.1.0; do
  venv/bin/python check.py "$version"
  ./check "$version"
done)
echo "guess: the version line does not change which orders are accepted"
echo "seen, openapi-core 0.23.1, kin-openapi 0.153.0:"
echo "$seen"
[[ $seen == 'openapi-core, 3.0.3, {"item": "cup"}: accepted
openapi-core, 3.0.3, {"id": "mine", "item": "cup"}: refused
kin-openapi, 3.0.3, {"item": "cup"}: accepted
kin-openapi, 3.0.3, {"id": "mine", "item": "cup"}: refused
openapi-core, 3.1.0, {"item": "cup"}: refused
openapi-core, 3.1.0, {"id": "mine", "item": "cup"}: accepted
kin-openapi, 3.1.0, {"item": "cup"}: refused
kin-openapi, 3.1.0, {"id": "mine", "item": "cup"}: accepted' ]] ||
  { echo "This has changed."; exit 1; }

#!/usr/bin/env bash
# Huma writes OpenAPI 3.1, and Downgrade() gives the same as 3.0.3 for tools that know no other.
# The version changes, but dependentRequired stays, a keyword of JSON Schema that 3.0.3 does not
# have: the document that was made for older tools is one that they refuse.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > go.mod <<'MOD'
module finding
go 1.25
require github.com/danielgtaylor/huma/v2 v2.37.0
MOD
cat > main.go <<'GO'
package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

type Card struct {
	Number string `json:"number,omitempty" dependentRequired:"expiry"`
	Expiry string `json:"expiry,omitempty"`
}
type Input struct{ Body Card }

func main() {
	api := humago.New(http.NewServeMux(), huma.DefaultConfig("cards", "1.0.0"))
	huma.Post(api, "/cards", func(context.Context, *Input) (*struct{}, error) { return nil, nil })
	text, err := api.OpenAPI().Downgrade()
	if err != nil {
		panic(err)
	}
	fmt.Println(string(text))
}
GO
export GOFLAGS=-mod=mod
go run . > cards.json

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check openapi-spec-validator==0.9.0
seen=$(venv/bin/python - <<'PY'
import json

from openapi_spec_validator import OpenAPIV30SpecValidator

document = json.load(open("cards.json"))
print(document["openapi"])
print(document["components"]["schemas"]["Card"].get("dependentRequired"))
errors = OpenAPIV30SpecValidator(document).iter_errors()
print([error.message.partition(" (")[0] for error in errors])
PY
)
echo "guess: 3.0.3, without dependentRequired, and valid"
echo "seen, huma 2.37.0 and openapi-spec-validator 0.9.0:"
printf '%s\n' "$seen"
[[ $seen == "3.0.3
{'number': ['expiry']}
["*Card* ]] || { echo "This has changed."; exit 1; }

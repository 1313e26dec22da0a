#!/usr/bin/env bash
# A discriminator's mapping leads from a value to a schema. OpenAPI 3.0 and 3.1 allow its name there
# as well as a reference to it, and their examples have both. openapi-typescript looks for a file of
# that name, and makes no types for the whole document. A validator takes it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

npm install --silent --no-audit --no-fund openapi-typescript@7.13.0 typescript@5.9.3
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check openapi-spec-validator==0.9.0

# write_contract TARGET: writes a contract whose mapping leads to it.
write_contract() {
  cat > contract.yaml <<YAML
openapi: 3.0.3
info: {title: orders, version: '1'}
paths: {}
components:
  schemas:
    Payment:
      oneOf: [{\$ref: '#/components/schemas/CardPayment'}]
      discriminator: {propertyName: kind, mapping: {card: $1}}
    CardPayment:
      type: object
      required: [kind]
      properties: {kind: {type: string}}
YAML
}

seen=$(
  for target in "'#/components/schemas/CardPayment'" CardPayment; do
    write_contract "$target"
    echo "card: $target"
    venv/bin/python -m openapi_spec_validator contract.yaml
    if npx openapi-typescript contract.yaml --output types.ts >output.txt 2>&1; then
      echo "openapi-typescript: types"
    else
      echo "openapi-typescript: $(grep --only-matching --max-count=1 "Can't resolve.*" output.txt)"
    fi
  done
)
echo "guess: both mappings mean the same, and give the same types"
echo "seen, openapi-spec-validator 0.9.0 and openapi-typescript 7.13.0:"
echo "$seen"
place='#/components/schemas/Payment/discriminator/mapping/card'
[[ $seen == "card: '#/components/schemas/CardPayment'
contract.yaml: OK
openapi-typescript: types
card: CardPayment
contract.yaml: OK
openapi-typescript: Can't resolve \$ref at $place" ]] || { echo "This has changed."; exit 1; }

#!/usr/bin/env bash
# Contracts in YAML share common parts with anchors and "<<". YAML 1.2 has no such key, yet parsers
# merge it. js-yaml 4 did, but js-yaml 5 silently creates a property named "<<", so an update of the
# tools removes properties from such an API.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

npm install --silent --no-audit --no-fund \
  js-yaml@5.5.0 js-yaml-4@npm:js-yaml@4.1.1 yaml@2.9.1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check PyYAML==6.0.4

cat > contract.yaml <<'YAML'
components:
  schemas:
    Base: {type: object, properties: &base {id: {type: string}}}
    Order: {type: object, properties: {<<: *base, price: {type: number}}}
YAML

cat > read.cjs <<'JS'
const text = require('fs').readFileSync('contract.yaml', 'utf8');
const parsers = {
  'js-yaml 4.1.1': require('js-yaml-4').load,
  'js-yaml 5.5.0': require('js-yaml').load,
  'yaml 2.9.1': require('yaml').parse,
};
for (const [name, parse] of Object.entries(parsers)) {
  console.log(`${name}: ${Object.keys(parse(text).components.schemas.Order.properties)}`);
}
JS
cat > read.py <<'PY'
import yaml
order = yaml.safe_load(open("contract.yaml"))["components"]["schemas"]["Order"]
print("PyYAML 6.0.4: " + ",".join(order["properties"]))
PY

seen=$(node read.cjs; venv/bin/python read.py)
echo "guess: '<<' merges in all of them, and one that does not would say so"
echo "seen, the names of Order's properties:"
echo "$seen"
[[ $seen == 'js-yaml 4.1.1: id,price
js-yaml 5.5.0: <<,price
yaml 2.9.1: <<,price
PyYAML 6.0.4: id,price' ]] || { echo "This has changed."; exit 1; }

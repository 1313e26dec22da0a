#!/usr/bin/env bash
# In JSON Schema's draft 2020-12 a price of an amount and a currency is `prefixItems`, and
# `items: false` forbids more. json-schema-to-typescript knows the older drafts only, in which
# `items` is the list: it leaves out `prefixItems` without a word, and makes the price `never[]`, to
# which no price can be assigned. Ajv, and the same schema as of draft 7, are as they should be.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

npm install --silent --no-audit --no-fund json-schema-to-typescript@16.0.0 ajv@8.20.0

cat > types.cjs <<'JS'
const { compile } = require('json-schema-to-typescript');
const Ajv2020 = require('ajv/dist/2020').default;

const parts = [{ type: 'number' }, { type: 'string' }];
const schemas = {
  'draft 2020-12': { type: 'array', minItems: 2, prefixItems: parts, items: false },
  'draft 7': { type: 'array', minItems: 2, maxItems: 2, items: parts },
};
(async () => {
  for (const [draft, price] of Object.entries(schemas)) {
    const code = await compile({ type: 'object', properties: { price } }, 'Order',
      { bannerComment: '' });
    console.log(`${draft}: ${code.match(/price\?: (.*)/)[1]}`);
  }
  const validate = new Ajv2020().compile(schemas['draft 2020-12']);
  console.log('Ajv says of [7.95, "EUR"] with the first:', validate([7.95, 'EUR']));
})();
JS

seen=$(node types.cjs)
echo "guess: both are [number, string]"
echo "seen, json-schema-to-typescript 16.0.0, Ajv 8.20.0:"
echo "$seen"
[[ $seen == 'draft 2020-12: never[];
draft 7: [number, string];
Ajv says of [7.95, "EUR"] with the first: true' ]] || { echo "This has changed."; exit 1; }

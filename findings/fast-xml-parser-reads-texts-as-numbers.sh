#!/usr/bin/env bash
# XML has texts only. The package fast-xml-parser makes numbers of those that look like one, so that
# the article 0012 is 12, and 1e3 is 1000. A longer one stays a text, so that the type depends on
# the value. Written again it is another document. `parseTagValue: false` keeps the texts.
# Attributes are left out, unless `ignoreAttributes: false` is given.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

npm install --silent --no-audit --no-fund fast-xml-parser@5.12.1

cat > read.cjs <<'JS'
const { XMLParser } = require('fast-xml-parser');
const xml = '<order id="7"><article>0012</article><article>1e3</article><article>0x1F</article>' +
  '<article>12345678901234567890</article><article>12A</article></order>';
for (const options of [{}, { parseTagValue: false, ignoreAttributes: false }]) {
  console.log(JSON.stringify(new XMLParser(options).parse(xml)));
}
JS

seen=$(node read.cjs)
echo 'guess: {"order":{"article":["0012","1e3","0x1F","12345678901234567890","12A"],"@_id":"7"}}'
echo "seen, fast-xml-parser 5.12.1, by default and with both options:"
echo "$seen"
[[ $seen == '{"order":{"article":[12,1000,31,"12345678901234567890","12A"]}}
{"order":{"article":["0012","1e3","0x1F","12345678901234567890","12A"],"@_id":"7"}}' ]] ||
  { echo "This has changed."; exit 1; }

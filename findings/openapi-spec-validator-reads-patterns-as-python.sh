#!/usr/bin/env bash
# OpenAPI's patterns are ECMA-262's, and should be written so that other dialects read them alike.
# The validator of documents for Python compiles them with Python's "re": a valid document with
# "\p{L}", for letters of all languages, is refused, and patterns that no browser reads pass.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check openapi-spec-validator==0.9.0

cat > patterns.txt <<'TXT'
^\p{L}+$
^(?<year>\d{4})$
^\u{1F600}$
^(?P<year>\d{4})$
(?i)^abc$
TXT
cat > validate.py <<'PY'
from openapi_spec_validator import validate
from openapi_spec_validator.validation.exceptions import OpenAPIValidationError

for pattern in open("patterns.txt").read().split():
    schemas = {"Name": {"type": "string", "pattern": pattern}}
    document = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {},
                "components": {"schemas": schemas}}
    try:
        validate(document)
        print(pattern, "valid")
    except OpenAPIValidationError as error:
        print(pattern, error.message.replace(repr(pattern), "it"))
PY
cat > compile.cjs <<'JS'
for (const pattern of require('fs').readFileSync('patterns.txt', 'utf8').trim().split('\n')) {
  let verdict = 'valid';
  try { new RegExp(pattern, 'u'); } catch { verdict = 'not valid'; }
  console.log(pattern, verdict);
}
JS

seen=$(venv/bin/python validate.py; echo "ECMA-262:"; node compile.cjs)
echo "guess: what the validator calls valid is valid ECMA-262, and the other way round"
echo "seen, openapi-spec-validator 0.9.0, and Node's RegExp with the flag u:"
echo "$seen"
[[ $seen == '^\p{L}+$ it is not a '\''regex'\''
^(?<year>\d{4})$ it is not a '\''regex'\''
^\u{1F600}$ it is not a '\''regex'\''
^(?P<year>\d{4})$ valid
(?i)^abc$ valid
ECMA-262:
^\p{L}+$ valid
^(?<year>\d{4})$ valid
^\u{1F600}$ valid
^(?P<year>\d{4})$ not valid
(?i)^abc$ not valid' ]] || { echo "This has changed."; exit 1; }

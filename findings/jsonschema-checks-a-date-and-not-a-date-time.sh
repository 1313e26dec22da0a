#!/usr/bin/env bash
# With a FormatChecker, jsonschema checks formats. Which ones depends on what else is installed:
# `date`, `email`, `uuid` and `ipv4` are checked, and any text is a `date-time`, a `uri` and
# a `duration` if rfc3339-validator and others are not there. Nothing is said of that, and they are
# not needed by jsonschema itself: it takes `jsonschema[format-nongpl]`.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

for extra in "" "[format-nongpl]"; do
  python3 -m venv "venv$extra"
  "venv$extra/bin/python" -m pip install --quiet --disable-pip-version-check \
    "jsonschema$extra==4.26.0"
done

cat > check.py <<'PY'
import jsonschema

draft = jsonschema.Draft202012Validator
refused = {True: [], False: []}
for name in ("date", "email", "uuid", "ipv4", "date-time", "time", "uri", "duration"):
    checker = draft({"type": "string", "format": name}, format_checker=draft.FORMAT_CHECKER)
    refused[not checker.is_valid("tomorrow")].append(name)
print("  refused:", *refused[True])
print("  accepted:", *refused[False])
PY

seen=$(for extra in "" "[format-nongpl]"; do
  echo "jsonschema$extra:"
  "venv$extra/bin/python" check.py
done)
echo 'guess: "tomorrow" is refused for each format, as a FormatChecker is given'
echo "seen, jsonschema 4.26.0:"
echo "$seen"
[[ $seen == 'jsonschema:
  refused: date email uuid ipv4
  accepted: date-time time uri duration
jsonschema[format-nongpl]:
  refused: date email uuid ipv4 date-time time uri duration
  accepted:' ]] || { echo "This has changed."; exit 1; }

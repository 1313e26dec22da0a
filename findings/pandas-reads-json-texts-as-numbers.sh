#!/usr/bin/env bash
# JSON says which values are texts and which are numbers. read_json() of pandas decides by itself:
# texts of digits become numbers, so that the customer "0012" is 12, and numbers become times if the
# column's name ends with `_at` or `_time`, or is `timestamp`, `modified` or `date`. What is written
# again is another document. `dtype=False` keeps both.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pandas==3.1.1

cat > read.py <<'PY'
import io

import pandas

lines = '{"customer":"0012","paid_at":1764590000}\n{"customer":"0700","paid_at":1764590001}\n'
for options in ({}, {"dtype": False}):
    table = pandas.read_json(io.StringIO(lines), lines=True, **options)
    print(f"{options or 'by default'}: {table.loc[0].to_dict()}")
PY

seen=$(venv/bin/python read.py)
echo "guess: the texts and numbers that the lines have"
echo "seen, pandas 3.1.1:"
echo "$seen"
[[ $seen == "by default: {'customer': 12, 'paid_at': Timestamp('2025-12-01 11:53:20')}
{'dtype': False}: {'customer': '0012', 'paid_at': 1764590000}" ]] ||
  { echo "This has changed."; exit 1; }

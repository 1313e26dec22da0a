#!/usr/bin/env bash
# 20261201 is a date of ISO 8601, without its hyphens. pydantic's datetime takes it for a number of
# seconds, also as a text and although its own schema says `date-time`: an order for December 2026
# is one for August 1970. 2026 is half an hour after 1970 began. With hyphens both are as expected.
# A `date` refuses the first, as it is no whole number of days.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pydantic==2.14.4

cat > read.py <<'PY'
import datetime

import pydantic


class Order(pydantic.BaseModel):
    at: datetime.datetime


print("schema:", Order.model_json_schema()["properties"]["at"])
for text in ("2026-12-01", "20261201", "2026", "20261201120000"):
    print(f"{text}: {Order.model_validate({'at': text}).at:%Y-%m-%d %H:%M:%S}")
PY

seen=$(venv/bin/python read.py)
echo "guess: 20261201 is December 1, 2026, or is refused"
echo "seen, pydantic 2.14.4:"
echo "$seen"
[[ $seen == "schema: {'format': 'date-time', 'title': 'At', 'type': 'string'}
2026-12-01: 2026-12-01 00:00:00
20261201: 1970-08-23 12:06:41
2026: 1970-01-01 00:33:46
20261201120000: 2612-01-20 15:25:20" ]] || { echo "This has changed."; exit 1; }

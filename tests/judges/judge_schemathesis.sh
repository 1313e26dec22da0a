#!/usr/bin/env bash
# Checks with schemathesis that a server keeps to its contract. Fails if it finds any fault.
#   judge_schemathesis.sh DOCUMENT URL [OPTION…]
# URL includes the base path, as in http://127.0.0.1:4010/v1. Options are passed to `st run`. The
# variable SCHEMATHESIS has the path of `st`, unless a virtual environment with it is active.
# requirements.txt has the version that this was tried with.
set -euo pipefail
(($# >= 2)) || { sed --quiet '2,/^[^#]/s/^# \?//p' "$0" >&2; exit 2; }
document="$1" url="$2"
shift 2
exec "${SCHEMATHESIS:-st}" --config-file "$(dirname "$0")/schemathesis.toml" \
  run "$document" --url "$url" "$@"

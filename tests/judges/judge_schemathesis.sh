#!/usr/bin/env bash
# Asks schemathesis whether a server keeps to its contract; fails on any finding.
#   judge_schemathesis.sh DOCUMENT URL [OPTION…]
# URL includes the base path, as in http://127.0.0.1:4010/v1. Options go to `st run`. `st` is the
# one of the virtual environment that is active, or that of $SCHEMATHESIS; requirements.txt says
# which one this was tried with.
set -euo pipefail
(($# >= 2)) || { sed --quiet '2,/^[^#]/s/^# \?//p' "$0" >&2; exit 2; }
document="$1" url="$2"
shift 2
exec "${SCHEMATHESIS:-st}" --config-file "$(dirname "$0")/schemathesis.toml" \
  run "$document" --url "$url" "$@"

# Prints sentences that pass or fail. It is sourced; `work` is a folder.
# shellcheck shell=bash

status=0

# expect SENTENCE COMMAND…: sets status if the command fails, and shows the end of what it has said.
expect() {
  local sentence="$1"
  shift
  if "$@" >"${work:?}/expect.log" 2>&1; then
    echo "passed: $sentence"
  else
    echo "FAILED: $sentence"
    tail --lines=40 "$work/expect.log"
    # The script that sources this reads it.
    # shellcheck disable=SC2034
    status=1
  fi
}

# Runs commands, and prints for each a sentence that passes or fails. Source it with work, a folder,
# set.
# shellcheck shell=bash

status=0

# expect SENTENCE COMMAND…: sets status to 1 if the command fails, and prints the end of its output.
expect() {
  local sentence="$1"
  shift
  if "$@" >"${work:?}/expect.log" 2>&1; then
    echo "passed: $sentence"
  else
    echo "FAILED: $sentence"
    tail --lines=40 "$work/expect.log"
    # The script that sources this file uses it.
    # shellcheck disable=SC2034
    status=1
  fi
}

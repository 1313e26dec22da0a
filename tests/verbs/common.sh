# Has what the tests of the verbs share. To be sourced. Sets root, the project's folder, verbs,
# that of these tests, and work, an empty folder that is removed at the end.
# shellcheck shell=bash

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
# shellcheck disable=SC2034
verbs="$root/tests/verbs"
work="$(mktemp --directory)"
chmod 755 "$work"
trap 'rm --recursive --force "$work"' EXIT
trap 'exit 130' INT TERM
# shellcheck source=tests/support/expect.sh
source "$root/tests/support/expect.sh"
# shellcheck source=scripts/steps.sh
source "$root/scripts/steps.sh"

# The last command printed this; shows, hides and matches look at it.
said=''

shows() { printf '%s\n' "$said" && [[ $said == *"$1"* ]]; }
hides() { printf '%s\n' "$said" && [[ $said != *"$1"* ]]; }
matches() { printf '%s\n' "$said" && [[ $said =~ $1 ]]; }

# answers STATUS COMMAND…: succeeds if the command, which sets said, ends with the status.
answers() {
  local wanted="$1" answered=0
  shift
  "$@" || answered=$?
  printf 'status %s: %s\n' "$answered" "$said" && ((answered == wanted))
}

# is TEXT COMMAND…: succeeds if the command prints the text.
is() {
  local wanted="$1" printed
  shift
  printed="$("$@")"
  printf '%s\n' "$printed" && [[ $printed == "$wanted" ]]
}

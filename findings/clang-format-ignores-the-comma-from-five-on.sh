#!/usr/bin/env bash
# A comma behind the last element of a list in braces asks clang-format for one line for each, as
# everybody who writes tables or generates code knows. It holds for up to four elements. From five
# on they are put side by side as well as they fit, comma or not, so the fifth entry of a table
# rewrites the lines of the other four.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check clang-format==19.1.7

# lines_of ELEMENT…: prints how many lines the list of these elements takes, braces included.
lines_of() {
  local list
  list="const int kSizes[] = {$(printf '%s, ' "$@")};"
  venv/bin/clang-format --style=Google --assume-filename=a.cpp <<<"$list" | wc --lines
}

seen=$(
  for count in 3 4 5 6; do
    # shellcheck disable=SC2046 # The numbers are words.
    echo "$count elements: $(lines_of $(seq "$count")) lines"
  done
)
echo "guess: 5, 6, 7 and 8 lines"
echo "seen, clang-format 19.1.7, style Google:"
echo "$seen"
[[ $seen == '3 elements: 5 lines
4 elements: 6 lines
5 elements: 3 lines
6 elements: 3 lines' ]] || { echo "This has changed."; exit 1; }

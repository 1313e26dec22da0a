#!/usr/bin/env bash
# A CMake package may offer a function that adds a test. add_test() does nothing before
# enable_testing(), so the function calls it first. But enable_testing() sets a variable of its
# scope: of the function, and not of the folder. Configuring succeeds without a word, and ctest,
# which finds no test at all, succeeds, too.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check cmake==4.1.2

# write_project KIND: writes a project whose test comes from a function, or from a macro.
write_project() {
  mkdir "$1"
  cat > "$1/CMakeLists.txt" <<CMAKE
cmake_minimum_required(VERSION 3.25)
project(orders LANGUAGES NONE)
$1(check name)
  enable_testing()
  add_test(NAME "\${name}" COMMAND "\${CMAKE_COMMAND}" -E true)
end$1()
check(orders_test)
CMAKE
}

seen=$(
  for kind in macro function; do
    write_project "$kind"
    venv/bin/cmake -S "$kind" -B "$kind/build" >/dev/null
    status=0
    venv/bin/ctest --test-dir "$kind/build" >output.txt 2>&1 || status=$?
    pattern='[0-9]+ tests failed out of [0-9]+|No tests were found'
    found=$(grep --only-matching --max-count=1 --extended-regexp "$pattern" output.txt)
    echo "$kind: $found; exit status $status"
  done
)
echo "guess: 0 tests failed out of 1 in both, or a message"
echo "seen, CMake 4.1.2:"
echo "$seen"
[[ $seen == 'macro: 0 tests failed out of 1; exit status 0
function: No tests were found; exit status 0' ]] ||
  { echo "This has changed."; exit 1; }

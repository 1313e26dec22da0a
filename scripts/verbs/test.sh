# Builds and runs tests. ./penstock loads this file for `./penstock test`.
# shellcheck shell=bash

# shellcheck source=scripts/install.sh
source "${root:?}/scripts/install.sh"
# shellcheck source=scripts/build.sh
source "$root/scripts/build.sh"
# shellcheck source=scripts/package.sh
source "$root/scripts/package.sh"
# shellcheck source=scripts/test_plan.sh
source "$root/scripts/test_plan.sh"
# shellcheck source=scripts/test_words.sh
source "$root/scripts/test_words.sh"
# shellcheck source=scripts/test_within.sh
source "$root/scripts/test_within.sh"

usage() {
  cat <<END
./penstock test [--verbose] [--minutes N] [WORD…]

In the folder of a service it builds and runs the service's own tests, and takes no word.

In Penstock's folder it builds and runs the tests that the words name. Without a word it runs all
but kills, fuzz, fresh, image and keycloak.

$(print_table)

  fresh 12|13, fresh (12), sanitizers (all of asan and tsan) and image (all three parts) are words,
  too.

soak watches for an hour, and beside other words for two minutes; SOAK_SECONDS (100 or more) says
how long. ATTACK_SECONDS (2) says how long each of the attacks lasts.

fire takes three minutes; FIRE_SECONDS (120 or more), FIRE_REQUESTS (about how many) and FIRE_SEED
(which faults come, and when) change it. An hour: FIRE_SECONDS=3600 FIRE_REQUESTS=1000000.

ORDERS (20000) says how many orders the word of this name places: ORDERS=100000.

The minutes are those of two cores with an empty compiler cache. --minutes N ends within N minutes.
It runs the words marked always, with the one marked beside at the same time, and then those marked
in turn as long as there is time, beginning with another one for each commit. It names the words
that it left out. The word marked named runs only when it is named.
END
}

# parse_words ARGUMENT…: prints the words of the table that the arguments name, each on a line.
parse_words() {
  local word known
  mapfile -t known < <(known_words)
  while (($#)); do
    if [[ $1 == fresh && ${2:-} =~ ^[0-9]+$ ]]; then set -- "fresh-$2" "${@:3}"; fi
    is_one_of "$1" "${known[@]}" fresh sanitizers image ||
      refuse "test has no word '$1'. The words are: ${known[*]} fresh sanitizers image."
    for word in $(several_words "$1"); do
      echo "$word"
    done
    shift
  done
}

# run_words WORD…: runs each word in a process of its own, so that one failure does not hide others.
run_words() {
  local word failed=()
  for word in "$@"; do
    "$root/penstock" test "$word" ${verbose:+--verbose} || failed+=("$word")
  done
  ((${#failed[@]} == 0)) || die "failed: ${failed[*]}"
  say "passed: $*"
}

# needs_of_words WORD…
needs_of_words() {
  local word
  for word in "$@"; do needs_of test "$word"; done | tr ' ' '\n' | sort --unique
}

# test_service ARGUMENT…: runs the tests of a service in a folder of its own.
test_service() {
  local status=0
  (($# == 0)) ||
    refuse "test takes no words in a service's folder, where it runs the service's tests, not" \
      "'$*'. Penstock's own run in $root."
  prepare build
  build_service dev
  step test-service "tests of $SERVICE" ctest_briefly --test-dir "${output:?}/dev" \
    --output-on-failure --no-tests=error || status=$?
  grep 'tests passed, ' "${logs:?}/test-service.log" || true
  return "$status"
}

run() {
  [[ $is_example ]] || {
    test_service "$@"
    return
  }
  local minutes='' words=() parsed needs
  while (($#)); do
    case "$1" in
      --minutes=*) set -- --minutes "${1#*=}" "${@:2}" && continue ;;
      --minutes)
        [[ ${2:-} =~ ^[1-9][0-9]{0,3}$ ]] ||
          refuse "test: --minutes needs a whole number from 1 to 9999, not '${2:-}'."
        minutes="$2"
        shift
        ;;
      -* | '') refuse "test has no option '$1'. Its options: --minutes, --verbose." ;;
      *) words+=("$1") ;;
    esac
    shift
  done
  # An assignment ends the program if a word is wrong, and mapfile would not.
  if ((${#words[@]})); then
    parsed="$(parse_words "${words[@]}")"
  elif [[ $minutes ]]; then
    parsed="$(all_words)"
  else
    parsed="$(usual_words)"
  fi
  mapfile -t words <<<"$parsed"
  if [[ $minutes ]] || ((${#words[@]} > 1)); then export SOAK_SECONDS="${SOAK_SECONDS:-120}"; fi
  mapfile -t needs < <(needs_of_words "${words[@]}")
  prepare "${needs[@]}"
  if [[ $minutes ]]; then
    run_within "$minutes" "${words[@]}"
  elif ((${#words[@]} == 1)); then
    test_word "${words[0]}"
  else
    run_words "${words[@]}"
  fi
}

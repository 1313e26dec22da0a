# Lists the words of `./penstock test`, and says which of them run when minutes are few. To be
# sourced after steps.sh.
# shellcheck shell=bash

# Each word has an element: "WORD MINUTES WHEN | DESCRIPTION". MINUTES are those of two cores with
# an empty compiler cache. What --minutes does with the word depends on WHEN.
#   always       runs it, and fails if there is no time for it
#   beside       the same, while the others run: the word waits for an emulator most of the time
#   in-turn      runs it if there is time, beginning with another word for each commit
#   named        does not run it: only who names the word does
test_table=(
  "style 1 always | the format of sources and scripts, and what includes what"
  "verbs 2 always | this program itself: what its steps show, and what it refuses"
  "unit 12 always | the unit tests"
  "integration 5 always | the tests that need Apache Kafka"
  "terraform 9 beside | the stack on an emulator of AWS; needs terraform"
  "system 9 always | the tests of whole programs"
  "conformance 2 always | HTTP's cases, and CONFORMANCE_REQUESTS beside Go's reader"
  "monitoring 1 always | Prometheus' alerts and their runbook, and a log on a full disk"
  "judges 6 always | schemathesis and other validators judge our programs"
  "auth 5 always | who may call: each scheme, an OpenID provider, keys that change"
  "package 4 always | the function's zips: built twice, and under AWS's emulator"
  "fire 4 always | faults on three brokers, every answer checked, for FIRE_SECONDS"
  "soak 3 in-turn | what programs hold while Kafka fails, for SOAK_SECONDS"
  "orders 5 in-turn | a view of ORDERS orders, with kills of all that makes it"
  "attacks 4 in-turn | what the API holds under attack, for ATTACK_SECONDS each"
  "corpus 8 in-turn | published documents, of which CORPUS_DOCUMENTS are served"
  "newcomer 10 in-turn | a service of one's own, from new to a package; the tutorial"
  "generated 2 in-turn | clients of our contracts, made by others' generators"
  "deploy 9 in-turn | deploy and destroy against an emulator of AWS; needs terraform"
  "console 9 in-turn | the console's page in a browser, and what it shows of a system"
  "clients 8 in-turn | AWS's runtime clients, and the libraries that read our events"
  "fresh-12 17 in-turn | up, unit and package in a bare Debian 12; needs an administrator"
  "fresh-13 22 in-turn | the same in a bare Debian 13"
  "image-amd64 8 in-turn | the image on a Debian 13 made here; needs an administrator"
  "image-arm64 15 in-turn | the image for arm64, under qemu"
  "image-again 9 in-turn | the image built again: the same bytes"
  "asan 14 in-turn | unit and integration tests with the address sanitizer"
  "tsan 12 in-turn | the same with the thread sanitizer"
  "asan-system 20 in-turn | the programs with the address sanitizer, in the system tests"
  "tsan-system 20 in-turn | the same with the thread sanitizer"
  "rename 6 in-turn | the tests of the machinery, with another service in hello/"
  "kills 12 in-turn | kill -9 while 20000 records are handled"
  "fuzz 11 in-turn | each fuzz target for FUZZ_SECONDS (20)"
  "keycloak 5 named | the tokens of Keycloak, which takes 1 GB of memory"
)

# Words for several others.
several_words() {
  case "$1" in
    sanitizers) echo asan tsan asan-system tsan-system ;;
    image) echo image-amd64 image-arm64 image-again ;;
    fresh) echo fresh-12 ;;
    *) echo "$1" ;;
  esac
}

# words_of WHEN…: prints the words of the table with one of these.
words_of() {
  local word minutes when
  while read -r word minutes when; do
    [[ " $* " != *" $when "* ]] || echo "$word"
  done < <(printf '%s\n' "${test_table[@]%% | *}")
}

all_words() { words_of always beside in-turn; }
known_words() { words_of always beside in-turn named; }

# Prints what `./penstock test` runs without a word: all but what takes an administrator, kills,
# fuzz, and what must be named.
usual_words() {
  all_words | grep --invert-match --extended-regexp '^(fresh|image)-|^(kills|fuzz)$'
}

# minutes_of WORD
minutes_of() { printf '%s\n' "${test_table[@]}" | awk -v word="$1" '$1 == word { print $2 }'; }

# print_table: the words with their minutes, as --help and .ci/run have them.
print_table() {
  local element word minutes when
  printf '  %-12s %7s  %-8s %s\n' word minutes when "what"
  for element in "${test_table[@]}"; do
    read -r word minutes when <<<"${element%% | *}"
    printf '  %-12s %7s  %-8s %s\n' "$word" "$minutes" "${when/-/ }" "${element#* | }"
  done
}

# in_turn NUMBER WORD…: prints the words, beginning with another one for each number.
in_turn() {
  local number="$1" first
  shift
  (($#)) || return 0
  first=$((number % $#))
  printf '%s\n' "${@:first + 1}" "${@:1:first}"
}

# turn: prints the number of commits, or that of today without git's history.
turn() {
  git -C "${root:?}" rev-list --count HEAD 2>/dev/null || echo $(($(date +%s) / 86400))
}

# `./penstock test --minutes N`: as many words as N minutes allow. To be sourced after test_plan.sh.
# shellcheck shell=bash

# chosen WHEN WORD…: prints those of the words that the table marks with WHEN.
chosen() {
  local when="$1" word
  shift
  for word in $(words_of "$when"); do
    [[ " $* " != *" $word "* ]] || echo "$word"
  done
}

# limit_of WORD LEFT: prints for how many seconds a word may run if so many are left. A word that
# hangs must not take the time of all others.
limit_of() {
  local limit=$(($(minutes_of "$1") * 180 + 300))
  echo $((limit < $2 ? limit : $2))
}

# run_limited SECONDS WORD: replaces this shell, which runs in the background, by one word, and ends
# it with all that it has started when the time is over; the exit code is 124 then, or 137 if it had
# to be killed. A signal to the process of the background reaches all of them, too.
run_limited() {
  exec timeout --kill-after=30 "$1" "${root:?}/penstock" test "$2" ${verbose:+--verbose}
}

# outcome WORD STATUS: prints the word, and why it failed if that is known.
outcome() {
  if (($2 == 124 || $2 == 137)); then echo "$1 (ended by its time limit)"; else echo "$1"; fi
}

# is_in_turn WORD
is_in_turn() { [[ " $(words_of in-turn | tr '\n' ' ') " == *" $1 "* ]]; }

# has_time WORD SECONDS: succeeds if a word runs when so many seconds are left. One that always runs
# begins even if its minutes may not suffice, since they are those of an empty compiler cache. One
# that runs in turn begins only if a slower machine would finish it, too.
has_time() {
  if is_in_turn "$1"; then
    (($2 >= $(minutes_of "$1") * 120))
  else
    (($2 > 0))
  fi
}

# run_within MINUTES WORD…
run_within() {
  local minutes="$1" deadline=$((SECONDS + $1 * 60)) word left status running='' beside words turns
  local passed=() failed=() left_out=() log="${logs:?}/test-beside.log"
  shift
  mapfile -t words < <(chosen always "$@")
  # The table has one.
  beside="$(chosen beside "$@")"
  mapfile -t turns < <(chosen in-turn "$@")
  mapfile -t turns < <(in_turn "$(turn)" "${turns[@]}")

  # A trap waits until a command in the foreground ends, so the words run in the background.
  trap 'trap "" INT TERM; kill $(jobs -p) 2>/dev/null || true; wait; exit 130' INT TERM
  for word in "${words[@]}" "${turns[@]}" ''; do
    # The word beside the others needs a program of preset dev, which `unit` has built.
    if [[ $beside && ! $running && ! $word =~ ^(style|verbs|unit)$ ]]; then
      run_limited "$(limit_of "$beside" $((deadline - SECONDS)))" "$beside" >"$log" 2>&1 &
      running=$!
    fi
    [[ $word ]] || break
    left=$((deadline - SECONDS))
    if ! has_time "$word" "$left"; then
      left_out+=("$word")
      continue
    fi
    say "== $word, $((left / 60)) minutes left"
    status=0
    run_limited "$(limit_of "$word" "$left")" "$word" &
    wait $! || status=$?
    if ((status == 0)); then
      passed+=("$word")
    elif ((status == 124 || status == 137)) && is_in_turn "$word" &&
      ((deadline - SECONDS < 60)); then
      # The end of all the minutes has stopped it, which says nothing about the word.
      left_out+=("$word")
    else
      failed+=("$(outcome "$word" "$status")")
    fi
  done
  if [[ $running ]]; then
    status=0
    wait "$running" || status=$?
    say "== $beside, which ran beside the others"
    cat "$log" >&2
    if ((status == 0)); then
      passed+=("$beside")
    else
      failed+=("$(outcome "$beside" "$status")")
    fi
  fi
  trap - INT TERM
  summarize "$minutes" passed left_out failed
}

# summarize MINUTES PASSED LEFT_OUT FAILED: prints what became of the words, and fails if one of
# them failed or should have run. The last three are names of arrays.
summarize() {
  local minutes="$1" word failures
  local -n have_passed="$2" were_left_out="$3" have_failed="$4"
  say "passed: ${have_passed[*]:-nothing}"
  for word in "${were_left_out[@]}"; do
    say "left out: $word, which takes $(minutes_of "$word") minutes; ./penstock test $word runs it"
    is_in_turn "$word" || have_failed+=("$word (no time in $minutes minutes)")
  done
  ((${#have_failed[@]})) || return 0
  failures="$(printf '%s, ' "${have_failed[@]}")"
  die "failed: ${failures%, }"
}

# Messages, and long steps: one line for each, with the details in build/logs/. To be sourced with
# root set to the project's folder. service.sh sets the logs' folder to that of a service elsewhere.
# shellcheck shell=bash

# This is "yes" after --verbose. The caller may have set it, too.
verbose="${verbose:-}"
logs="${root:?}/build/logs"

say() { printf '%s\n' "$*" >&2; }

# Reports a failure and ends with 1.
die() {
  say "penstock: $*"
  exit 1
}

# Reports wrong arguments and ends with 2.
refuse() {
  say "penstock: $*"
  say "./penstock help lists the verbs, and ./penstock VERB --help shows how to use one."
  exit 2
}

# is_one_of VALUE WORD…
is_one_of() {
  local value="$1" word
  shift
  for word in "$@"; do
    [[ $value != "$word" ]] || return 0
  done
  return 1
}

# Ends the program unless the folders of the builds can be written: Penstock's and the service's.
require_writable() {
  local folder
  for folder in "$root/build/logs" "$logs"; do
    if ! mkdir --parents "$folder" 2>/dev/null || [[ ! -w $folder ]]; then
      die "cannot write to ${folder%/logs}. Make it writable for $(id --user --name), or copy" \
        "${folder%/build/logs} to a folder that is."
    fi
  done
}

# Prints a compiler's first failure, which its later lines would push out of sight, or the end of
# the log. Ninja prints the command, of hundreds of characters, below what has failed.
excerpt() {
  if grep --quiet '^FAILED: ' "$1"; then
    awk '/^FAILED: / { if (!first) first = NR; command = NR + 1 }
      first && NR < first + 60 && !(NR == command && length($0) > 200)' "$1"
  else
    tail --lines=100 "$1"
  fi
}

# begin_step SENTENCE: prints the line that the end of the step completes. On a terminal it replaces
# the previous line.
begin_step() {
  if [[ $on_terminal ]]; then printf '\r\033[K%s … ' "$1" >&2; else printf '%s … ' "$1" >&2; fi
}

# count_in LOG: prints how far the build is that writes the log, such as "[128/314]", or nothing.
count_in() {
  tail --bytes=65536 "$1" 2>/dev/null |
    sed --quiet --regexp-extended 's|^(\[[0-9]+/[0-9]+\]) .*|\1|p' | tail --lines=1
}

# show_progress LOG SENTENCE: shows how far the step is until its standard input ends. On a terminal
# the count is in the step's own line. Elsewhere, as in the log of a CI, one line a minute shows it.
# A step without a count is left alone on a terminal, where it may be asking for a password.
show_progress() {
  local log="$1" sentence="$2" every="${STEP_SECONDS:-60}" started=$SECONDS count shown='' status
  [[ ! $on_terminal ]] || every=1
  while true; do
    status=0
    read -r -t "$every" || status=$?
    # A status above 128 means that the time is over, and that the step is not.
    ((status > 128)) || return 0
    count="$(count_in "$log")"
    if [[ ! $on_terminal ]]; then
      say "${count:+$count, }$(((SECONDS - started) / 60)) min"
      begin_step "$sentence"
    elif [[ $count != "$shown" ]]; then
      shown="$count"
      begin_step "$sentence"
      printf '%s ' "$count" >&2
    fi
  done
}

# try_step LOG SENTENCE COMMAND…: runs the command, and shows how far it is and how long it took.
# Its output goes to build/logs/LOG.log; --verbose shows it, too. Returns the command's exit code.
try_step() {
  local log="$logs/$1.log" sentence="$2" started=$SECONDS status=0 running watcher on_terminal=''
  shift 2
  require_writable
  [[ ! -t 2 || ${TERM:-dumb} == dumb || $verbose ]] || on_terminal=yes
  begin_step "$sentence"
  if [[ $verbose ]]; then
    say
    "$@" 2>&1 | tee "$log" >&2 || status=$?
  else
    : >"$log"
    # The command stays in the foreground, for Ctrl-C and passwords. show_progress reads a pipe that
    # this shell alone holds open, so it ends with the step, or with the shell however that ends.
    exec {running}> >(show_progress "$log" "$sentence" >&2)
    watcher=$!
    "$@" >"$log" 2>&1 {running}>&- || status=$?
    exec {running}>&-
    wait "$watcher" || true
    [[ ! $on_terminal ]] || begin_step "$sentence"
  fi
  if ((status == 0)); then
    say "$((SECONDS - started)) s"
  else
    say "failed after $((SECONDS - started)) s"
  fi
  return "$status"
}

# step LOG SENTENCE COMMAND…: as try_step, and shows the log's end after a failure.
step() {
  local log="$logs/$1.log" status=0
  try_step "$@" || status=$?
  ((status != 0)) || return 0
  [[ $verbose ]] || excerpt "$log" >&2
  say "The whole log: $log"
  return "$status"
}

# copy_work_tree FOLDER [PATH…]: copies the files that git tracks or would add, as they are now, so
# without builds, states and settings of the user.
copy_work_tree() {
  local folder="$1"
  shift
  mkdir --parents "$folder"
  git -C "${root:?}" ls-files -z --cached --others --exclude-standard "$@" |
    tar --directory="$root" --null --files-from=- --ignore-failed-read --create --file=- |
    tar --directory="$folder" --extract --file=-
}

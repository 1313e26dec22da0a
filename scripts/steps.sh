# Long steps: one line each, the details in build/logs/. To be sourced.
# shellcheck shell=bash

verbose="${verbose:-}"
logs="${root:?}/build/logs"

say() { printf '%s\n' "$*" >&2; }

die() {
  say "penstock: $*"
  exit 1
}

# A compiler's first failure, which its later lines would push out of sight, or the end of the log.
excerpt() {
  if grep --quiet '^FAILED: ' "$1"; then
    awk '/^FAILED: / && !first { first = NR } first && NR < first + 60' "$1"
  else
    tail --lines=100 "$1"
  fi
}

# begin_step SENTENCE: the line that the step's end completes. On a terminal it takes the place of
# the line before.
begin_step() {
  if [[ $on_terminal ]]; then printf '\r\033[K%s … ' "$1" >&2; else printf '%s … ' "$1" >&2; fi
}

# How far the build is that writes LOG: "[128/314]", as ninja says it; nothing of a log without
# that.
count_in() {
  tail --bytes=65536 "$1" 2>/dev/null |
    sed --quiet --regexp-extended 's|^(\[[0-9]+/[0-9]+\]) .*|\1|p' | tail --lines=1
}

# show_progress LOG SENTENCE: until the end of its standard input. A terminal has the count at once,
# in the step's own line; where lines cannot be rewritten, as in the log of a CI, one a minute says
# how far it is. What has no count is left alone on a terminal: it may be asking for a password
# there.
show_progress() {
  local log="$1" sentence="$2" every="${STEP_SECONDS:-60}" started=$SECONDS count shown='' status
  [[ ! $on_terminal ]] || every=1
  while true; do
    status=0
    read -r -t "$every" || status=$?
    # More than 128: the time is over, and the step is not.
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

# step LOG SENTENCE COMMAND…: runs the command and says how long it took, and how far it is
# meanwhile. What it prints goes to build/logs/LOG.log, and is shown if it fails, or at once with
# --verbose. Answers the command's exit code.
step() {
  local log="$logs/$1.log" sentence="$2" started=$SECONDS status=0 running watcher on_terminal=''
  shift 2
  mkdir --parents "$logs"
  [[ ! -t 2 || ${TERM:-dumb} == dumb || $verbose ]] || on_terminal=yes
  begin_step "$sentence"
  if [[ $verbose ]]; then
    say
    "$@" 2>&1 | tee "$log" >&2 || status=$?
  else
    : >"$log"
    # The command stays in the foreground, for Ctrl-C and passwords. Who shows progress reads a pipe
    # that this shell alone holds open: it ends with the step, or with the shell, however that ends.
    exec {running}> >(show_progress "$log" "$sentence" >&2)
    watcher=$!
    "$@" >"$log" 2>&1 {running}>&- || status=$?
    exec {running}>&-
    wait "$watcher" || true
    [[ ! $on_terminal ]] || begin_step "$sentence"
  fi
  if ((status == 0)); then
    say "$((SECONDS - started)) s"
    return
  fi
  say "failed after $((SECONDS - started)) s"
  [[ $verbose ]] || excerpt "$log" >&2
  say "The whole of it: $log"
  return "$status"
}

# copy_work_tree FOLDER [PATH…]: what git knows or would take, as it is now; so without builds, states and settings of the caller's.
copy_work_tree() {
  local folder="$1"
  shift
  mkdir --parents "$folder"
  git -C "${root:?}" ls-files -z --cached --others --exclude-standard "$@" |
    tar --directory="$root" --null --files-from=- --ignore-failed-read --create --file=- | tar --directory="$folder" --extract --file=-
}

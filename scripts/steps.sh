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

# step LOG SENTENCE COMMAND…: runs the command and says how long it took. What it prints goes to build/logs/LOG.log, and
# is shown if it fails, or at once with --verbose. Answers the command's exit code.
step() {
  local log="$logs/$1.log" sentence="$2" started=$SECONDS status=0
  shift 2
  mkdir --parents "$logs"
  printf '%s … ' "$sentence" >&2
  if [[ $verbose ]]; then
    say
    "$@" 2>&1 | tee "$log" >&2 || status=$?
  else
    "$@" >"$log" 2>&1 || status=$?
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

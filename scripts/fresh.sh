#!/usr/bin/env bash
# Proves that a bare Debian is enough: clones the committed project into a new root folder, makes a
# service beside it, and runs `up`, the tests and `package` there.
#   fresh.sh 12|13
# It runs as root and needs debootstrap, git and curl, which `./penstock test fresh` installs.
set -euo pipefail

project="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
# This is the service that `new` makes, and one of its orders.
API_PROGRAM=orders_api FUNCTION_PROGRAM=orders_consumer
order=5b8a4d5e-8a3b-4f0e-9c55-0f3f1c2d7a10
tea='{"id":"'$order'","item":"tea","quantity":2}'

passed=0
failed=0

# outside VERSION: runs the proof in its own namespaces of mounts and processes, which end with it,
# so that only the folder is left to remove.
outside() {
  work="$(mktemp --directory --tmpdir="${TMPDIR:-/var/tmp}" penstock-fresh.XXXXXX)"
  trap 'trap "" INT TERM; rm --recursive --force --one-file-system "$work"' EXIT
  trap 'exit 130' INT TERM
  unshare --mount --mount-proc --pid --fork --kill-child "${BASH_SOURCE[0]}" inside "$1" "$work"
}

finish() {
  echo "fresh: $passed passed, $failed failed"
  exit $((failed > 0))
}

# check SENTENCE COMMAND…: runs the command, counts it, says how long it took, and shows the output
# of one that failed.
check() {
  local sentence="$1" started=$SECONDS
  shift
  printf '%s … ' "$sentence"
  if "$@" >"$work/check.log" 2>&1; then
    echo "$((SECONDS - started)) s"
    passed=$((passed + 1))
  else
    echo "FAILED after $((SECONDS - started)) s"
    tail --lines=100 "$work/check.log"
    failed=$((failed + 1))
    return 1
  fi
}

# bootstrap SUITE
bootstrap() {
  debootstrap --variant=minbase --include=git "$1" "$bare" &&
    git clone --quiet --no-hardlinks "$project" "$bare/srv/penstock" &&
    bring_network &&
    bring_compiler_cache &&
    mount -t proc proc "$bare/proc" &&
    mount --rbind /dev "$bare/dev"
}

# Gives the root folder what any machine of this network has: names, settings of apt's downloads and
# extra certificates. So it works behind a company's proxy, too.
bring_network() {
  cp /etc/resolv.conf /etc/hosts "$bare/etc/" &&
    apt-config dump | grep '^Acquire::' >"$bare/etc/apt/apt.conf.d/90host" &&
    cp --recursive /usr/local/share/ca-certificates "$bare/usr/local/share/"
}

# Saves minutes with what this machine has compiled from the same bytes. The cache reads every
# header again, so it cannot hide that one is missing.
bring_compiler_cache() {
  local cache
  cache="$(ccache --get-config cache_dir 2>/dev/null)" && [[ -d $cache ]] || return 0
  mkdir --parents "$bare/ccache" && mount --bind "$cache" "$bare/ccache"
}

# free_port FROM: prints a free port. The root folder shares the machine's network.
free_port() {
  local port
  for ((port = $1; ; port++)); do
    (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  echo "$port"
}

# until_true SECONDS COMMAND…: tries the command once a second, as long as `up` runs.
until_true() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline)) && kill -0 "$up" 2>/dev/null || return 1
    sleep 1
  done
}

# answers STATUS PATH [BODY]: asks the API, or posts the body.
answers() {
  local status body="$work/body"
  status="$(curl --silent --noproxy '*' --max-time 5 --output "$body" --write-out '%{http_code}' \
    ${3:+--header 'Content-Type: application/json' --data "$3"} "http://127.0.0.1:$port$2")"
  echo "$2: $status $(cat "$body")"
  [[ $status == "$1" ]]
}

# Before `up` says this, topic and mapping are missing, and the API refuses an event with 503.
ready() { grep --quiet '^penstock | ready: ' "$work/up.log"; }

consumed() { grep '"ORDER"' "$work/up.log" | grep --quiet "$order"; }

# As Ctrl-C does, this sends the signal to the whole process group.
stops() {
  kill -INT -- "-$up" && timeout 60 tail --pid="$up" --follow /dev/null && wait "$up"
}

nothing_left() {
  local programs="java|penstock_local|$API_PROGRAM|$FUNCTION_PROGRAM"
  ! grep --extended-regexp "^($programs)\$" /proc/[0-9]*/comm
}

# suite VERSION: prints Debian's name of the version.
suite() {
  case "$1" in
    12) echo bookworm ;;
    13) echo trixie ;;
    *) echo "fresh.sh knows Debian 12 and 13, not '$1'" >&2 && return 2 ;;
  esac
}

# inside VERSION FOLDER
inside() {
  work="$2"
  bare="$work/bare"
  port="$(free_port $((20000 + RANDOM % 10000)))"
  admin_port="$(free_port $((port + 1)))"
  mapfile -t proxies < <(env | grep --ignore-case '_proxy=' || true)
  local in_bare=(chroot "$bare" env --ignore-environment)
  local environment=(HOME=/root LANG=C.UTF-8 CCACHE_DIR=/ccache
    PATH=/usr/sbin:/usr/bin:/sbin:/bin "${proxies[@]}")
  local in_project=("${in_bare[@]}" --chdir=/srv/penstock "${environment[@]}")
  local in_service=("${in_bare[@]}" --chdir=/srv/orders "${environment[@]}")
  trap 'exit 130' INT TERM

  check "a bare Debian $1, and the project in it" bootstrap "$(suite "$1")" || finish
  check "new ../orders" "${in_project[@]}" ./penstock new ../orders || finish
  # With job control the background process gets its own process group.
  set -o monitor
  "${in_service[@]}" ./penstock up --port "$port" --admin-port "$admin_port" </dev/null \
    >"$work/up.log" 2>&1 &
  up=$!
  set +o monitor
  if ! check "up, until it is ready" until_true 1500 ready; then
    tail --lines=100 "$work/up.log"
    finish
  fi
  check "GET /healthcheck: 200" answers 200 /healthcheck || true
  check "POST /orders: 201" answers 201 /orders "$tea" || true
  check "GET its path: 200" answers 200 "/orders/$order" || true
  check "POST /orders without a quantity: 400" answers 400 /orders '{"item":"tea"}' || true
  check "GET /error: 404" answers 404 /error || true
  check "the order is in the consumer's log" until_true 30 consumed || true
  check "Ctrl-C stops it, exit code 0" stops || true
  check "no process is left" nothing_left || true
  ((failed == 0)) || tail --lines=100 "$work/up.log"
  check "the service's tests" "${in_service[@]}" ./penstock test || true
  check "the function's packages" "${in_service[@]}" ./penstock package || true
  check "the unit tests" "${in_project[@]}" ./penstock test unit || true
  finish
}

if [[ ${1:-} == inside ]]; then
  inside "$2" "$3"
else
  suite "${1:-}" >/dev/null
  outside "$1"
fi

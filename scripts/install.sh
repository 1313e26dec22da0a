# Installs what a verb needs. To be sourced after steps.sh.
# shellcheck shell=bash

# shellcheck source=scripts/packages.sh
source "${root:?}/scripts/packages.sh"

# as_root COMMAND…
as_root() {
  if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

can_be_root() { ((EUID == 0)) || { command -v sudo >/dev/null && sudo true; }; }

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
    apt-get --option DPkg::Lock::Timeout=300 --yes "$@"
}

# unreachable LOG…: prints the first line of the logs that says that apt or Maven could not reach a
# host, or nothing.
unreachable() {
  grep --no-filename --max-count=1 --extended-regexp \
    --regexp='Could not (resolve|connect)|Unable to connect|Cannot initiate the connection' \
    --regexp='Temporary failure|Network is unreachable|Connection (timed out|refused|failed)' \
    --regexp='Unknown host|UnknownHostException' \
    "$@" 2>/dev/null | head --lines=1 || true
}

# install_packages PACKAGE…
install_packages() {
  local reason
  # The lists of an earlier day may do.
  try_step apt-update "reading the lists of packages" apt_get update || true
  try_step apt-install "installing packages ($#)" \
    apt_get install --no-install-recommends "$@" && return
  reason="$(unreachable "${logs:?}/apt-install.log" "$logs/apt-update.log")"
  [[ -z $reason ]] ||
    die "Debian's servers cannot be reached, so $# packages are still missing: $*. Check the" \
      "network and the proxy, and run this again. apt says: $reason"
  excerpt "$logs/apt-install.log" >&2
  die "apt-get could not install the packages; the lines above say why."
}

# install_for NEED…: installs what is missing. Does so all at once, so that a user who may not
# learns all names at once.
install_for() {
  local names
  require_debian
  mapfile -t names < <(missing_for "$@")
  ((${#names[@]})) || return 0
  can_be_root ||
    die "${#names[@]} packages are missing, and there is no sudo to install them with. Ask an
administrator to run:
  apt-get update && apt-get install --no-install-recommends ${names[*]}"
  install_packages "${names[@]}"
}

# prepare NEED…: ends the program unless this machine has, or gets, all that a verb needs.
prepare() {
  local java
  require_writable
  install_for "$@"
  if [[ " $* " == *" kafka "* ]]; then
    java="$(faults_of_programs kafka)"
    [[ -z $java ]] || die "Apache Kafka needs $java. PATH decides which java runs."
  fi
}

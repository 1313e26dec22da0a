# Packages the function. ./penstock loads this file for `./penstock package`.
# shellcheck shell=bash

# shellcheck source=scripts/install.sh
source "${root:?}/scripts/install.sh"
# shellcheck source=scripts/build.sh
source "$root/scripts/build.sh"
# shellcheck source=scripts/python.sh
source "$root/scripts/python.sh"
# shellcheck source=scripts/package.sh
source "$root/scripts/package.sh"

usage() {
  cat <<'END'
./penstock package [--verbose] [--check] [arm64] [x86_64]

Builds the function as AWS Lambda takes it: a static program in build/package/*.zip, for each
architecture that is named, or for both, with its bill of materials beside it. It runs on x86_64,
and installs Debian's newest versions of what the function is made of.

Options:
  --check                 build nothing, and say whether Debian has newer versions by now
END
}

run() {
  local argument check='' architectures=()
  for argument in "$@"; do
    if [[ $argument == --check ]]; then
      check=yes
    elif [[ $argument =~ ^(arm64|x86_64)$ ]]; then
      architectures+=("$argument")
    else
      refuse "package does not know '$argument'. It takes arm64, x86_64, --check and --verbose."
    fi
  done
  if ((${#architectures[@]})); then set -- "${architectures[@]}"; else set -- arm64 x86_64; fi
  if [[ $check ]]; then
    require_debian
    install_python
    check_package "$@"
    return
  fi
  require_x86_64
  prepare build package
  # cmake, which reads what the service uses, may have been installed just now.
  ! uses_postgres || prepare libpq
  package_function "$@"
}

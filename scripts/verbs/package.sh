# Packages the function. ./penstock loads this file for `./penstock package`.
# shellcheck shell=bash

# shellcheck source=scripts/install.sh
source "${root:?}/scripts/install.sh"
# shellcheck source=scripts/build.sh
source "$root/scripts/build.sh"
# shellcheck source=scripts/package.sh
source "$root/scripts/package.sh"

usage() {
  cat <<'END'
./penstock package [--verbose] [arm64] [x86_64]

Builds the function as AWS Lambda takes it: a static program in build/package/*.zip, for each
architecture that is named, or for both. It runs on x86_64.
END
}

run() {
  local argument
  for argument in "$@"; do
    [[ $argument =~ ^(arm64|x86_64)$ ]] ||
      refuse "package does not know '$argument'. It takes arm64, x86_64 and --verbose."
  done
  (($#)) || set -- arm64 x86_64
  require_x86_64
  prepare build package
  package_function "$@"
}

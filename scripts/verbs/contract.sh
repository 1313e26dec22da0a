# Runs penstock_contract. ./penstock loads this file for `./penstock contract`.
# shellcheck shell=bash

# shellcheck source=scripts/install.sh
source "${root:?}/scripts/install.sh"
# shellcheck source=scripts/build.sh
source "$root/scripts/build.sh"

usage() {
  cat <<END
./penstock contract [ARGUMENT…]

Builds penstock_contract, and runs it with the arguments: it checks a contract, compares two
versions, serves a mock, and more. Without arguments it checks the service's own, $CONTRACT.
./penstock contract COMMAND --help shows how to use a command. docs/contract/tools.md has examples.
END
}

# run [ARGUMENT…]
run() {
  prepare build
  build dev penstock_contract_program
  (($#)) || set -- check "${service:?}/${CONTRACT%% *}"
  exec "$root/build/dev/bin/penstock_contract" "$@"
}

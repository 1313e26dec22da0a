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
versions, serves a mock, and more. A command alone, such as ./penstock contract routes, takes the
service's own contract, ${CONTRACT%% *}; without arguments it checks that.
./penstock contract COMMAND --help shows how to use a command. docs/contract/tools.md has examples.
END
}

# These are the commands that take one document.
of_one_document=(check routes topics files mock requests asyncapi bundle)

# run [ARGUMENT…]
run() {
  prepare build
  build dev penstock_contract_program
  (($#)) || set -- check
  if (($# == 1)) && is_one_of "$1" "${of_one_document[@]}"; then
    set -- "$1" "${service:?}/${CONTRACT%% *}"
  fi
  exec "$root/build/dev/bin/penstock_contract" "$@"
}

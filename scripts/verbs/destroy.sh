# `./penstock destroy`, which scripts/penstock_deploy/ does. Loaded by penstock.
# shellcheck shell=bash

# shellcheck source=scripts/python.sh
source "${root:?}/scripts/python.sh"

usage() { run_python penstock_deploy destroy --help; }

run() {
  # The package calls other verbs.
  export verbose
  run_python penstock_deploy destroy "$@"
}

# Calls scripts/penstock_deploy/. ./penstock loads this file for `./penstock deploy`.
# shellcheck shell=bash

# shellcheck source=scripts/python.sh
source "${root:?}/scripts/python.sh"

usage() { run_python penstock_deploy deploy --help; }

run() {
  install_python
  # The package calls other verbs.
  export verbose
  run_python penstock_deploy deploy "$@"
}

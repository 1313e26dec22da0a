# Shows how to use the verbs. ./penstock loads this file for `./penstock help`.
# shellcheck shell=bash

usage() {
  cat <<'END'
./penstock new FOLDER  make a service of your own
./penstock up          build the whole system and run it on this machine, until Ctrl-C
./penstock build       build programs, into build/PRESET/bin
./penstock test        build and run tests
./penstock contract    check, compare or mock a contract
./penstock package     build the function as AWS Lambda takes it
./penstock image       build the API's container image
./penstock deploy      deploy all of it on AWS, by Terraform
./penstock destroy     destroy what deploy has made
./penstock bench       measure
./penstock doctor      show what each verb needs and what is missing
./penstock help VERB   show how to use a verb; so does ./penstock VERB --help

They work for the example in hello/, or for the service that --service FOLDER or the variable
PENSTOCK_SERVICE names; `./penstock` in a service's own folder works for that one.

Each verb installs what it needs first. It keeps the output of long steps in build/logs/, and shows
it with --verbose.
END
}

# run [VERB]
run() {
  (($# < 2)) || refuse "help takes one verb, not '$*'."
  # Loading a verb replaces usage.
  if (($#)); then load "$1"; fi
  usage
}

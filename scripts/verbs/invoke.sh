# Invokes the function once. ./penstock loads this file for `./penstock invoke`.
# shellcheck shell=bash

# shellcheck source=scripts/install.sh
source "${root:?}/scripts/install.sh"
# shellcheck source=scripts/build.sh
source "$root/scripts/build.sh"

usage() {
  cat <<END
./penstock invoke EVENT [OPTION…]

Builds the function, and runs it with an event as AWS Lambda gives it, such as one of test-events/.
The options are those of this command:

  $(programs_of dev)/penstock_local invoke --help
END
}

# run [ARGUMENT…]
run() {
  local ours=(--service "${service:?}")
  (($#)) || refuse "invoke needs the file of an event, such as one of test-events/."
  prepare build
  if [[ $is_example ]]; then
    build dev penstock_local "${SERVICE}_function_program"
  else
    build_service dev "${SERVICE}_function_program"
    [[ " $* " == *" --function"[\ =]* ]] ||
      ours+=(--function "${output:?}/dev/bin/$FUNCTION_PROGRAM")
  fi
  exec "$(programs_of dev)/penstock_local" invoke "${ours[@]}" "$@"
}

# Runs the whole system on this machine. ./penstock loads this file for `./penstock up`.
# shellcheck shell=bash

# shellcheck source=scripts/options.sh
source "${root:?}/scripts/options.sh"
# shellcheck source=scripts/install.sh
source "$root/scripts/install.sh"
# shellcheck source=scripts/build.sh
source "$root/scripts/build.sh"

# These are the options of penstock_local. They are listed here, too, so that a wrong one is refused
# before minutes of compiling; tests/verbs/up_options compares both lists.
up_options=(
  "--broker broker | a new Apache Kafka (default), one in librdkafka, or one that runs already"
  "--port integer 1 65535 | port of the API (8000)"
  "--admin-port integer 1 65535 | port of the API's readiness and metrics (8001)"
  "--console-port integer 0 65535 | port of the page that shows what happens (8002), or 0 for none"
  "--data text | folder where Kafka keeps its data between runs (.penstock)"
  "--kafka-libs text | folder of Apache Kafka's jars (build/kafka/libs)"
  "--topic text | one topic for all events, instead of those of the contract"
  "--api file | run this program as the API"
  "--consumer-group text | consumer group of the event source mapping (penstock-local-TOPIC)"
  "--function file | run this custom runtime's bootstrap, in any language, as the function"
  "--batch-size integer 1 10000 | most records in one invocation (100)"
  "--batching-window number 0 300 | longest wait for a batch to fill, in seconds (0.5)"
  "--starting-position one-of TRIM_HORIZON LATEST | where a new consumer group begins"
  "--function-timeout integer 1 5400 | longest time of one invocation, in seconds (30)"
  "--mapping file | JSON for an event source mapping, one for each topic; docs/up.md"
  "--concurrency integer 1 64 | batches at the same time, each with its own process (1)"
  "--watch flag | build what is saved, and take it up while everything runs; docs/up.md"
  "--verbose flag | show the output of the build, and a line for each invocation"
)

usage() {
  cat <<END
./penstock up [OPTION…]

Builds the whole system and runs it on this machine until Ctrl-C: a broker, the API, the event
source mapping and the function. It ends its start with the URLs to try.

Options:
$(describe "${up_options[@]}")

The program that this runs has commands of its own, esm, invoke and redrive:
  $(programs_of dev)/penstock_local --help
END
}

run() {
  local broker=kafka ours=(--service "${service:?}") port=8000 admin_port=8001 console_port=""
  local argument name="" value given=' ' folder="$root/build/dev" command
  check_options up up_options "" "$@"
  for argument in "$@"; do
    case "$argument" in
      --*=*) name="${argument%%=*}" value="${argument#*=}" ;;
      --*) name="$argument" value='' ;;
      *) value="$argument" ;;
    esac
    given+="$name "
    case "$name" in
      --broker) broker="$value" ;;
      --port) port="$value" ;;
      --admin-port) admin_port="$value" ;;
      --console-port) console_port="$value" ;;
    esac
  done
  [[ $given == *" --data "* ]] || ours+=(--data "${data:?}")
  ((port != admin_port)) ||
    refuse "up: --port and --admin-port are both $port. Each needs a port of its own."
  [[ $console_port != "$port" && $console_port != "$admin_port" ]] ||
    refuse "up: --console-port $console_port is that of the API. Each needs a port of its own."
  if [[ $broker == kafka ]]; then prepare build kafka; else prepare build; fi
  if [[ $is_example ]]; then
    build dev penstock_local "${SERVICE}_api_program" "${SERVICE}_function_program"
  else
    folder="${output:?}/dev"
    build_service dev "${SERVICE}_api_program" "${SERVICE}_function_program"
    [[ $given == *" --api "* ]] || ours+=(--api "${output:?}/dev/bin/$API_PROGRAM")
    [[ $given == *" --function "* ]] || ours+=(--function "$output/dev/bin/$FUNCTION_PROGRAM")
  fi
  if [[ $given == *" --watch "* ]]; then
    # Penstock itself is built already, so these are the service's files alone.
    command="$(in_sh flock "$folder/lock" cmake --build "$folder" --parallel "$(jobs_at_once)" \
      --target "${SERVICE}_api_program" "${SERVICE}_function_program")"
    ours+=(--build-command "$command")
  fi
  [[ $broker != kafka ]] || fetch_kafka
  exec "$(programs_of dev)/penstock_local" "${ours[@]}" ${verbose:+--verbose} "$@"
}

# Runs the whole system on this machine. ./penstock loads this file for `./penstock up`.
# shellcheck shell=bash

# shellcheck source=scripts/options.sh
source "${root:?}/scripts/options.sh"
# shellcheck source=scripts/install.sh
source "$root/scripts/install.sh"
# shellcheck source=scripts/build.sh
source "$root/scripts/build.sh"
# shellcheck source=scripts/tables.sh
source "$root/scripts/tables.sh"

# These are the options of penstock_local, in its groups and words. They are listed here, too, so
# that a wrong one is refused before minutes of compiling; tests/verbs/up_options compares both.
api_options=(
  "--port integer 1 65535 | Serve the API on this port. [1 to 65535; default 8000]"
  "--admin-port integer 1 65535 | Serve the API's readiness and metrics on this port. \
[1 to 65535; default 8001]"
  "--api file | Run this program as the API, instead of the service's own."
)
kafka_options=(
  "--broker broker | Use this broker: a real Apache Kafka, one in memory, or one that runs \
already. [default kafka]"
  "--data folder | Keep Kafka's records in this folder between runs. [default .penstock]"
  "--kafka-libs folder | Run the Apache Kafka whose jars are in this folder. \
[or the variable PENSTOCK_KAFKA_LIBS]"
  "--topic name | Send all events to this topic, and read it, instead of the topics of the \
contract."
)
mapping_options=(
  "--mapping file | Read filters, retries and a failure destination from this file, which has the \
JSON for \`aws lambda create-event-source-mapping --cli-input-json\`. Its BatchSize, window, \
starting position and consumer group override the options. It may be repeated: there must be one \
for each topic of the API."
  "--consumer-group name | Read as a member of this group. By default, it is penstock-local-TOPIC."
  "--starting-position one-of TRIM_HORIZON LATEST | Start there in the topic if the consumer group \
is new. [default TRIM_HORIZON]"
  "--batch-size integer 1 10000 | Invoke the function with at most this many records. \
[1 to 10000; default 100]"
  "--batching-window number 0 300 | Let a record wait this long for others. [0 to 300; \
default 0.5]"
  "--concurrency integer 1 64 | Handle this many batches at the same time, each with its own \
process. The mappings of several topics share them. [1 to 64; default 1]"
)
function_options=(
  "--function file | Invoke this function, the bootstrap of a custom runtime in any language, \
instead of the service's own."
  "--function-timeout integer 1 5400 | Fail an invocation that takes longer than this, in seconds. \
[1 to 5400; default 30]"
)
terminal_options=(
  "--console-port integer 0 65535 | Serve the console, a page that shows what happens, on this \
port of 127.0.0.1, or with 0 none. By default, it is 8002 or, if that is in use, a free one. \
[0 to 65535]"
  "--log one-of text json | Write lines for people (text), or the programs' own lines (json). By \
default, it is text on a terminal, and else json."
  "--verbose flag | Write more, such as a line for each invocation."
)
watch_options=(
  "--watch flag | Build what is saved in the service's folder, and take it up while everything \
runs."
)
# shellcheck disable=SC2034 # check_options takes it by its name.
up_options=(
  "${api_options[@]}" "${kafka_options[@]}" "${mapping_options[@]}" "${function_options[@]}"
  "${terminal_options[@]}" "${watch_options[@]}"
)

usage() {
  cat <<END
./penstock up [OPTION…]

Builds the whole system and runs it on this machine until Ctrl-C: a broker, the API, the event
source mapping and the function. It ends its start with the URLs to try.

A service that has a DATABASE in its service.env gets one from Debian's PostgreSQL, which keeps it
in the folder of --data, and runs the SQL of the service's schema.sql at each start.
A service that declares tables (TABLES in its service.env) gets them from moto, which plays DynamoDB
and keeps them in memory. Set AWS_ENDPOINT_URL_DYNAMODB to use another server.

API:
$(describe "${api_options[@]}")

Kafka:
$(describe "${kafka_options[@]}")

Event source mapping:
$(describe "${mapping_options[@]}")

Function:
$(describe "${function_options[@]}")

Console and terminal:
$(describe "${terminal_options[@]}")

Watching:
$(describe "${watch_options[@]}")

The program that this runs has commands of its own, esm, invoke and redrive:
  $(programs_of dev)/penstock_local --help
END
}

run() {
  local broker=kafka ours=(--service "${service:?}") port=8000 admin_port=8001 console_port=""
  local needs=(build) argument name="" value given=' ' folder="$root/build/dev" command
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
  [[ $broker != kafka ]] || needs+=(kafka)
  [[ ! $TABLES || ${AWS_ENDPOINT_URL_DYNAMODB:-} ]] || needs+=(tables)
  [[ ! $DATABASE || ${DATABASE_URL:-} ]] || needs+=(postgres)
  prepare "${needs[@]}"
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
  if [[ " ${needs[*]} " == *' tables '* ]]; then
    fetch_moto
    ours+=(--tables-command "$(tables_command)")
  fi
  if [[ " ${needs[*]} " == *' postgres '* ]]; then
    ours+=(--database-command "$(in_sh exec "$root/scripts/postgres_server")")
  fi
  exec "$(programs_of dev)/penstock_local" "${ours[@]}" ${verbose:+--verbose} "$@"
}

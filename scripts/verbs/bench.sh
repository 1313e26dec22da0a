# Measures. ./penstock loads this file for `./penstock bench`.
# shellcheck shell=bash

# shellcheck source=scripts/options.sh
source "${root:?}/scripts/options.sh"
# shellcheck source=scripts/install.sh
source "$root/scripts/install.sh"
# shellcheck source=scripts/build.sh
source "$root/scripts/build.sh"
# shellcheck source=scripts/against.sh
source "$root/scripts/against.sh"

# These are the options of the Python programs that measure. They are listed here, too, so that a
# wrong one is refused before minutes of compiling; tests/verbs/arguments compares the lists.
# check_options reads it by its name.
# shellcheck disable=SC2034
peers_words=(hello publish kill down memory auth attacks orders)
peers_options=(
  "--rounds integer 1 1000 | measured rounds of hello, publish, auth, attacks, orders (3)"
  "--seconds integer 1 86400 | length of a round (5)"
  "--warmup integer 0 86400 | seconds of load before each round (2)"
  "--program file | measure this build of the API instead of the one made here"
)
contract_options=(
  "--rounds integer 1 1000 | measured rounds (3)"
  "--seconds integer 1 86400 | length of a round (5)"
  "--warmup integer 0 86400 | seconds of load before each round (2)"
)
lambda_options=(
  "--starts integer 1 100000 | starts of each function (60)"
  "--rounds integer 1 1000 | rounds with a running function (5)"
  "--seconds number 0.1 86400 | length of a round (2)"
)
esm_options=(
  "--records integer 1 100000000 | records in each topic (1000000)"
  "--rounds integer 1 1000 | rounds of each case (1)"
  "--batch-size integers 1 10000 | sizes of batches (100 and 10000)"
  "--partitions integers 1 64 | partitions, and functions at the same time (1 and 4)"
  "--function one-of counter ours | only this function"
  "--console flag | compare what a console, and a reader of its stream, cost"
)

usage() {
  cat <<END
./penstock bench [--verbose] [hello] [publish] [kill] [down] [memory] [auth] [attacks] [orders]
  [OPTION…]
Measures the API beside nginx and a Go program; without a word, all of them.
$(describe "${peers_options[@]}")

./penstock bench contract [OPTION…]
Measures the contract engine alone, its share of a request, and its mock beside Prism's.
$(describe "${contract_options[@]}")

./penstock bench lambda [PROGRAM…] [OPTION…]
Measures the function's start and its CPU time for a record, beside a function in Python and any
other builds of the function.
$(describe "${lambda_options[@]}")

./penstock bench esm [OPTION…]
Sends a million records of a real Kafka through penstock_local esm.
$(describe "${esm_options[@]}")

./penstock bench against REVISION [OPTION…]
Compares the work tree with another commit.
$(describe "${against_options[@]}")

bench/README.md says how to read the numbers.
END
}

# Of these words, hello, auth and attacks need no Kafka.
bench_peers() {
  check_options bench peers_options peers_words "$@"
  local with_kafka='\ (publish|kill|down|memory|orders)\ '
  if [[ " $* " =~ \ (hello|auth|attacks)\  && ! " $* " =~ $with_kafka ]]; then
    prepare build bench
  else
    prepare build kafka database bench
    fetch_kafka
  fi
  build release "$API_PROGRAM" shop_api
  exec "$root/bench/run" "$@"
}

bench_contract() {
  local bin="$root/build/release/bin"
  check_options "bench contract" contract_options "" "$@"
  prepare build bench prism
  configure_bench
  build release auth_bench contract_bench token_bench worst_bench penstock_contract_program \
    "$API_PROGRAM"
  "$bin/contract_bench"
  "$bin/token_bench"
  "$bin/auth_bench"
  "$bin/worst_bench"
  "$root/bench/contract/cpu_share.py" "$bin/$API_PROGRAM" "$@"
  exec "$root/bench/contract/compare_prism.py" "$bin/penstock_contract" "$@"
}

bench_lambda() {
  local bin="$root/build/release/bin" programs=()
  while [[ ${1:-} && $1 != -* ]]; do
    [[ -f $1 ]] || refuse "bench lambda: there is no program $1."
    programs+=("$1")
    shift
  done
  check_options "bench lambda" lambda_options "" "$@"
  prepare build bench
  build release "$FUNCTION_PROGRAM"
  exec "$root/bench/lambda/compare_python.py" "$bin/$FUNCTION_PROGRAM" "${programs[@]}" "$@"
}

bench_esm() {
  local bin="$root/build/release/bin"
  check_options "bench esm" esm_options "" "$@"
  prepare build kafka bench
  fetch_kafka
  configure_bench
  build release esm_counter esm_topic penstock_local "$FUNCTION_PROGRAM"
  exec "$root/bench/esm/throughput.py" "$bin" "$@"
}

run() {
  [[ $is_example ]] ||
    refuse "bench measures Penstock itself. Run it in Penstock's folder: cd $root"
  case "${1:-}" in
    against | contract | esm | lambda) "bench_$1" "${@:2}" ;;
    *) bench_peers "$@" ;;
  esac
}

# Builds programs, and fetches Apache Kafka. To be sourced after install.sh, once `prepare` has run.
# shellcheck shell=bash

# shellcheck source=scripts/machine.sh
source "${root:?}/scripts/machine.sh"

# build PRESET [TARGET…]
build() {
  local preset="$1" folder="$root/build/$1" options=()
  shift
  [[ $preset != fuzz ]] || options=(-D "CMAKE_CXX_COMPILER=clang++-$(clang_version)")
  warn_of_little_memory
  if [[ ! -f $folder/build.ninja ]]; then
    step "configure-$preset" "configuring (preset $preset)" \
      cmake -S "$root" --preset "$preset" "${options[@]}"
  fi
  # Tests that run at the same time may build in one folder.
  step "build-$preset" "building (preset $preset)" flock "$folder/lock" \
    cmake --build "$folder" --parallel "$(jobs_at_once)" ${1:+--target "$@"}
}

configure_bench() {
  step configure-bench "configuring (preset release, with benchmarks)" \
    cmake -S "$root" --preset release -D PENSTOCK_BENCH=ON
}

# Fetches the jars of src/local/kafka/pom.xml unless those of this very file are here, and names
# their folder for penstock_local and the tests.
fetch_kafka() {
  local pom="$root/src/local/kafka/pom.xml" libs="$root/build/kafka/libs" sum reason
  export PENSTOCK_KAFKA_LIBS="$libs"
  sum="$(sha256sum <"$pom")"
  [[ ! -f $libs/pom.sha256 || $(<"$libs/pom.sha256") != "$sum" ]] || return 0
  rm --recursive --force "$libs.new"
  if ! try_step kafka "fetching Apache Kafka" mvn --quiet --batch-mode --file "$pom" \
    dependency:copy-dependencies -DincludeScope=runtime "-DoutputDirectory=$libs.new"; then
    reason="$(unreachable "${logs:?}/kafka.log")"
    [[ -z $reason ]] ||
      die "Maven's repository cannot be reached to fetch Apache Kafka. Check the network and the" \
        "proxy, or run ./penstock up --broker memory, which needs no Kafka. mvn says: $reason"
    excerpt "$logs/kafka.log" >&2
    die "Apache Kafka could not be fetched; the lines above say why."
  fi
  echo "$sum" >"$libs.new/pom.sha256"
  rm --recursive --force "$libs"
  mv "$libs.new" "$libs"
}

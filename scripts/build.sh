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

# flags_of PRESET: prints the options with which Penstock was configured, each on a line. A service
# is compiled with the same.
flags_of() {
  sed --quiet --regexp-extended \
    's/^(CMAKE_BUILD_TYPE|CMAKE_CXX_COMPILER|CMAKE_CXX_FLAGS(_RELEASE)?):[A-Z]+=/-D\n\1=/p' \
    "$root/build/$1/CMakeCache.txt"
}

# build_machinery PRESET: builds Penstock for a service elsewhere, and installs it in its own build
# folder. A file that is there already and the same keeps its time, so nothing is compiled again.
build_machinery() {
  build "$1" penstock_installable
  step "install-$1" "installing Penstock (preset $1)" flock "$root/build/$1/lock" \
    cmake --install "$root/build/$1" --prefix "$root/build/$1/prefix"
}

# build_service PRESET [TARGET…]: builds the service's programs, or the targets.
build_service() {
  local preset="$1" folder="${output:?}/$1" options configured
  if [[ $is_example ]]; then
    build "$@"
    return
  fi
  shift
  build_machinery "$preset"
  mapfile -t options < <(flags_of "$preset")
  options+=(-S "${service:?}" -B "$folder" -G Ninja -D CMAKE_EXPORT_COMPILE_COMMANDS=ON
    -D "CMAKE_PREFIX_PATH=$root/build/$preset/prefix")
  ! command -v ccache >/dev/null || options+=(-D CMAKE_CXX_COMPILER_LAUNCHER=ccache)
  # A folder that was moved, or built with another Penstock, is configured again.
  configured="$(printf '%s\n' "${options[@]}")"
  if [[ ! -f $folder/build.ninja || ! -f $folder/configured ||
    $(<"$folder/configured") != "$configured" ]]; then
    step "configure-service-$preset" "configuring $SERVICE (preset $preset)" \
      cmake --fresh "${options[@]}"
    echo "$configured" >"$folder/configured"
  fi
  step "build-service-$preset" "building $SERVICE (preset $preset)" flock "$folder/lock" \
    cmake --build "$folder" --parallel "$(jobs_at_once)" ${1:+--target "$@"}
}

# programs_of PRESET: prints the folder of Penstock's own programs.
programs_of() {
  if [[ $is_example ]]; then echo "$root/build/$1/bin"; else echo "$root/build/$1/prefix/bin"; fi
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

# in_sh WORD…: prints a command with these words for /bin/sh. Bash's own quotes are for bash alone:
# where the locale is C, it writes "ë" as $'\303\253', which dash takes for other text.
in_sh() {
  local word quoted=()
  for word; do quoted+=("'${word//\'/\'\\\'\'}'"); done
  echo "${quoted[*]}"
}

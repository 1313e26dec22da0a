# Says what each verb needs, and in which packages Debian has it. To be sourced.
# shellcheck shell=bash

# Another file is for tests.
os_release="${PENSTOCK_OS_RELEASE:-/etc/os-release}"

# os_field NAME: prints a field of os-release, such as PRETTY_NAME.
os_field() (
  [[ -r $os_release ]] || return 0
  # shellcheck source=/dev/null
  . "$os_release" && echo "${!1:-}"
)

# These print the versions in the names of packages.
is_bookworm() { [[ $(os_field VERSION_CODENAME) == bookworm ]]; }
boost_version() { if is_bookworm; then echo 1.81; else echo 1.88; fi; }
clang_version() { if is_bookworm; then echo 14; else echo 19; fi; }
# Debian 12 has Rust 1.63 and, for browsers, a new one.
cargo_package() { if is_bookworm; then echo cargo-web; else echo cargo; fi; }

# Ends the program on any other system, with what to do there. The admin port listens on the
# loopback address, so that no published port leads to it; a container with the machine's own
# network has both.
require_debian() {
  case "$(os_field VERSION_CODENAME)" in
    bookworm | trixie)
      command -v dpkg-query >/dev/null ||
        die "PATH leads to no dpkg-query, which says what is installed. PATH is: $PATH"
      return
      ;;
  esac
  local run="docker run --rm --interactive --tty"
  local here="--volume \"\$PWD:/penstock\" --workdir /penstock" system
  system="$(os_field PRETTY_NAME)"
  die "this builds on Debian 12 and 13, and here is ${system:-$(uname)}.
A container of Debian 13 serves on any other system. On Linux, with both ports of the API:
  $run --network host \\
    $here debian:trixie ./penstock up
With Docker Desktop on macOS or Windows, with the API's own port:
  $run --publish 127.0.0.1:8000:8000 --env ${VARIABLE_PREFIX:-HELLO_API_}ADDRESS=0.0.0.0 \\
    $here debian:trixie ./penstock up
Its port 8001 (readiness and metrics) answers inside the container alone."
}

# needs_of VERB [WORD]: prints the needs of a verb, or of one of its words.
needs_of() {
  case "$*" in
    up) echo build kafka ${TABLES:+tables} ${DATABASE:+postgres} ;;
    build | "build dev" | "build release" | "build asan" | "build tsan") echo build ;;
    "build fuzz" | "test fuzz") echo build fuzz ;;
    package) echo build package ;;
    image) echo image ;;
    deploy | destroy) echo deploy ;;
    "test style") echo style ;;
    "test verbs") echo verbs ;;
    "test unit" | "test attacks" | "test rename") echo build ;;
    "test integration" | "test system" | "test kills" | "test soak" | "test asan" | \
      "test tsan" | "test asan-system" | "test tsan-system")
      echo build kafka kafka_tests postgres tables
      ;;
    "test conformance") echo build go ;;
    "test orders") echo build kafka kafka_tests database tables ;;
    "test newcomer") echo build package newcomer ;;
    "test fire") echo build kafka kafka_tests fire ;;
    "test monitoring") echo build monitoring ;;
    "test judges") echo build judges ;;
    "test auth") echo build auth ;;
    "test corpus") echo build corpus ;;
    "test keycloak") echo build keycloak ;;
    "test generated") echo build generated ;;
    "test console") echo build kafka kafka_tests console ;;
    "test clients") echo build kafka kafka_tests clients ;;
    "test package") echo build package package_tests ;;
    "test fresh"*) echo fresh ;;
    "test image"*) echo build kafka kafka_tests image image_tests ;;
    "test terraform") echo build aws_tests ;;
    "test deploy") echo aws_tests ;;
    "bench against") echo build kafka bench ;;
    "bench lambda") echo build bench ;;
    "bench contract") echo build bench prism ;;
    "bench esm") echo build kafka bench ;;
    "bench hello" | "bench attacks") echo build bench peers ;;
    bench*) echo build kafka database bench peers ;;
  esac
}

# packages_for NEED…: prints the names of packages.
packages_for() {
  local need boost clang
  boost="$(boost_version)"
  clang="$(clang_version)"
  for need in "$@"; do
    case "$need" in
      build)
        echo g++ cmake ninja-build pkgconf ccache "libboost-json$boost-dev" \
          "libboost-url$boost-dev" "libboost-container$boost-dev" libssl-dev libpugixml-dev \
          libpq-dev librdkafka-dev libyaml-cpp-dev libre2-dev libcli11-dev libgtest-dev \
          libgmock-dev zlib1g-dev
        ;;
      kafka) echo default-jre-headless maven ca-certificates ;;
      tables) echo python3 python3-venv ca-certificates ;;
      # The compiler builds the tests' own part of a broker.
      kafka_tests) echo default-jdk-headless curl python3 ;;
      postgres) echo postgresql ;;
      fire) echo faketime ;;
      database) echo postgresql util-linux python3 ;;
      newcomer) echo curl git python3 ;;
      style) echo git shellcheck python3-venv ;;
      verbs) echo git python3 ;;
      fuzz) echo "clang-$clang" "libclang-rt-$clang-dev" "llvm-$clang" ;;
      # Prometheus' promtool is unpacked out of a package that is not installed.
      monitoring) echo python3 ;;
      # One of the judges is in Java, and two need Node.
      judges)
        echo python3-venv default-jdk-headless maven ca-certificates
        command -v npm >/dev/null || echo nodejs npm
        ;;
      keycloak) echo python3 default-jre-headless maven ca-certificates ;;
      auth | corpus)
        echo python3-venv
        command -v npm >/dev/null || echo nodejs npm
        ;;
      generated)
        echo python3 default-jre-headless maven ca-certificates
        command -v npm >/dev/null || echo nodejs npm
        ;;
      # The pages of the console are looked at in fonts that any machine has.
      console)
        echo chromium fonts-dejavu-core
        command -v npm >/dev/null || echo nodejs npm
        ;;
      # The installation of aws-lambda-ric compiles a library against the headers of this Node.js. A
      # toolchain from elsewhere is used as it is, since Debian's packages may conflict with it.
      clients)
        echo python3-venv autoconf automake libtool make
        command -v npm >/dev/null || echo nodejs npm libnode-dev
        command -v go >/dev/null || echo golang-go
        command -v cargo >/dev/null || cargo_package
        ;;
      # Any version of Go will do: it fetches the one that is asked for.
      go) command -v go >/dev/null || echo golang-go ca-certificates ;;
      fresh) echo git debootstrap curl ;;
      # Postgres' sources are built by these.
      libpq) echo bison flex perl dpkg-dev make xz-utils bzip2 libssl-dev ;;
      package) echo g++-aarch64-linux-gnu zip python3 ;;
      # Any version of Go will do.
      package_tests)
        echo git qemu-user-static unzip curl ca-certificates binutils dpkg-dev jq python3-venv \
          "$(command -v go >/dev/null || echo golang-go)"
        ;;
      image) echo buildah runc uidmap ;;
      image_tests)
        echo binutils curl debootstrap dpkg-dev jq podman python3-venv qemu-user-static
        ;;
      deploy) echo awscli curl git openssl python3 ;;
      aws_tests) echo git openssl python3-venv ;;
      bench) echo python3 wrk nginx-light kcat libbenchmark-dev valgrind binutils git ;;
      prism) echo npm ;;
    esac
  done
}

# missing PACKAGE…: prints those that are not installed.
missing() {
  local installed package
  installed=" $(dpkg-query --show --showformat='${db:Status-Status}:${Package} ' "$@" 2>/dev/null ||
    true)"
  for package in "$@"; do
    [[ $installed == *" installed:$package "* ]] || echo "$package"
  done
}

# missing_for NEED…: prints the names of packages that are needed and not installed, each once.
missing_for() {
  local packages
  # shellcheck disable=SC2207
  packages=($(packages_for "$@"))
  ((${#packages[@]} == 0)) || missing "${packages[@]}" | sort --unique
}

# at_least VERSION MINIMUM
at_least() { [[ $(printf '%s\n' "$1" "$2" | sort --version-sort | head --lines=1) == "$2" ]]; }

# version_of COMMAND: prints the version of a program, or nothing if it is not there.
version_of() {
  command -v "$1" >/dev/null || return 0
  case "$1" in
    java) java -version 2>&1 | sed --quiet 's/.* version "\([^"]*\)".*/\1/p' ;;
    terraform) terraform version 2>/dev/null | sed --quiet 's/^Terraform v\([0-9.]*\).*/\1/p' ;;
    go) go version 2>/dev/null | sed --quiet 's/.* go\([0-9.]*\) .*/\1/p' ;;
    cargo) cargo --version 2>/dev/null | sed --quiet 's/^cargo \([0-9.]*\).*/\1/p' ;;
    node) node --version 2>/dev/null | sed 's/^v//' ;;
  esac
}

# fault_of_program COMMAND MINIMUM SOURCE: prints what is wrong with a program that Debian's
# packages do not have, or have too old, or nothing.
fault_of_program() {
  local version
  version="$(version_of "$1")"
  if [[ -z $version ]]; then
    echo "$1 $2 or newer ($3)"
  elif ! at_least "$version" "$2"; then
    echo "$1 $2 or newer instead of $version at $(command -v "$1") ($3)"
  fi
}

# faults_of_programs NEED…: prints a line for each program that is missing or too old.
faults_of_programs() {
  local need
  for need in "$@"; do
    case "$need" in
      kafka)
        # A missing one is in the packages.
        ! command -v java >/dev/null || fault_of_program java 17 "Debian: default-jre-headless"
        ;;
      deploy | aws_tests)
        fault_of_program terraform 1.10 https://developer.hashicorp.com/terraform/install
        ;;
      peers) fault_of_program go 1.24 https://go.dev/dl/ ;;
      generated | console | auth)
        # Missing ones are in the packages.
        ! command -v node >/dev/null || fault_of_program node 18.17 "Debian: nodejs"
        ;;
      clients)
        # Missing ones are in the packages.
        ! command -v cargo >/dev/null || fault_of_program cargo 1.85 "Debian: $(cargo_package)"
        ! command -v node >/dev/null || fault_of_program node 18.17 "Debian: nodejs"
        ;;
    esac
  done
}

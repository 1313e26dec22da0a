# What each verb needs from the distribution's packages. To be sourced after steps.sh.
# shellcheck shell=bash

# Sets boost and clang, the versions in the names of packages, or explains that this distribution has none of them.
know_distribution() {
  local codename
  # shellcheck source=/dev/null
  codename="$(. /etc/os-release && echo "${VERSION_CODENAME:-}")"
  case "$codename" in
    bookworm) boost=1.81 clang=14 ;;
    trixie) boost=1.88 clang=19 ;;
    *) die "Debian 12 or 13 is needed, for now: the packages' names on other distributions are not known." ;;
  esac
}

# packages_for NEED…: the packages' names.
packages_for() {
  local need
  for need in "$@"; do
    case "$need" in
      build) echo g++ cmake ninja-build pkgconf ccache "libboost-json$boost-dev" "libboost-url$boost-dev" \
        "libboost-container$boost-dev" libssl-dev libpugixml-dev librdkafka-dev libyaml-cpp-dev libre2-dev libcli11-dev libgtest-dev libgmock-dev ;;
      kafka) echo default-jre-headless maven ca-certificates ;;
      kafka_tests) echo default-jdk-headless curl python3 ;; # Compiles the tests' own part of a broker; runs docs/event-source-mapping.
      style) echo git shellcheck python3-venv ;;
      fuzz) echo "clang-$clang" "libclang-rt-$clang-dev" "llvm-$clang" ;;
      judges) echo python3-venv ;;
      fresh) echo git debootstrap curl ;;
      package) echo g++-aarch64-linux-gnu zip ;;
      # A machine's own go will do.
      package_tests) echo qemu-user-static unzip curl ca-certificates "$(command -v go >/dev/null || echo golang-go)" ;;
      image) echo buildah runc uidmap ;;
      image_tests) echo curl debootstrap podman jq python3-venv qemu-user-static ;;
      deploy) echo awscli curl git openssl python3 ;; # And terraform, which Debian does not have.
      aws_tests) echo git openssl python3-venv ;;
      bench) echo python3 wrk nginx-light kcat libbenchmark-dev valgrind binutils git ;;
    esac
  done
}

# missing PACKAGE…: those that are not installed.
missing() {
  local installed package
  installed=" $(dpkg-query --show --showformat='${db:Status-Status}:${Package} ' "$@" 2>/dev/null || true)"
  for package in "$@"; do
    [[ $installed == *" installed:$package "* ]] || echo "$package"
  done
}

# as_root COMMAND…
as_root() {
  if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

can_be_root() { ((EUID == 0)) || { command -v sudo >/dev/null && sudo true; }; }

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get --option DPkg::Lock::Timeout=300 --yes "$@"
}

# install_for NEED…: installs what is missing; does nothing, in no time, if nothing is.
install_for() {
  know_distribution
  local names
  # The names are words without blanks.
  # shellcheck disable=SC2046
  mapfile -t names < <(missing $(packages_for "$@"))
  ((${#names[@]})) || return 0
  can_be_root || die "${#names[@]} packages are missing, and installing them takes an administrator, who would run:
  apt-get update && apt-get install --no-install-recommends ${names[*]}"
  step apt-update "reading the lists of packages" apt_get update || say "Going on with the lists that are here."
  step apt-install "installing packages (${#names[@]})" apt_get install --no-install-recommends "${names[@]}"
}

# One line for each package, in columns. Fails if something that `up` or `test` needs is missing.
doctor() {
  know_distribution
  local need package version lacking=()
  # shellcheck source=/dev/null
  (. /etc/os-release && echo "$PRETTY_NAME")
  for need in build kafka kafka_tests style judges fuzz package package_tests fresh image image_tests deploy aws_tests bench; do
    for package in $(packages_for "$need"); do
      version=missing
      if [[ -z $(missing "$package") ]]; then
        version="$(dpkg-query --show --showformat='${Version}' "$package")"
      elif [[ ! $need =~ ^(fresh|image|image_tests|deploy|aws_tests|bench)$ ]]; then
        lacking+=("$package")
      fi
      printf '  %-13s %-24s %s\n' "$need" "$package" "$version"
    done
  done
  if ((${#lacking[@]})); then
    echo "Missing for up and test, which install it themselves, as this would:"
    echo "  sudo apt-get install --no-install-recommends ${lacking[*]}"
    return 1
  fi
  echo "Nothing is missing for up and test."
}

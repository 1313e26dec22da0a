# The function as AWS Lambda takes it: a static program in a zip, for arm64 and for x86_64. To be sourced after install.sh.
# shellcheck shell=bash

package="${root:?}/build/package"
# The arm64 libraries, unpacked. Another work tree's will do.
sysroot="${PENSTOCK_SYSROOT:-$root/build/sysroot-arm64}"
# What the compiler of contracts has made of the service's events. It runs on this machine, whatever the package is for.
event_schemas="${PENSTOCK_EVENT_SCHEMAS:-$root/build/dev/hello/generated/embedded_event_schemas.cpp}"

# arm64_packages: what the function is linked with, but C++'s own library, which comes with the compiler.
# know_distribution sets boost.
# shellcheck disable=SC2154
arm64_packages() { echo libc6-dev "libboost$boost-dev" libre2-dev; }

# arm64_apt_get ARGUMENT…: this machine's sources and settings, but a state of its own, in which nothing is installed and
# everything is arm64. Needs no administrator.
arm64_apt_get() {
  local state="$sysroot.apt"
  mkdir --parents "$state/lists/partial" "$state/archives/partial"
  touch "$state/status"
  apt-get --yes --option APT::Architecture=arm64 --option APT::Architectures=arm64 --option APT::Sandbox::User=root \
    --option "Dir::State=$state" --option "Dir::State::lists=$state/lists" --option "Dir::State::status=$state/status" \
    --option "Dir::Cache=$state" --option "Dir::Cache::archives=$state/archives" "$@"
}

unpack_sysroot() {
  local archive
  rm --recursive --force "$sysroot" "$sysroot.apt"
  arm64_apt_get update
  # shellcheck disable=SC2046
  arm64_apt_get install --download-only --no-install-recommends $(arm64_packages)
  for archive in "$sysroot.apt"/archives/*.deb; do
    dpkg-deb --extract "$archive" "$sysroot"
  done
  rm --recursive "$sysroot.apt"
  arm64_packages >"$sysroot/packages"
}

# Made again only if other packages are wanted.
make_sysroot() {
  [[ ! -f $sysroot/packages || $(<"$sysroot/packages") != "$(arm64_packages)" ]] || return 0
  step sysroot-arm64 "fetching the libraries for arm64" unpack_sysroot
}

# zip_function PROGRAM ZIP: nothing of this machine or this hour gets into it.
zip_function() {
  local folder="$1.zip"
  mkdir --parents "$folder"
  install --mode=755 "$1" "$folder/bootstrap"
  touch --date=@315532800 "$folder/bootstrap" # 1980-01-01, where a zip's time begins.
  rm --force "$2"
  (cd "$folder" && TZ=UTC zip --quiet --strip-extra -9 "$2" bootstrap)
}

# package_for ARCHITECTURE
package_for() {
  local preset="package-$1" zip="$package/$FUNCTION_PROGRAM-$1.zip"
  local folder="$root/build/$preset"
  # Compiled objects that other folders share have other names of their sources in them.
  unset CCACHE_BASEDIR CCACHE_NOHASHDIR
  local options=(-D "PENSTOCK_EVENT_SCHEMAS=$event_schemas")
  if [[ $1 == arm64 ]]; then
    make_sysroot
    options+=(-D "PENSTOCK_SYSROOT=$sysroot")
  fi
  step "configure-$preset" "configuring (preset $preset)" cmake -S "$root" --preset "$preset" "${options[@]}"
  step "build-$preset" "building (preset $preset)" cmake --build "$folder" --parallel "$(jobs)" --target "$FUNCTION_PROGRAM"
  mkdir --parents "$package"
  zip_function "$folder/bin/$FUNCTION_PROGRAM" "$zip"
  printf '%s\n  program %s bytes, zip %s bytes, sha256 %s\n' "${zip#"$root/"}" \
    "$(stat --format=%s "$folder/bin/$FUNCTION_PROGRAM")" "$(stat --format=%s "$zip")" "$(sha256sum "$zip" | cut --delimiter=' ' --fields=1)"
}

# package_function [ARCHITECTURE…]
package_function() {
  local architecture
  for architecture in "$@"; do
    [[ $architecture =~ ^(arm64|x86_64)$ ]] || die "there is no architecture $architecture in Lambda: arm64 or x86_64"
  done
  [[ $(uname --machine) == x86_64 ]] || die "package needs a machine with x86_64, for now: this one has $(uname --machine)"
  know_distribution
  [[ $boost == 1.81 ]] || die "package needs Debian 12, for now: Debian 13's Boost cannot be compiled with the program (docs/deploy.md has a way by docker)"
  install_for build package
  (($#)) || set -- arm64 x86_64
  [[ -n ${PENSTOCK_EVENT_SCHEMAS:-} ]] || build dev service_event_schemas
  for architecture in "$@"; do
    package_for "$architecture"
  done
}

# Builds the function as AWS Lambda takes it: a static program in a zip, for arm64 and for x86_64.
# To be sourced after build.sh.
# shellcheck shell=bash

package="${root:?}/build/package"
# This folder has the arm64 libraries, unpacked. That of another work tree can be used.
sysroot="${PENSTOCK_SYSROOT:-$root/build/sysroot-arm64}"
# This file has the schemas of the service's events. The program that writes it runs on this
# machine, whatever machine the package is for.
generated="$root/build/dev/hello/generated"
event_schemas="${PENSTOCK_EVENT_SCHEMAS:-$generated/embedded_event_schemas.cpp}"

# Prints the packages that the function is linked with. The library of C++ comes with the compiler.
# Boost.URL can be compiled with the program up to 1.82.
arm64_packages() {
  local boost
  boost="$(boost_version)"
  echo libc6-dev "libboost$boost-dev" libre2-dev
  [[ $boost == 1.81 ]] || echo "libboost-url$boost-dev"
}

# arm64_apt_get ARGUMENT…: runs apt-get with this machine's sources and settings, but with a state
# in which nothing is installed and everything is arm64. It needs no administrator.
arm64_apt_get() {
  local state="$sysroot.apt"
  mkdir --parents "$state/lists/partial" "$state/archives/partial"
  touch "$state/status"
  apt-get --yes --option APT::Architecture=arm64 --option APT::Architectures=arm64 \
    --option APT::Sandbox::User=root --option "Dir::State=$state" \
    --option "Dir::State::lists=$state/lists" --option "Dir::State::status=$state/status" \
    --option "Dir::Cache=$state" --option "Dir::Cache::archives=$state/archives" "$@"
}

# Since Debian 13 no package has a file in /lib: the package base-files makes it a link to usr/lib.
link_lib() {
  [[ -e $sysroot/lib ]] || ln --symbolic usr/lib "$sysroot/lib"
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
  link_lib
  rm --recursive "$sysroot.apt"
  arm64_packages >"$sysroot/packages"
}

# Makes the sysroot unless it has these packages already.
make_sysroot() {
  [[ ! -f $sysroot/packages || $(<"$sysroot/packages") != "$(arm64_packages)" ]] || return 0
  step sysroot-arm64 "fetching the libraries for arm64" unpack_sysroot
}

# zip_function PROGRAM ZIP: the zip depends on the program alone, not on this machine or the hour.
zip_function() {
  local folder="$1.zip"
  mkdir --parents "$folder"
  install --mode=755 "$1" "$folder/bootstrap"
  touch --date=@315532800 "$folder/bootstrap" # 1980-01-01, the first day that a zip can name.
  rm --force "$2"
  (cd "$folder" && TZ=UTC zip --quiet --strip-extra -9 "$2" bootstrap)
}

# plain_path PATH FOLDER: prints the path, or that of a link to it in the folder, which is made, if
# the path has characters that pkg-config or g++'s link-time optimisation cannot bear, such as "'".
plain_path() {
  local LC_ALL=C
  if [[ $1 =~ ^[a-zA-Z0-9/._+-]+$ ]]; then
    echo "$1"
  else
    ln --symbolic "$1" "$2/sysroot"
    echo "$2/sysroot"
  fi
}

# package_for ARCHITECTURE: runs in a subshell, which deletes the folder of links at its end.
package_for() (
  preset="package-$1" zip="$package/$FUNCTION_PROGRAM-$1.zip" folder="$root/build/package-$1"
  # With these, objects from the cache would name the sources of another folder.
  unset CCACHE_BASEDIR CCACHE_NOHASHDIR
  options=(-D "PENSTOCK_EVENT_SCHEMAS=$event_schemas")
  if [[ $1 == arm64 ]]; then
    make_sysroot
    links="$(mktemp --directory)"
    trap 'rm --recursive --force "$links"' EXIT
    trap 'exit 130' INT TERM
    plain="$(plain_path "$sysroot" "$links")"
    options+=(-D "PENSTOCK_SYSROOT=$plain")
    # An earlier run had another link.
    [[ $plain == "$sysroot" ]] || options+=(--fresh)
  fi
  step "configure-$preset" "configuring (preset $preset)" \
    cmake -S "$root" --preset "$preset" "${options[@]}"
  step "build-$preset" "building (preset $preset)" cmake --build "$folder" \
    --parallel "$(jobs_at_once)" --target "$FUNCTION_PROGRAM"
  mkdir --parents "$package"
  zip_function "$folder/bin/$FUNCTION_PROGRAM" "$zip"
  printf '%s\n  program %s bytes, zip %s bytes, sha256 %s\n' "${zip#"$root/"}" \
    "$(stat --format=%s "$folder/bin/$FUNCTION_PROGRAM")" "$(stat --format=%s "$zip")" \
    "$(sha256sum "$zip" | cut --delimiter=' ' --fields=1)"
)

# The cross compiler for the other architecture is known for this machine alone.
require_x86_64() {
  [[ $(uname --machine) == x86_64 ]] ||
    die "package needs a machine with x86_64, and this one has $(uname --machine). docs/deploy.md" \
      "says how to bring a package from another machine."
}

# package_function ARCHITECTURE…
package_function() {
  local architecture
  [[ -n ${PENSTOCK_EVENT_SCHEMAS:-} ]] || build dev service_event_schemas
  for architecture in "$@"; do
    package_for "$architecture"
  done
}

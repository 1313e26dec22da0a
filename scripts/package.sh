# Builds the function as AWS Lambda takes it: a static program in a zip, for arm64 and for x86_64.
# To be sourced after build.sh.
# shellcheck shell=bash

# shellcheck source=container/sbom.sh
source "${root:?}/container/sbom.sh"
# shellcheck source=scripts/libpq.sh
source "$root/scripts/libpq.sh"

package="${output:?}/package"
# This folder has the arm64 libraries, unpacked. That of another work tree can be used.
sysroot="${PENSTOCK_SYSROOT:-$root/build/sysroot-arm64}"
# This folder has the programs that write the service's C++ from its contract. They run on this
# machine, whatever machine the package is for. Those of another work tree can be used.
tools="${PENSTOCK_TOOLS:-$root/build/dev/bin}"

# uses_of_service: prints what the service's handlers use besides Penstock: the words behind USES in
# its CMakeLists.txt.
uses_of_service() { cmake -D "SERVICE=${service:?}" -P "$root/cmake/service_uses.cmake"; }

uses_postgres() { [[ " $(uses_of_service) " == *' postgres '* ]]; }

# Prints the packages that the function is linked with. The library of C++ comes with the compiler.
# Boost.URL can be compiled with the program up to 1.82. TLS is linked only if the service uses it.
linked_packages() {
  local boost uses
  boost="$(boost_version)"
  uses="$(uses_of_service)"
  echo libc6-dev "libboost$boost-dev" libre2-dev
  [[ $boost == 1.81 ]] || echo "libboost-url$boost-dev"
  [[ -z $uses ]] || echo libssl-dev
  [[ " $uses " != *' dynamodb '* && " $uses " != *' postgres '* ]] || echo libpugixml-dev
}

# archive_apt_get ARCHITECTURE ARGUMENT…: runs apt-get with this machine's sources and settings, but
# with a state in which nothing is installed and everything is of this architecture, by Debian's
# name. It needs no administrator.
archive_apt_get() {
  local state="$root/build/apt-$1"
  mkdir --parents "$state/lists/partial" "$state/archives/partial"
  touch "$state/status"
  apt-get --yes --option "APT::Architecture=$1" --option "APT::Architectures=$1" \
    --option APT::Sandbox::User=root --option "Dir::State=$state" \
    --option "Dir::State::lists=$state/lists" --option "Dir::State::status=$state/status" \
    --option "Dir::Cache=$state" --option "Dir::Cache::archives=$state/archives" "${@:2}"
}

# archive_versions ARCHITECTURE PACKAGE…: prints a line for each -dev package that an installation
# of these would bring: its name and its version in the archive. What a static program consists of
# is in such packages.
archive_versions() {
  archive_apt_get "$1" install --print-uris --quiet=2 --no-install-recommends "${@:2}" |
    sed --quiet --regexp-extended "s/^'[^']*' ([^_ ]+-dev(-[^_ ]+)?)_([^_ ]+)_.*/\1 \3/p" |
    sed 's/%3a/:/' | sort
}

# outdated: reads such lines, and prints those packages that are installed in another version.
outdated() {
  local name version installed
  while read -r name version; do
    installed="$(dpkg-query --show --showformat='${Version}' "$name" 2>/dev/null || true)"
    [[ -z $installed ]] || ! dpkg --compare-versions "$installed" lt "$version" || echo "$name"
  done
}

# Since Debian 13 no package has a file in /lib: the package base-files makes it a link to usr/lib.
link_lib() {
  [[ -e $sysroot/lib ]] || ln --symbolic usr/lib "$sysroot/lib"
}

# register ARCHIVE: tells dpkg's database in the sysroot which files are the package's.
register() {
  local database="$sysroot/var/lib/dpkg" name
  name="$(dpkg-deb --field "$1" Package)"
  mkdir --parents "$database/info"
  {
    echo "Status: install ok unpacked"
    dpkg-deb --field "$1" Package Source Version Architecture Maintainer Description
    echo
  } >>"$database/status"
  dpkg-deb --fsys-tarfile "$1" | tar --list |
    sed 's/^\.//; s|/$||; s|^$|/.|' >"$database/info/$name.list"
}

# unpack_sysroot VERSIONS
unpack_sysroot() {
  local archive
  rm --recursive --force "$sysroot" "$root/build/apt-arm64/archives"
  # shellcheck disable=SC2046
  archive_apt_get arm64 install --download-only --no-install-recommends $(linked_packages)
  for archive in "$root"/build/apt-arm64/archives/*.deb; do
    dpkg-deb --extract "$archive" "$sysroot"
    register "$archive"
  done
  link_lib
  rm --recursive "$root/build/apt-arm64/archives"
  echo "$1" >"$sysroot/packages"
}

# make_sysroot VERSIONS: makes the sysroot unless it has these versions of its packages already. It
# may have more, for another service.
make_sysroot() {
  if [[ -f $sysroot/packages ]] && ! grep --quiet --line-regexp --fixed-strings --invert-match \
    --file="$sysroot/packages" <<<"$1"; then
    return 0
  fi
  step sysroot-arm64 "fetching the libraries for arm64" unpack_sysroot "$1"
}

# update_lists ARCHITECTURE
update_lists() {
  try_step "lists-$1" "reading the archive's lists ($1)" archive_apt_get "$1" update \
    --error-on=any
}

# renew ARCHITECTURE: the function is made of what Debian has now, with its security updates. The
# compiler and its libraries are this machine's; for x86_64 the others are, too.
renew() {
  local packages=(g++-aarch64-linux-gnu) old=()
  # shellcheck disable=SC2207
  [[ $1 != x86_64 ]] || packages=(g++ $(linked_packages))
  if ! update_lists amd64; then
    say "Debian's servers cannot be reached, so the package is made of what is installed. The" \
      "log: ${logs:?}/lists-amd64.log"
  else
    mapfile -t old < <(archive_versions amd64 "${packages[@]}" | outdated)
    if ((${#old[@]})) && can_be_root; then
      install_packages "${old[@]}"
    elif ((${#old[@]})); then
      say "Debian has newer versions of ${old[*]}, and there is no sudo to install them with. The" \
        "package is made of the older ones."
    fi
  fi
  [[ $1 != arm64 ]] || renew_sysroot
}

renew_sysroot() {
  if update_lists arm64; then
    # shellcheck disable=SC2046
    make_sysroot "$(archive_versions arm64 $(linked_packages))"
  else
    [[ -f $sysroot/packages ]] ||
      die "Debian's servers cannot be reached, and the libraries for arm64 are not here yet." \
        "Check the network and the proxy, and run this again. The log: $logs/lists-arm64.log"
  fi
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

# write_sbom BUILD ZIP SYSROOT LIBPQ: writes the bill of materials beside the zip. It is not in the
# zip, which is the program's alone: Lambda loads each byte at a cold start, and the document names
# the zip by its checksum, which Lambda shows as CodeSha256.
write_sbom() {
  local components
  components="$(
    [[ ! -f $4/version ]] || sbom_component "$(<"$4/source")" "$(<"$4/version")"
    sbom_sources "$1" "$root" "$3" | while read -r source version _; do
      sbom_component "$source" "$version"
    done
  )"
  sbom_document "$FUNCTION_PROGRAM" "$2" "$components" >"${2%.zip}.cdx.json"
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
  preset="package-$1" zip="$package/$FUNCTION_PROGRAM-$1.zip" folder="$output/package-$1"
  # With these, objects from the cache would name the sources of another folder.
  unset CCACHE_BASEDIR CCACHE_NOHASHDIR
  options=(-D "PENSTOCK_SERVICE_DIR=${service:?}" -D "PENSTOCK_TOOLS=$tools")
  # A given folder of libraries is used as it is, and so is the rest.
  [[ -n ${PENSTOCK_SYSROOT:-} ]] || renew "$1"
  plain=''
  if [[ $1 == arm64 ]]; then
    links="$(mktemp --directory)"
    trap 'rm --recursive --force "$links"' EXIT
    trap 'exit 130' INT TERM
    plain="$(plain_path "$sysroot" "$links")"
    options+=(-D "PENSTOCK_SYSROOT=$plain")
    # An earlier run had another link.
    [[ $plain == "$sysroot" ]] || options+=(--fresh)
  fi
  made_libpq=''
  if uses_postgres; then
    provide_libpq "$1" "$plain"
    made_libpq="$libpq/$1"
    options+=(-D "PENSTOCK_LIBPQ=$made_libpq")
  fi
  step "configure-$preset" "configuring (preset $preset)" \
    cmake -S "$root" --preset "$preset" -B "$folder" "${options[@]}"
  step "build-$preset" "building (preset $preset)" cmake --build "$folder" \
    --parallel "$(jobs_at_once)" --target "${SERVICE}_function_program"
  mkdir --parents "$package"
  zip_function "$folder/bin/$FUNCTION_PROGRAM" "$zip"
  write_sbom "$folder" "$zip" "$plain" "$made_libpq"
  printf '%s\n  program %s bytes, zip %s bytes, sha256 %s\n' "${zip#"${output%/build}/"}" \
    "$(stat --format=%s "$folder/bin/$FUNCTION_PROGRAM")" "$(stat --format=%s "$zip")" \
    "$(sha256sum "$zip" | cut --delimiter=' ' --fields=1)"
)

# The cross compiler for the other architecture is known for this machine alone.
require_x86_64() {
  [[ $(uname --machine) == x86_64 ]] ||
    die "package needs a machine with x86_64, and this one has $(uname --machine). docs/deploy.md" \
      "says how to bring a package from another machine."
}

# check_package ARCHITECTURE…: says whether Debian has newer versions of what the packages are made
# of. Their Debian is that which the bills of materials name.
check_package() {
  local architecture boms=()
  for architecture in "$@"; do
    boms+=("$package/$FUNCTION_PROGRAM-$architecture.cdx.json")
    [[ -f ${boms[-1]} ]] ||
      die "there is no ${boms[-1]#"${output%/build}/"}. Make the package first:" \
        "./penstock package $architecture"
  done
  python3 "$root/scripts/sbom_archive.py" "./penstock package $*" "${boms[@]}"
}

# write_topics: writes the topics of the contract's events beside the packages, one to a line.
# deploy reads them, also on a machine that cannot run the program which knows the contract.
write_topics() {
  mkdir --parents "$package"
  "$tools/penstock_contract" topics "${service:?}/${CONTRACT%% *}" \
    >"$package/$FUNCTION_PROGRAM.topics"
  # The API needs more rights for those of operations with atomic events.
  "$tools/penstock_contract" topics --atomic "${service:?}/${CONTRACT%% *}" \
    >"$package/$FUNCTION_PROGRAM.atomic-topics"
}

# write_tables: writes a CloudFormation template of the tables that the service declares.
write_tables() {
  [[ ${TABLES:-} ]] || return 0
  PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$root/scripts" python3 -m penstock_tables.cloudformation \
    "$SERVICE" "${service:?}/$TABLES" >"$package/$SERVICE.tables.cloudformation.json" ||
    die "the tables that $TABLES declares cannot be made; the line above says why."
}

# package_function ARCHITECTURE…
package_function() {
  local architecture
  [[ -n ${PENSTOCK_TOOLS:-} ]] || build dev penstock_contract_program event_schemas
  write_topics
  write_tables
  for architecture in "$@"; do
    package_for "$architecture"
  done
}

# Makes the libpq that a static program is linked with, of Debian's sources. To be sourced after
# package.sh, for a service that uses `postgres`.
# shellcheck shell=bash

# This folder gets a libpq for each architecture. Ones that container/build_libpq.sh has made
# elsewhere can be used.
libpq="${PENSTOCK_LIBPQ:-${root:?}/build/libpq}"

# source_apt_get PROGRAM ARGUMENT…: runs apt-get or apt-cache with this machine's sources, but those
# of source packages, and with a state of its own. It needs no administrator.
source_apt_get() {
  local state="$root/build/apt-source" file
  mkdir --parents "$state/lists/partial" "$state/archives/partial" "$state/parts"
  touch "$state/status" "$state/none"
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources}; do
    [[ ! -f $file ]] || sed 's/^deb /deb-src /; s/^Types:.*/Types: deb-src/' "$file" \
      >"$state/parts/${file##*/}"
  done
  [[ ! -f $state/parts/sources.list ]] ||
    mv "$state/parts/sources.list" "$state/parts/sources_list.list"
  "$1" --option APT::Sandbox::User=root --option "Dir::State=$state" \
    --option "Dir::State::lists=$state/lists" --option "Dir::State::status=$state/status" \
    --option "Dir::Cache=$state" --option "Dir::Cache::archives=$state/archives" \
    --option "Dir::Etc::sourcelist=$state/none" --option "Dir::Etc::sourceparts=$state/parts" \
    "${@:2}"
}

# libpq_source: prints the name of the source package of which this Debian's libpq is made.
libpq_source() {
  # shellcheck disable=SC2016
  dpkg-query --show --showformat='${source:Package}' libpq-dev
}

# fetch_libpq FOLDER: fetches the newest sources that can be fetched, and writes their version into
# FOLDER/version and the newest one into FOLDER/newest. The lists may name a version that a mirror
# does not have.
fetch_libpq() {
  local name version versions
  name="$(libpq_source)"
  source_apt_get apt-get --yes update || true
  versions="$(source_apt_get apt-cache showsrc --only-source "$name" |
    sed --quiet 's/^Version: //p' | sort --version-sort --reverse --unique)"
  mkdir --parents "$1"
  head --lines=1 <<<"$versions" >"$1/newest"
  for version in $versions; do
    # What is here already is not fetched again.
    (cd "$1" && source_apt_get apt-get --yes source --download-only "$name=$version") || continue
    echo "$version" >"$1/version"
    return 0
  done
  echo "There is no source package $name that can be fetched from Debian's servers."
  return 1
}

# make_libpq ARCHITECTURE SYSROOT VERSION OUT: compiles what has been fetched.
make_libpq() (
  name="$(libpq_source)" debian=amd64 triplet="$1-linux-gnu"
  [[ $1 == x86_64 ]] || debian=arm64 triplet=aarch64-linux-gnu
  work="$(mktemp --directory)"
  trap 'rm --recursive --force "$work"' EXIT
  trap 'exit 130' INT TERM
  # A version's epoch is not in the names of files.
  dpkg-source --extract "$libpq/sources/${name}_${3#*:}.dsc" "$work/source" || exit
  rm --recursive --force "$4" "$4.new"
  SYSROOT="$2" DEB_HOST_ARCH="$debian" "$root/container/build_libpq.sh" "$work/source" "$triplet" \
    "$4.new" && mv "$4.new" "$4"
)

# provide_libpq ARCHITECTURE SYSROOT: makes build/libpq/ARCHITECTURE of the newest sources, unless
# it is there. Without the network one that was made before will do.
provide_libpq() {
  local sources="$libpq/sources" out="$libpq/$1" version newest
  [[ -z ${PENSTOCK_LIBPQ:-} ]] || return 0
  if ! try_step libpq-sources "fetching libpq's sources" fetch_libpq "$sources"; then
    [[ ! -f $out/version ]] || return 0
    excerpt "${logs:?}/libpq-sources.log" >&2
    die "Debian's sources of libpq, which USES postgres needs, cannot be fetched; the lines above" \
      "say why. PENSTOCK_LIBPQ names a folder with a libpq that is there (docs/postgres.md)."
  fi
  version="$(<"$sources/version")" newest="$(<"$sources/newest")"
  [[ $version == "$newest" ]] ||
    say "Debian has libpq $newest, but its sources cannot be fetched. The package gets $version."
  [[ $(cat "$out/version" 2>/dev/null) == "$version" ]] ||
    step "libpq-$1" "building libpq $version ($1)" make_libpq "$1" "$2" "$version" "$out"
}

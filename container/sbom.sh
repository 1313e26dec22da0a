# Says which of the distribution's packages a program consists of: each of which the compiler or the
# linker has read a file. To be sourced; container/contents.sh and scripts/package.sh do so.
# shellcheck shell=bash

# sbom_inputs BUILD SOURCES SYSROOT: prints the files that the compiler and the linker have read,
# except those in SOURCES. SYSROOT, a folder with another architecture's packages, may be in it, and
# is empty if there is none. BUILD/link.map is the linker's map.
sbom_inputs() {
  {
    ninja -C "$1" -t deps | sed --quiet 's/^    \//\//p'
    grep --only-matching --extended-regexp '/[^ ()]+\.(a|o)\>' "$1/link.map"
  } | awk -v sources="$2/" -v sysroot="$3" '
      sysroot != "" && index($0, sysroot "/") == 1 { print; next }
      index($0, "/usr/") == 1 && index($0, sources) != 1' |
    sort --unique | tr '\n' '\0' | xargs --null --max-args=100 realpath | sort --unique
}

# sbom_owners DPKG PREFIX: reads paths, and prints a line for each of those packages in the database
# DPKG that have them: the source package, its version, and the package. The database has the paths
# without PREFIX.
sbom_owners() {
  local packages
  # shellcheck disable=SC2016
  local format='${source:Package} ${source:Version} ${Package}\n'
  mapfile -t packages < <(sed "s|^$2||" | tr '\n' '\0' |
    xargs --null --no-run-if-empty dpkg-query --admindir="$1" --search |
    sed 's/: .*//; s/, /\n/g' | sort --unique)
  ((${#packages[@]} == 0)) ||
    dpkg-query --admindir="$1" --show --showformat="$format" "${packages[@]}"
}

# sbom_sources BUILD SOURCES SYSROOT: prints a line for each source package that the program has
# files of: its name, its version, and one of its packages. SYSROOT/var/lib/dpkg says which packages
# are in SYSROOT; the machine's database knows the others.
sbom_sources() {
  local inputs sysroot=''
  inputs="$(sbom_inputs "$@")"
  [[ -z $3 ]] || sysroot="$(realpath "$3")"
  {
    awk -v sysroot="$sysroot/" 'sysroot == "/" || index($0, sysroot) != 1' <<<"$inputs" |
      sbom_owners /var/lib/dpkg ''
    [[ -z $sysroot ]] ||
      awk -v sysroot="$sysroot/" 'index($0, sysroot) == 1' <<<"$inputs" |
      sbom_owners "$sysroot/var/lib/dpkg" "$sysroot"
  } | LC_ALL=C sort --unique | LC_ALL=C sort --stable --unique --key=1,2
}

# sbom_component NAME VERSION: prints the package's entry in the document, after a comma. In a purl
# `+` is written as %2B, and `:` and `~` are not: https://github.com/package-url/purl-spec
sbom_component() {
  local distribution
  distribution="$(sed --quiet 's/^VERSION_CODENAME=//p' /etc/os-release)"
  printf ',\n    {"type": "library", "name": "%s", "version": "%s", ' "$1" "$2"
  printf '"purl": "pkg:deb/debian/%s@%s?arch=source&distro=%s"}' \
    "${1//+/%2B}" "${2//+/%2B}" "$distribution"
}

# sbom_npm_component NAME VERSION: does the same for a package of npm.
sbom_npm_component() {
  printf ',\n    {"type": "library", "name": "%s", "version": "%s", ' "$1" "$2"
  printf '"purl": "pkg:npm/%s@%s"}' "$1" "$2"
}

# sbom_document NAME FILE COMPONENTS: prints the bill of materials in the format of CycloneDX. NAME
# is the program's, FILE is what is delivered, and COMPONENTS is what sbom_component has printed.
sbom_document() {
  local sum
  sum="$(sha256sum <"$2" | cut --delimiter=' ' --fields=1)"
  cat <<END
{
  "bomFormat": "CycloneDX",
  "specVersion": "1.5",
  "version": 1,
  "metadata": {
    "component": {
      "type": "application",
      "name": "$1",
      "hashes": [{"alg": "SHA-256", "content": "$sum"}]
    }
  },
  "components": [${3#,}
  ]
}
END
}

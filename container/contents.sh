#!/usr/bin/env bash
# Makes the image's files: the program, the certificates of public authorities, and what the program
# consists of: each package of which a header or an object is in it, with its licence texts, and in
# a CycloneDX document. It runs in the builder (Dockerfile).
#   contents.sh BUILD MAP RDKAFKA OUT
# These are the build folder, the linker's map, the folder of librdkafka, and the folder to make.
set -euo pipefail
(($# == 4)) || { sed --quiet '2,/^[^#]/s/^# \?//p' "$0" >&2; exit 2; }
build="$1" map="$2" rdkafka="$3" out="$4"
# shellcheck source=hello/service.env
source "$(dirname "$0")/../hello/service.env"
doc="$out/usr/share/doc"

install -D --mode=755 "$build/bin/$API_PROGRAM" "$out/api"
install -D --mode=644 /etc/ssl/certs/ca-certificates.crt "$out/etc/ssl/certs/ca-certificates.crt"

# Lists the distribution's files that the compiler and the linker have read.
inputs() {
  ninja -C "$build" -t deps | sed --quiet 's/^    \(\/usr\/.*\)/\1/p'
  grep --only-matching --extended-regexp '/usr/[^ ()]+\.(a|o)' "$map"
}

# Prints a line for each source package: its name, its version, and one of its packages that are in
# the program.
sources() {
  local packages
  mapfile -t packages < <(
    inputs | sort --unique | xargs --max-args=100 realpath | sort --unique |
      xargs dpkg-query --search | sed 's/: .*//' | sort --unique
    echo ca-certificates
  )
  # shellcheck disable=SC2016
  local format='${source:Package} ${source:Version} ${Package}\n'
  dpkg-query --show --showformat="$format" "${packages[@]}" | sort --unique --key=1,1
}

# component NAME VERSION: prints the package's entry in the CycloneDX document, after a comma.
component() {
  local version="${2//+/%2B}"
  version="${version//:/%3A}"
  printf ',\n    {"type": "library", "name": "%s", "version": "%s", ' "$1" "$2"
  printf '"purl": "pkg:deb/debian/%s@%s?arch=source&distro=trixie"}' "$1" "${version//\~/%7E}"
}

# licence TEXT NAME: writes the text in compressed form. Plain texts would take 2 MB, most of them
# for Boost.
licence() {
  mkdir --parents "$doc/$2"
  xz -9 --threads=1 <"$1" >"$doc/$2/copyright.xz"
}

licence LICENSE penstock
licence "$rdkafka/copyright" librdkafka
components="$(
  component librdkafka "$(<"$rdkafka/version")"
  while read -r source version package; do
    licence "/usr/share/doc/$package/copyright" "$source"
    component "$source" "$version"
  done < <(sources)
)"
sum="$(sha256sum "$out/api" | cut --delimiter=' ' --fields=1)"
cat >"$doc/sbom.cdx.json" <<END
{
  "bomFormat": "CycloneDX",
  "specVersion": "1.5",
  "version": 1,
  "metadata": {
    "component": {
      "type": "application",
      "name": "$API_PROGRAM",
      "hashes": [{"alg": "SHA-256", "content": "$sum"}]
    }
  },
  "components": [${components#,}
  ]
}
END

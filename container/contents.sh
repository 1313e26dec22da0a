#!/usr/bin/env bash
# Makes the image's files: the program, the certificates of public authorities, and what the program
# consists of: each package of which a header or an object is in it, with its licence texts, and in
# a CycloneDX document. It runs in the builder (Dockerfile).
#   contents.sh SERVICE BUILD RDKAFKA LIBPQ OUT
# These are the folder of the service, the build folder, the folder of librdkafka, that of libpq,
# which is empty if the service does not use it, and the folder to make.
set -euo pipefail
(($# == 5)) || { sed --quiet '2,/^[^#]/s/^# \?//p' "$0" >&2; exit 2; }
service="$1" build="$2" rdkafka="$3" libpq="$4" out="$5"
root="$(cd "$(dirname "$0")/.." && pwd)"
# shellcheck source=hello/service.env
source "$service/service.env"
# shellcheck source=container/sbom.sh
source "$root/container/sbom.sh"
doc="$out/usr/share/doc"

install -D --mode=755 "$build/bin/$API_PROGRAM" "$out/api"
install -D --mode=644 /etc/ssl/certs/ca-certificates.crt "$out/etc/ssl/certs/ca-certificates.crt"

# licence TEXT NAME: writes the text in compressed form. Plain texts would take 2 MB, most of them
# for Boost.
licence() {
  mkdir --parents "$doc/$2"
  xz -9 --threads=1 <"$1" >"$doc/$2/copyright.xz"
}

# The certificates are no input of the compiler.
sources="$(
  sbom_sources "$build" "$root" ''
  # shellcheck disable=SC2016
  dpkg-query --show --showformat='${source:Package} ${source:Version} ${Package}\n' ca-certificates
)"
licence "$root/LICENSE" penstock
licence "$rdkafka/copyright" librdkafka
[[ ! -f $libpq/version ]] || licence "$libpq/copyright" libpq
# The script of the contract's page is in the program, too.
renderer="$root/src/http/pages/renderer"
licence "$renderer/LICENSES.txt" openapi-explorer
components="$(
  sbom_component librdkafka "$(<"$rdkafka/version")"
  [[ ! -f $libpq/version ]] || sbom_component "$(<"$libpq/source")" "$(<"$libpq/version")"
  sbom_npm_component openapi-explorer "$(sed --quiet 's/^version=//p' "$renderer/renew")"
  while read -r source version package; do
    licence "/usr/share/doc/$package/copyright" "$source"
    sbom_component "$source" "$version"
  done < <(LC_ALL=C sort <<<"$sources")
)"
sbom_document "$API_PROGRAM" "$out/api" "$components" >"$doc/sbom.cdx.json"

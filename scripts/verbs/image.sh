# Builds the API's image. ./penstock loads this file for `./penstock image`.
# shellcheck shell=bash

# shellcheck source=scripts/options.sh
source "${root:?}/scripts/options.sh"
# shellcheck source=scripts/install.sh
source "$root/scripts/install.sh"
# shellcheck source=scripts/image.sh
source "$root/scripts/image.sh"
# shellcheck source=scripts/python.sh
source "$root/scripts/python.sh"

image_options=(
  "--platform text | linux/arm64, linux/amd64 or both, with a comma (this machine's)"
  "--tag text | the image's name (${API_PROGRAM//_/-}); its tag is the architecture: NAME:arm64"
  "--check flag | build nothing, and say whether Debian has newer versions of what is in the image"
  "--target one-of image debug | image (default), or debug: the same program beside a shell"
)

usage() {
  cat <<END
./penstock image [OPTION…]

Builds the API's container image, with docker buildx if a Docker engine runs, or else with buildah.
docs/container.md says more.

Options:
$(describe "${image_options[@]}")
END
}

run() {
  local name="${API_PROGRAM//_/-}" target=image check='' platform platforms=() images=()
  platforms=("linux/$(machine_architecture)")
  check_options image image_options "" "$@"
  while (($#)); do
    if [[ $1 == --check ]]; then
      check=yes
      shift
      continue
    fi
    [[ $1 != *=* ]] || set -- "${1%%=*}" "${1#*=}" "${@:2}"
    case "$1" in
      --platform) IFS=, read -r -a platforms <<<"$2," ;;
      --tag) name="$2" ;;
      --target) target="$2" ;;
    esac
    shift 2
  done
  for platform in "${platforms[@]}"; do
    [[ $platform =~ ^linux/(amd64|arm64)$ ]] ||
      refuse "image: --platform needs linux/amd64 or linux/arm64, not '$platform'."
  done
  # https://github.com/distribution/reference/blob/main/reference.go has the grammar of names.
  [[ $name =~ ^([A-Za-z0-9.-]+(:[0-9]+)?/)?[a-z0-9]+([._/-]+[a-z0-9]+)*$ ]] ||
    refuse "image: --tag needs an image's name in small letters, without a tag, not '$name'."
  if builds_with_docker; then require_writable; else prepare image; fi
  if [[ $check ]]; then
    require_debian
    install_python
    for platform in "${platforms[@]}"; do images+=("$name:${platform#linux/}"); done
    check_image "${images[@]}"
    return
  fi
  for platform in "${platforms[@]}"; do
    build_image "${platform#linux/}" "$name:${platform#linux/}" "$target"
    say "$name:${platform#linux/}"
  done
}

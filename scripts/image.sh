# The API's container image, by container/Dockerfile. To be sourced after install.sh.
# shellcheck shell=bash

# Debian's name of this machine's architecture, which is Docker's too.
machine_architecture() { uname --machine | sed 's/x86_64/amd64/; s/aarch64/arm64/'; }

has_buildx() { docker buildx version >/dev/null 2>&1 && docker info >/dev/null 2>&1; }

# For the image's labels.
version() { sed --quiet 's/^project(penstock VERSION \([^ ]*\).*/\1/p' "${root:?}/CMakeLists.txt"; }
revision() { git -C "${root:?}" rev-parse --short=12 HEAD 2>/dev/null || echo unknown; }

# build_image ARCHITECTURE TAG [TARGET]: one platform, whose program is compiled, not emulated, whatever this machine is.
build_image() {
  local architecture="$1" tag="$2" epoch=0
  local options=(--file "$root/container/Dockerfile" --platform "linux/$architecture" --tag "$tag"
    --build-arg "VERSION=$(version)" --build-arg "REVISION=$(revision)" ${3:+--target "$3"})
  # tests/image/run has made a base for buildah.
  if [[ -z ${PENSTOCK_IMAGE_PULL:-} ]] && has_buildx; then
    step "image-$architecture" "building the image (docker buildx, $architecture)" docker buildx build "${options[@]}" \
      --build-arg "SOURCE_DATE_EPOCH=$epoch" --load "$root"
    return
  fi
  install_for image
  # The base is here already where no registry can be reached. `docker`: the format that knows HEALTHCHECK.
  step "image-$architecture" "building the image (buildah, $architecture)" as_root ${CONTAINERS_CONF:+env "CONTAINERS_CONF=$CONTAINERS_CONF"} \
    buildah bud --isolation=chroot --layers --format=docker --timestamp="$epoch" \
    --build-arg "BUILDPLATFORM=linux/$(machine_architecture)" --build-arg "TARGETARCH=$architecture" \
    ${PENSTOCK_IMAGE_PULL:+"--pull=$PENSTOCK_IMAGE_PULL"} "${options[@]}" "$root"
}

# image [--platform linux/arm64,linux/amd64] [--tag NAME] [--target TARGET]; the tags end with the architecture: NAME:arm64.
image() {
  local platforms name="${API_PROGRAM//_/-}" target='' platform
  platforms="linux/$(machine_architecture)"
  while (($#)); do
    case "$1" in
      --platform=* | --tag=* | --target=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" ;;
      --platform) platforms="${2:?--platform wants a value}" && shift 2 ;;
      --tag) name="${2:?--tag wants a value}" && shift 2 ;;
      --target) target="${2:?--target wants a value}" && shift 2 ;;
      *) die "image knows --platform, --tag and --target, not $1" ;;
    esac
  done
  for platform in ${platforms//,/ }; do
    [[ $platform =~ ^linux/(amd64|arm64)$ ]] || die "there is no image for $platform: linux/amd64 or linux/arm64"
  done
  for platform in ${platforms//,/ }; do
    build_image "${platform#linux/}" "$name:${platform#linux/}" "$target"
    say "$name:${platform#linux/}"
  done
}

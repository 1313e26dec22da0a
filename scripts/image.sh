# Builds the API's container image, by container/Dockerfile. To be sourced after install.sh.
# shellcheck shell=bash

# Prints Debian's name of this machine's architecture, which is Docker's, too.
machine_architecture() { uname --machine | sed 's/x86_64/amd64/; s/aarch64/arm64/'; }

has_buildx() { docker buildx version >/dev/null 2>&1 && docker info >/dev/null 2>&1; }

# tests/image/run has made a base image for buildah, and forbids pulling one.
builds_with_docker() { [[ -z ${PENSTOCK_IMAGE_PULL:-} ]] && has_buildx; }

# These print what the image's labels say.
version() { sed --quiet 's/^project(penstock VERSION \([^ ]*\).*/\1/p' "${root:?}/CMakeLists.txt"; }
revision() {
  git -C "${service:?}" rev-parse --short=12 HEAD 2>/dev/null || echo unknown
}

# image_context: sets context and service_in_context, the folder that the builder gets and the
# service's place in it. That of a service elsewhere is made of Penstock's sources and the service.
image_context() {
  context="$root" service_in_context=hello
  [[ ! $is_example ]] || return 0
  context="${output:?}/image-context" service_in_context=service
  rm --recursive --force "$context"
  mkdir --parents "$context/service"
  cp --recursive "$root"/{CMakeLists.txt,CMakePresets.json,LICENSE,README.md,.dockerignore} \
    "$root"/{apps,cmake,container,src,templates} "$context"
  tar --directory="$service" --exclude=./build --exclude=./.penstock --exclude=./.git \
    --exclude=./.cache --exclude=./terraform --create --file=- . |
    tar --directory="$context/service" --extract --file=-
}

# build_image ARCHITECTURE TAG TARGET: builds for one platform. The program is compiled for it, not
# emulated, whatever this machine is.
build_image() {
  local architecture="$1" tag="$2" target="$3" epoch=0 context service_in_context options
  image_context
  options=(--file "$context/container/Dockerfile" --platform "linux/$architecture" --tag "$tag"
    --build-arg "SERVICE_FOLDER=$service_in_context"
    --build-arg "VERSION=$(version)" --build-arg "REVISION=$(revision)"
    --build-arg "UPDATES=${PENSTOCK_UPDATES:-$(date --utc +%FT%H)}" --target "$target")
  if builds_with_docker; then
    step "image-$architecture" "building the image (docker buildx, $architecture)" \
      docker buildx build "${options[@]}" --build-arg "SOURCE_DATE_EPOCH=$epoch" --load "$context"
    return
  fi
  # Where no registry can be reached the base is here already. The format `docker` has HEALTHCHECK.
  step "image-$architecture" "building the image (buildah, $architecture)" \
    as_root ${CONTAINERS_CONF:+env "CONTAINERS_CONF=$CONTAINERS_CONF"} \
    buildah bud --isolation=chroot --layers --format=docker --timestamp="$epoch" \
    --build-arg "BUILDPLATFORM=linux/$(machine_architecture)" \
    --build-arg "TARGETARCH=$architecture" \
    ${PENSTOCK_IMAGE_PULL:+"--pull=$PENSTOCK_IMAGE_PULL"} "${options[@]}" "$context"
}

# copy_from IMAGE PATH: prints a file of an image, which need not have a shell.
copy_from() {
  local container status=0
  if builds_with_docker; then
    container="$(docker create "$1")" || return
    docker cp "$container:$2" - | tar --extract --to-stdout || status=$?
    docker rm "$container" >/dev/null
  else
    # shellcheck disable=SC2016
    as_root ${CONTAINERS_CONF:+env "CONTAINERS_CONF=$CONTAINERS_CONF"} bash -c '
      container="$(buildah from --pull-never "$1")" || exit
      cat "$(buildah mount "$container")$2"
      status=$?
      buildah rm "$container" >/dev/null
      exit "$status"' copy_from "$1" "$2" || status=$?
  fi
  return "$status"
}

# check_image IMAGE…: says whether Debian has newer versions of what is in the images.
check_image() (
  folder="$(mktemp --directory)"
  trap 'rm --recursive --force "$folder"' EXIT
  trap 'exit 130' INT TERM
  boms=()
  for image in "$@"; do
    boms+=("$folder/${image//[\/:]/-}.cdx.json")
    copy_from "$image" /usr/share/doc/sbom.cdx.json >"${boms[-1]}" ||
      die "there is no image $image here with a bill of materials. Build it with ./penstock" \
        "image, or name another one with --tag and --platform."
  done
  python3 "$root/scripts/sbom_archive.py" "./penstock image" "${boms[@]}"
)

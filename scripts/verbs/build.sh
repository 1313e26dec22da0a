# Builds programs. ./penstock loads this file for `./penstock build`.
# shellcheck shell=bash

# shellcheck source=scripts/install.sh
source "${root:?}/scripts/install.sh"
# shellcheck source=scripts/build.sh
source "$root/scripts/build.sh"

presets=(dev release asan tsan fuzz)

usage() {
  cat <<END
./penstock build [--verbose] [PRESET [TARGET…]]

Builds everything, or the targets, such as $API_PROGRAM. The programs are in build/PRESET/bin. In
the folder of a service it builds Penstock first, and then the service with it.

Presets:
  dev       for every day: optimised a little, with debug information (default)
  release   what is deployed and measured
  asan      with the address and undefined behaviour sanitizers
  tsan      with the thread sanitizer
  fuzz      the fuzz targets, by clang
END
}

run() {
  local argument
  for argument in "$@"; do
    [[ $argument != -* ]] || refuse "build has no option $argument. It takes --verbose."
    [[ $argument ]] || refuse "build: a preset or target has no name."
  done
  (($#)) || set -- dev
  is_one_of "$1" "${presets[@]}" ||
    refuse "build has no preset '$1'. The presets are: ${presets[*]}. Targets come after a preset."
  [[ $is_example || $1 != fuzz ]] ||
    refuse "build: the preset fuzz is for Penstock's own parsers. Run it in $root."
  # shellcheck disable=SC2046
  prepare $(needs_of build "$1")
  build_service "$@"
}

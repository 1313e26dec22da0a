# `./penstock bench against REVISION`: the work tree beside another commit. To be sourced after
# install.sh.
# shellcheck shell=bash

against_words=(hello publish contract instructions size)

# Sets revision, words and arguments, those of bench/against/compare.py.
against_options() {
  revision='' words=() arguments=()
  while (($#)); do
    case "$1" in
      --only=* | --rounds=* | --seconds=* | --warmup=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" ;;
      --only)
        [[ ${2:-} && " ${against_words[*]} " == *" $2 "* ]] ||
          die "--only wants one of ${against_words[*]}, not '${2:-}'"
        words+=("$2") && shift 2
        ;;
      --rounds | --seconds | --warmup)
        [[ ${2:-} =~ ^[0-9]{1,6}$ && ($1 == --warmup || ! $2 =~ ^0+$) ]] ||
          die "$1 wants a whole number, 1 or more (--warmup: 0, too), not '${2:-}'"
        arguments+=("$1" "$2") && shift 2
        ;;
      -*) die "bench against does not know $1; ./penstock help lists its options" ;;
      *)
        [[ -z $revision ]] || die "bench against wants one revision, not both $revision and $1"
        revision="$1" && shift
        ;;
    esac
  done
  [[ $revision ]] || die "bench against wants a revision of git, such as HEAD~1 or a tag"
  ((${#words[@]})) || words=("${against_words[@]}")
}

# Sets commit, and other: the folder with its sources. A commit never changes, so an earlier run's
# will do.
against_sources() {
  command -v git >/dev/null || die "git is missing: apt-get install git"
  git -C "${root:?}" rev-parse --git-dir >/dev/null 2>&1 ||
    die "bench against needs the project's history, and $root has none: clone it with git"
  commit="$(git -C "$root" rev-parse --verify --quiet --end-of-options "$revision^{commit}")" ||
    die "there is no revision $revision here; if the history is shallow: git fetch --unshallow"
  other="$root/build/against/${commit:0:12}"
  [[ ! -d $other ]] || return 0
  rm --recursive --force "$other.new"
  mkdir --parents "$other.new"
  git -C "$root" archive "$commit" | tar --directory="$other.new" --extract --file=-
  mv "$other.new" "$other"
}

# against_targets SOURCES: what the words need, by the names that those sources have for their
# programs.
against_targets() (
  # shellcheck source=hello/service.env
  source "$1/hello/service.env"
  for word in "${words[@]}"; do
    case "$word" in
      contract) echo contract_bench ;;
      size) printf '%s\n' "$API_PROGRAM" "$FUNCTION_PROGRAM" ;;
      *) echo "$API_PROGRAM" ;;
    esac
  done | sort --unique
)

# build_other: as configure_bench and build do it for the work tree, so that nothing but the sources
# differs. The folder lies in its sources as the work tree's does in its own, or ccache would take
# them for others.
build_other() {
  local folder="$other/build/release" short="${commit:0:12}" targets unbuilt
  mapfile -t targets < <(against_targets "$other")
  unbuilt="$revision does not build, or lacks one of: ${targets[*]}; --only leaves benchmarks out"
  step configure-against "configuring (preset release of $short)" \
    cmake -S "$other" --preset release -D PENSTOCK_BENCH=ON || die "$unbuilt"
  step build-against "building (preset release of $short)" flock "$folder/lock" \
    cmake --build "$folder" --parallel "$(jobs)" --target "${targets[@]}" || die "$unbuilt"
}

# against REVISION [OPTION…]
against() {
  local revision commit other words arguments targets
  against_options "$@"
  against_sources
  [[ -f $other/hello/service.env ]] ||
    die "$revision is older than hello/service.env, so its programs' names are not known"
  install_for build bench
  [[ " ${words[*]} " != *" publish "* ]] || kafka
  mapfile -t targets < <(against_targets "$root")
  configure_bench
  build release "${targets[@]}"
  build_other
  exec "$root/bench/against/compare.py" "$root" "$other" --revision "$revision" --commit "$commit" \
    "${words[@]/#/--only=}" "${arguments[@]}"
}

# `./penstock bench against REVISION`: compares the work tree with another commit. To be sourced
# after build.sh.
# shellcheck shell=bash

against_words=(hello publish contract instructions mapping function size start)
# scripts/verbs/bench.sh reads this list by its name.
# shellcheck disable=SC2034
against_options=(
  "--only one-of ${against_words[*]} | only this benchmark; may be repeated"
  "--rounds integer 1 999999 | measured rounds of each side (7)"
  "--seconds integer 1 999999 | length of a round (5)"
  "--warmup integer 0 999999 | seconds of load before each round (2)"
)

# find_commit REVISION: prints the hash of the commit.
find_commit() {
  git -C "${root:?}" rev-parse --git-dir >/dev/null 2>&1 ||
    die "bench against needs the project's history, and $root has none. Clone the project with git."
  git -C "$root" rev-parse --verify --quiet --end-of-options "$1^{commit}" ||
    die "there is no revision $1 here. If the history is shallow: git fetch --unshallow"
}

# fetch_sources COMMIT FOLDER: a commit never changes, so the folder of an earlier run is kept.
fetch_sources() {
  [[ ! -d $2 ]] || return 0
  rm --recursive --force "$2.new"
  mkdir --parents "$2.new"
  git -C "$root" archive "$1" | tar --directory="$2.new" --extract --file=-
  mv "$2.new" "$2"
}

# against_targets SOURCES WORD…: prints the targets that the words need, which those sources name.
against_targets() (
  # shellcheck source=/dev/null
  source "$1/hello/service.env"
  for word in "${@:2}"; do
    case "$word" in
      contract) echo contract_bench ;;
      # The last two are the tools by which the static function is built.
      function) printf '%s\n' "$FUNCTION_PROGRAM" penstock_contract_program event_schemas ;;
      mapping) printf '%s\n' penstock_local esm_counter esm_topic ;;
      size) printf '%s\n' "$API_PROGRAM" "$FUNCTION_PROGRAM" ;;
      *) echo "$API_PROGRAM" ;;
    esac
  done | sort --unique
)

# build_other SOURCES REVISION TARGET…: as configure_bench and build do it for the work tree, so
# that only the sources differ. The build folder is build/release of both, since the cache of the
# compiler compares paths.
build_other() {
  local other="$1" revision="$2" folder="$1/build/release" unbuilt
  shift 2
  unbuilt="$revision does not build, or lacks one of: $*. --only leaves benchmarks out."
  step configure-against "configuring (preset release of $revision)" \
    cmake -S "$other" --preset release -D PENSTOCK_BENCH=ON || die "$unbuilt"
  step build-against "building (preset release of $revision)" flock "$folder/lock" \
    cmake --build "$folder" --parallel "$(jobs_at_once)" --target "$@" || die "$unbuilt"
}

# build_static_function SOURCES: builds the function as AWS gets it, by what build/release has.
build_static_function() {
  local sources="$1" folder="$1/build/package-x86_64" service
  service="$(setting_of "$1/hello" SERVICE)"
  step configure-static "configuring (preset package-x86_64 of $sources)" \
    cmake -S "$sources" --preset package-x86_64 -D "PENSTOCK_TOOLS=$sources/build/release/bin" ||
    die "the static function of $sources cannot be configured"
  step build-static "building (preset package-x86_64 of $sources)" flock "$folder/lock" \
    cmake --build "$folder" --parallel "$(jobs_at_once)" --target "${service}_function_program" ||
    die "the static function of $sources does not build. --only leaves benchmarks out."
}

# bench_against REVISION [OPTION…]
bench_against() {
  local revision='' commit other argument previous='' words=() options=() targets
  for argument in "$@"; do
    if [[ $argument == -* || ($previous == --* && $previous != *=*) ]]; then
      options+=("$argument")
    elif [[ $revision ]]; then
      refuse "bench against takes one revision, not both $revision and $argument."
    else
      revision="$argument"
    fi
    previous="$argument"
  done
  check_options "bench against" against_options "" "${options[@]}"
  [[ $revision ]] || refuse "bench against needs a revision of git, such as HEAD~1 or a tag."
  command -v git >/dev/null || install_for verbs
  commit="$(find_commit "$revision")"
  require_writable
  other="$root/build/against/${commit:0:12}"
  fetch_sources "$commit" "$other"
  [[ -f $other/hello/service.env ]] ||
    die "$revision is older than hello/service.env, so its programs' names are not known"
  mapfile -t words < <(chosen_words "${options[@]}")
  if [[ " ${words[*]} " =~ \ (publish|mapping)\  ]]; then
    prepare build kafka bench
    fetch_kafka
  else
    prepare build bench
  fi
  mapfile -t targets < <(against_targets "$root" "${words[@]}")
  configure_bench
  build release "${targets[@]}"
  mapfile -t targets < <(against_targets "$other" "${words[@]}")
  build_other "$other" "$revision" "${targets[@]}"
  if [[ " ${words[*]} " == *" function "* ]]; then
    build_static_function "$root"
    build_static_function "$other"
  fi
  exec "$root/bench/against/compare.py" "$root" "$other" --revision "$revision" \
    --commit "$commit" "${words[@]/#/--only=}" "${options[@]}"
}

# chosen_words OPTION…: prints the words of --only, or all of them.
chosen_words() {
  local words=()
  while (($#)); do
    case "$1" in
      --only=*) words+=("${1#*=}") ;;
      --only) words+=("$2") ;;
    esac
    shift
  done
  printf '%s\n' "${words[@]:-${against_words[@]}}"
}

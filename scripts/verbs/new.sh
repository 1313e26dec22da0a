# Makes a service of one's own. ./penstock loads this file for `./penstock new`.
# shellcheck shell=bash

# shellcheck source=scripts/options.sh
source "${root:?}/scripts/options.sh"
# shellcheck source=scripts/install.sh
source "$root/scripts/install.sh"
# shellcheck source=scripts/build.sh
source "$root/scripts/build.sh"
# shellcheck source=scripts/new.sh
source "$root/scripts/new.sh"

new_options=(
  "--contract file | the service's OpenAPI document; the files that it refers to are copied, too"
)

usage() {
  cat <<END
./penstock new FOLDER [OPTION…]

Makes a folder with a service of your own: contract, handlers, tests, settings and what a repository
needs. The folder's name becomes the service's. Without --contract it is a small example that takes
orders; with it every operation has a handler that answers 501, and a test that says so.

Options:
$(describe "${new_options[@]}")
END
}

run() {
  local folder='' contract='' arguments=()
  while (($#)); do
    if [[ $1 == -* ]]; then
      arguments+=("$1")
      [[ $1 == *=* || $# -lt 2 ]] || { arguments+=("$2") && shift; }
    elif [[ -z $folder ]]; then
      [[ $1 ]] || refuse "new needs the folder to make."
      folder="$1"
    else
      refuse "new makes one folder: '$folder' or '$1'?"
    fi
    shift
  done
  check_options new new_options "" "${arguments[@]}"
  [[ $folder ]] || refuse "new needs the folder to make, such as ../orders."
  if ((${#arguments[@]})); then contract="${arguments[-1]#--contract=}"; fi
  new_service "$folder" "$contract"
}

# Makes a service's folder from templates/service/. To be sourced after build.sh.
# shellcheck shell=bash

# A namespace of this name would hide, or be, one that is there already: those of C++ and its
# libraries, and of Penstock's own rooms. The compiler knows the rest, such as `time`.
taken_names="alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t \
char16_t char32_t class compl concept const consteval constexpr constinit const_cast continue \
co_await co_return co_yield decltype default delete do double dynamic_cast else enum explicit \
export extern false float for friend goto if inline int long main mutable namespace new noexcept \
not not_eq nullptr operator or or_eq private protected public register reinterpret_cast requires \
return short signed sizeof static static_assert static_cast struct switch template this \
thread_local throw true try typedef typeid typename union unsigned using virtual void volatile \
wchar_t while xor xor_eq \
std boost testing penstock apps async aws base contract events http json kafka lambda local log \
net processes typed"

# service_name FOLDER: prints the name of the service that such a folder holds, or ends the program.
service_name() {
  local name="${1##*/}"
  name="${name//-/_}"
  [[ $name =~ ^[a-z][a-z0-9_]{0,18}$ && $name != *_ && $name != *__* ]] ||
    die "the folder's name becomes that of the service, in C++, too. It needs small letters," \
      "digits, and single - or _ between them, begins with a letter and has 19 at the most, as" \
      "order-service has. '${1##*/}' does not fit."
  if [[ " $taken_names " == *" $name "* ]] || is_taken "$name"; then
    die "the folder's name becomes that of the service, and $name means something in C++ or in" \
      "Penstock already. Take another one, such as ${name}_service."
  fi
  echo "$name"
}

# is_taken NAME: succeeds if a header that any program includes has a function of that name. Without
# a compiler nobody knows; `./penstock up` will ask for one.
is_taken() {
  command -v g++ >/dev/null || return 1
  ! g++ -std=c++20 -fsyntax-only -x c++ - 2>/dev/null <<END
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <netdb.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
namespace $1 {}
END
}

# render FROM TO: copies the template's files, with the service's names in them. Neither the names
# nor the paths have a character that is special in sed's replacement.
render() {
  local file
  while IFS= read -r -d '' file; do
    mkdir --parents "$2/$(dirname "$file")"
    sed --regexp-extended "${names[@]}" "$1/$file" >"$2/$file"
    [[ ! -x $1/$file ]] || chmod 755 "$2/$file"
  done < <(cd "$1" && find . -type f -print0)
}

# contract_files DOCUMENT: prints the names of the contract's files, relative to the document's
# folder and the document first, or ends the program.
contract_files() {
  local file files
  files="$(cd "$(dirname "$1")" &&
    "${root:?}/build/dev/bin/penstock_contract" files "$(basename "$1")")" ||
    die "$1 cannot be served as it is; the lines above say why. ./penstock contract check $1 says" \
      "more. Nothing was made."
  while IFS= read -r file; do
    [[ $file != /* && /$file/ != */../* ]] ||
      die "$1 refers to $file, which is not in its folder. Put the contract's files into one" \
        "folder first. Nothing was made."
    [[ $file =~ ^[A-Za-z0-9_./-]+$ ]] ||
      die "a file of the contract is named '$file'. Name it with letters, digits and ._/- only." \
        "Nothing was made."
    echo "$file"
  done <<<"$files"
}

# penstock_version: prints what a clone can fetch: this commit, or without git's history a tag.
penstock_version() {
  git -C "$root" rev-parse HEAD 2>/dev/null ||
    sed --quiet 's/^project(penstock VERSION \([^ ]*\).*/v\1/p' "$root/CMakeLists.txt"
}

# write_service FOLDER NAME CONTRACT: fills the folder.
write_service() {
  local folder="$1" name="$2" contract="$3" templates="$root/templates/service" names file
  local document="$2.openapi.yaml" listed examples files=()
  if [[ $contract ]]; then
    listed="$(contract_files "$contract")"
    mapfile -t files <<<"$listed"
    document="${files[0]}" examples=/healthcheck
  else
    examples="'/healthcheck /orders/123e4567-e89b-42d3-a456-426614174000'"
  fi
  names=(-e "s|my_service|$name|g" -e "s|MY_SERVICE|${name^^}|g" -e "s|@DOCUMENT@|$document|g"
    -e "s|@EXAMPLES@|$examples|g"
    -e "s|@PENSTOCK_VERSION@|$(penstock_version)|g")
  render "$templates/common" "$folder"
  if [[ $contract ]]; then
    for file in "${files[@]}"; do
      install -D --mode=644 "$(dirname "$contract")/$file" "$folder/$file"
    done
    "$root/build/dev/bin/penstock_contract" cpp "$folder/$document" --namespace "$name" \
      --output "$folder" --skeleton ||
      die "no handlers can be written for $contract; the lines above say why. Nothing was made."
  else
    render "$templates/example" "$folder"
    mv "$folder/service.openapi.yaml" "$folder/$document"
  fi
  mkdir --parents "$folder/.penstock"
  echo "$root" >"$folder/.penstock/home"
}

# new_service FOLDER CONTRACT: makes the folder, or nothing. The contract may be empty.
new_service() (
  folder="${1%/}" contract="$2"
  if [[ -d $1 ]]; then
    folder="$(cd "$1" && pwd -P)" || die "the folder $1 cannot be entered."
  else
    parent="$(dirname "$folder")"
    [[ -d $parent ]] || die "there is no folder $parent to make ${folder##*/} in."
    folder="$(cd "$parent" && pwd -P)/${folder##*/}"
  fi
  name="$(service_name "$folder")"
  [[ ! -e $folder || -d $folder ]] || die "$1 exists, and is no folder. Nothing was changed."
  [[ ! -d $folder || -z $(ls --almost-all "$folder") ]] ||
    die "the folder $1 is not empty. Name a new one, or empty it. Nothing was changed."
  for place in "$folder" "${folder%/*}"; do
    [[ ! -e $place || -w $place ]] || die "cannot write to the folder $place. Nothing was made."
  done
  if [[ $contract ]]; then
    [[ -r $contract ]] || die "the contract $contract cannot be read. Nothing was made."
    # It would be an option of every program that gets it.
    [[ ${contract##*/} != -* ]] ||
      die "a contract's name cannot begin with -, as '${contract##*/}' does. Nothing was made."
    prepare build
    build dev penstock_contract_program
  fi
  # What is made appears at once, or not at all.
  made="$(mktemp --directory "${folder%/*}/.${folder##*/}.XXXXXX")"
  trap 'rm --recursive --force "$made"' EXIT
  trap 'exit 130' INT TERM
  write_service "$made" "$name" "$contract"
  chmod 755 "$made"
  if [[ -d $folder ]]; then
    # A shell may be in it, so it stays the same folder.
    shopt -s dotglob
    mv "$made"/* "$folder"
  else
    mv --no-target-directory "$made" "$folder"
  fi
  say "$1 has the service $name now. It is yours: put it under version control. Next:"
  say "  cd $1 && ./penstock up"
)

# Checks arguments before anything is installed or built. To be sourced after steps.sh.
#
# A list of options has an element for each: "NAME KIND LIMIT… | DESCRIPTION", where KIND says which
# values the option takes.
#   flag                     none
#   text, name or folder     any
#   integer MIN MAX          a whole number
#   number MIN MAX           a number with three decimals at most
#   one-of WORD…             one of the words
#   integers MIN MAX         one or more whole numbers, each an argument
#   file                     the path of a file
#   broker                   kafka, memory or HOST:PORT
# shellcheck shell=bash

# declared NAME OPTION…: prints the element of the list with this name.
declared() {
  local name="$1" option
  shift
  for option in "$@"; do
    if [[ ${option%% *} == "$name" ]]; then
      echo "${option%% | *}"
      return
    fi
  done
  return 1
}

# names_of OPTION…: prints the names, separated by commas.
names_of() {
  local names
  names="$(printf '%s, ' "${@%% *}")"
  echo "${names%, }"
}

# between VALUE MIN MAX
between() {
  LC_ALL=C awk -v value="$1" -v min="$2" -v max="$3" \
    'BEGIN { exit !(value + 0 >= min + 0 && value + 0 <= max + 0) }'
}

# fault_of VALUE KIND LIMIT…: prints which values the option takes, if the value is not one of them.
fault_of() {
  local value="$1" kind="$2"
  shift 2
  case "$kind" in
    text | name | folder) [[ $value ]] || echo "needs a value" ;;
    integer | integers)
      [[ $value =~ ^(0|[1-9][0-9]{0,8})$ ]] && between "$value" "$1" "$2" ||
        echo "needs a whole number from $1 to $2, not '$value'"
      ;;
    number)
      [[ $value =~ ^[0-9]{1,9}(\.[0-9]{1,3})?$ ]] && between "$value" "$1" "$2" ||
        echo "needs a number from $1 to $2, with three decimals at most, not '$value'"
      ;;
    one-of) is_one_of "$value" "$@" || echo "needs one of: $*; not '$value'" ;;
    file) [[ -f $value ]] || echo "needs the path of a file, and '$value' is not one" ;;
    broker)
      [[ $value =~ ^(kafka|memory|.+:([1-9][0-9]{0,4}))$ ]] &&
        between "${BASH_REMATCH[2]:-1}" 1 65535 ||
        echo "needs kafka, memory or HOST:PORT, not '$value'"
      ;;
  esac
}

# check_option VERB NAME VALUE KIND LIMIT…: ends the program if the option does not take the value.
check_option() {
  local verb="$1" name="$2" fault
  fault="$(fault_of "${@:3}")"
  [[ -z $fault ]] || refuse "$verb: $name $fault."
}

# check_options VERB OPTIONS WORDS ARGUMENT…: ends the program with a sentence if one of the
# arguments is wrong. OPTIONS and WORDS are names of arrays: the options, and the words that may
# stand beside them. WORDS is empty if there are none.
check_options() {
  local verb="$1" name kind
  local -n options="$2"
  local -a words=() declaration
  if [[ $3 ]]; then
    local -n allowed="$3"
    words=("${allowed[@]}")
  fi
  shift 3
  while (($#)); do
    name="${1%%=*}"
    if [[ $name != --* ]]; then
      is_one_of "$1" "${words[@]}" ||
        refuse "$verb does not know '$1'.${words[*]:+ Its words: ${words[*]}.}" \
          "Its options: $(names_of "${options[@]}")."
      shift
      continue
    fi
    read -r -a declaration < <(declared "$name" "${options[@]}") ||
      refuse "$verb has no option $name. Its options: $(names_of "${options[@]}")."
    kind="${declaration[1]}"
    if [[ $kind == flag ]]; then
      [[ $1 != *=* ]] || refuse "$verb: $name takes no value."
      shift
      continue
    fi
    [[ $1 != *=* ]] || set -- "$name" "${1#*=}" "${@:2}"
    check_option "$verb" "$name" "${2:-}" "${declaration[@]:1}"
    shift 2
    while [[ $kind == integers && ${1:-} =~ ^[^-] ]]; do
      check_option "$verb" "$name" "$1" "${declaration[@]:1}"
      shift
    done
  done
}

# wrapped TEXT: prints the text in lines of at most 80 columns, which begin with 28 blanks.
wrapped() {
  local word line=''
  for word in $1; do
    if [[ $line ]] && ((28 + ${#line} + 1 + ${#word} > 80)); then
      printf '%28s%s\n' '' "$line"
      line=''
    fi
    line+="${line:+ }$word"
  done
  printf '%28s%s\n' '' "$line"
}

# describe OPTION…: prints the lines of each option, as --help shows it. penstock_local does so, too
# (apps/shared/help_text.cpp).
describe() {
  local option name kind value rest text
  for option in "$@"; do
    read -r name kind rest <<<"${option%% | *}"
    case "$kind" in
      flag) value='' ;;
      integer) value=' N' ;;
      number) value=' SECONDS' ;;
      integers) value=' N [N...]' ;;
      one-of) value=" ${rest// /|}" ;;
      broker) value=' kafka|memory|HOST:PORT' ;;
      *) value=" ${kind^^}" ;;
    esac
    text="$(wrapped "${option#* | }")"
    if ((${#name} + ${#value} >= 26)); then
      printf '  %s\n%s\n' "$name$value" "$text"
    else
      printf '  %-26s%s\n' "$name$value" "${text:28}"
    fi
  done
}

# Finds the service that a verb works for, and reads its service.env. To be sourced after steps.sh.
# shellcheck shell=bash

# CMake (cmake/service_env.cmake) and Python (scripts/penstock_deploy/service.py) have the same
# grammar.
# A semicolon would be two elements of a list in CMake. Dockerfile and scripts let a shell read the
# file, so a line that the shell would read otherwise, or run, is refused.
env_line='^([A-Z_][A-Z0-9_]*)=(.*)$'
env_value="^([A-Za-z0-9_./:=,@%+-]*|'[^';]*'|\"[^\"\$\`\\;]*\")\$"
env_names=(SERVICE API_PROGRAM FUNCTION_PROGRAM VARIABLE_PREFIX CONTRACT)
# These need not be set.
env_optional=(EXAMPLES HEALTHCHECK TABLES DATABASE)

# service_folder FOLDER: prints the folder's absolute path, or ends the program.
service_folder() {
  local folder
  [[ -d $1 ]] || die "there is no folder $1. --service and PENSTOCK_SERVICE take the folder of a" \
    "service. ./penstock new FOLDER makes one."
  folder="$(cd "$1" && pwd -P)" || die "the folder $1 cannot be entered."
  # CMake would take it for two, and ninja and make have no way to write it.
  [[ $folder != *[$';\n\r\t']* ]] ||
    die "the service's folder has a semicolon, a tab or a line break in its path, which CMake" \
      "cannot bear: $folder"
  echo "$folder"
}

# env_fault NAME VALUE: prints what is wrong with a setting, or nothing.
env_fault() (
  # The words are no patterns of file names.
  set -f
  case "$1" in
    SERVICE | API_PROGRAM | FUNCTION_PROGRAM)
      [[ $2 =~ ^[a-z][a-z0-9_]{0,39}$ ]] ||
        echo "$1 needs small letters, digits and _, with a letter first, 40 at the most, not '$2'"
      ;;
    VARIABLE_PREFIX)
      [[ $2 =~ ^[A-Z][A-Z0-9_]{0,39}_$ ]] ||
        echo "VARIABLE_PREFIX needs capital letters, digits and _, with _ at its end, not '$2'"
      ;;
    CONTRACT)
      [[ $2 =~ [^[:blank:]] ]] || echo "CONTRACT needs the name of the OpenAPI document"
      for word in $2; do
        if [[ $word == /* || /$word/ == */../* ]]; then
          echo "CONTRACT needs paths inside the service's folder, not '$word'"
        elif [[ ! -f $service/$word ]]; then
          echo "CONTRACT names $word, and there is no such file in $service"
        fi
      done
      ;;
    EXAMPLES)
      for word in $2; do
        [[ $word == /* ]] || echo "EXAMPLES needs paths that begin with /, not '$word'"
      done
      ;;
    HEALTHCHECK)
      [[ $2 =~ ^/[A-Za-z0-9_./~%-]*$ ]] ||
        echo "HEALTHCHECK needs a path that begins with /, not '$2'"
      ;;
    TABLES)
      if [[ ! $2 =~ ^[A-Za-z0-9_.@+-][A-Za-z0-9_./@+-]*$ || /$2/ == */../* ]]; then
        echo "TABLES needs the path of one JSON file inside the service's folder, not '$2'"
      elif [[ ! -f $service/$2 ]]; then
        echo "TABLES names $2, and there is no such file in $service"
      fi
      ;;
    DATABASE)
      [[ $2 =~ ^[a-z][a-z0-9_]{0,62}$ ]] ||
        echo "DATABASE needs small letters, digits and _, with a letter first, 63 at the most," \
          "not '$2'"
      ;;
  esac
)

# read_service: sets the variables that the service's service.env declares, such as SERVICE and
# API_PROGRAM, or ends the program. It reads the file without running it.
read_service() {
  local file="${service:?}/service.env" lines line name value number=0 fault seen=' '
  # The environment may have variables of these names, such as DATABASE, for other programs.
  for name in "${env_optional[@]}"; do
    unset "$name"
    printf -v "$name" ''
  done
  [[ -r $file ]] ||
    die "$(shown "$file"), which names the programs, is not there. ./penstock new FOLDER makes a" \
      "service, and --service FOLDER names another one."
  mapfile -t lines <"$file"
  for line in "${lines[@]}"; do
    number=$((number + 1))
    [[ $line =~ [^[:blank:]] && $line != '#'* ]] || continue
    [[ $line =~ $env_line ]] ||
      env_die "$file" "$number" "this line is neither NAME=value nor a comment: $line"
    name="${BASH_REMATCH[1]}" value="${BASH_REMATCH[2]}"
    [[ $value != *$'\r' ]] ||
      env_die "$file" "$number" "the line ends as on Windows. Save the file with Unix line ends"
    [[ $value =~ $env_value ]] ||
      env_die "$file" "$number" "put the value of $name in single quotes, with nothing behind" \
        "them and no semicolon: $line"
    [[ $value != [\'\"]* ]] || value="${value:1:-1}"
    is_one_of "$name" "${env_names[@]}" "${env_optional[@]}" ||
      env_die "$file" "$number" "there is no setting $name. The settings are:" \
        "${env_names[*]} ${env_optional[*]}"
    [[ $seen != *" $name "* ]] || env_die "$file" "$number" "$name is set a second time"
    fault="$(env_fault "$name" "$value" | head --lines=1)"
    [[ -z $fault ]] || env_die "$file" "$number" "$fault"
    seen+="$name "
    printf -v "$name" '%s' "$value"
  done
  for name in "${env_names[@]}"; do
    [[ $seen == *" $name "* && ${!name} ]] || die "$(shown "$file") must set $name=…"
  done
}

# setting_of FOLDER NAME: prints what another service's service.env says of the name.
setting_of() (
  service="$1"
  read_service
  echo "${!2}"
)

# env_die FILE LINE SENTENCE…
env_die() { die "$(shown "$1"):$2: ${*:3}."; }

# shown PATH: prints the path as a user writes it: relative to Penstock's folder if it is in there.
shown() { echo "${1#"${root:?}"/}"; }

# use_service FOLDER: sets what all verbs share: the service's folder, the folders of its builds and
# data, and the variables of its service.env. The example is built with Penstock itself; any other
# service has folders of its own.
use_service() {
  service="$(service_folder "$1")"
  # shellcheck disable=SC2034
  if [[ $service == "$root/hello" ]]; then
    is_example=yes output="$root/build" data="$root/.penstock"
  else
    is_example='' output="$service/build" data="$service/.penstock"
  fi
  # shellcheck disable=SC2034
  logs="$output/logs"
  # Programs of other verbs, such as deploy, read it and call verbs again. The example is a default:
  # a copy of Penstock that a test runs has one of its own.
  if [[ $is_example ]]; then unset PENSTOCK_SERVICE; else export PENSTOCK_SERVICE="$service"; fi
  read_service
}

# Shows what each verb lacks. ./penstock loads this file for `./penstock doctor`.
# shellcheck shell=bash

# shellcheck source=scripts/install.sh
source "${root:?}/scripts/install.sh"
# shellcheck source=scripts/machine.sh
source "$root/scripts/machine.sh"
# shellcheck source=scripts/image.sh
source "$root/scripts/image.sh"
# shellcheck source=scripts/test_plan.sh
source "$root/scripts/test_plan.sh"

usage() {
  cat <<'END'
./penstock doctor [--versions]

Shows what each verb needs that is not installed on this machine. --versions lists the installed
packages, too. The exit code is 1 if `up` lacks something, and 0 otherwise.
END
}

# faults_of VERB [WORD]: prints a line for the packages that are missing, and one for each program
# that Debian does not have, or not in this version.
faults_of() {
  local needs packages
  read -r -a needs < <(needs_of "$@")
  if [[ $1 == image ]] && has_buildx; then
    return
  fi
  packages="$(missing_for "${needs[@]}" | tr '\n' ' ')"
  [[ -z $packages ]] || echo "${packages% }"
  faults_of_programs "${needs[@]}"
}

# report VERB [WORD]: prints the verb's lines.
report() {
  local name="$*" faults fault
  faults="$(faults_of "$@")"
  while read -r fault; do
    printf '  %-18s %s\n' "$name" "${fault:-ready}"
    name=''
  done <<<"$faults"
}

versions() {
  local need package
  for need in build kafka kafka_tests newcomer style verbs fuzz go monitoring judges corpus \
    keycloak generated console clients fresh package package_tests image image_tests deploy \
    aws_tests bench prism; do
    for package in $(packages_for "$need"); do
      printf '  %-14s %-26s %s\n' "$need" "$package" \
        "$(dpkg-query --show --showformat='${Version}' "$package" 2>/dev/null || echo missing)"
    done
  done
}

run() {
  local word faults
  case "$*" in
    '' | --versions) ;;
    *) refuse "doctor takes --versions alone, not '$*'." ;;
  esac
  require_debian
  echo "$(os_field PRETTY_NAME), $(uname --machine), $(cores) cores," \
    "$(($(free_kib) / 1024)) MiB of free memory. Compilers at once: $(jobs_at_once)."
  echo "What each verb lacks. It installs what Debian has:"
  report up
  report build
  report build fuzz
  if [[ $is_example ]]; then
    for word in $(known_words); do
      report test "$word"
    done
  fi
  report package
  report image
  report deploy
  [[ ! $is_example ]] || for word in hello publish contract lambda esm against; do
    report bench "$word"
  done
  [[ $* != --versions ]] || versions
  faults="$(faults_of up)"
  [[ -z $faults ]]
}

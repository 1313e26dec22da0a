# Finds what programs report that were built with a sanitizer. To be sourced.
# shellcheck shell=bash

# reports_of PRESET: prints the folder, in which each program that finds a fault makes a file.
reports_of() { echo "${root:?}/build/$1/sanitizer-reports"; }

# no_reports PRESET: prints what the sanitizer has reported, of whichever program, and fails if that
# is something. cmake/sanitizers.cmake names the folder.
no_reports() {
  local reports
  reports=("$(reports_of "$1")"/*)
  [[ -e ${reports[0]} ]] || return 0
  echo "The sanitizer has reported ${#reports[@]} faults. These are the first:"
  head --lines=80 "${reports[@]:0:5}"
  return 1
}

# Runs the Python packages of scripts/. To be sourced after steps.sh.
# shellcheck shell=bash

# run_python PACKAGE ARGUMENT…: replaces this program. The packages run on systems other than
# Debian, too, where only the user can install Python.
run_python() {
  command -v python3 >/dev/null ||
    die "python3 is missing. Install it with this machine's package manager, on Debian:" \
      "apt-get install python3"
  PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="${root:?}/scripts" exec python3 -m "$@"
}

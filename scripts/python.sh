# Runs the Python packages of scripts/. To be sourced after steps.sh.
# shellcheck shell=bash

# shellcheck source=scripts/install.sh
source "${root:?}/scripts/install.sh"

# Installs Python on any version of Debian. Elsewhere only the user can install it.
install_python() {
  if ! command -v python3 >/dev/null && [[ $(os_field ID) == debian ]] && can_be_root; then
    install_packages python3
  fi
}

# run_python PACKAGE VERB ARGUMENT…: replaces this program.
run_python() {
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null ||
    die "$2 needs Python 3.9 or newer, as python3. Install it with this machine's package" \
      "manager, on Debian: apt-get install python3"
  PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$root/scripts" exec python3 -m "$@"
}

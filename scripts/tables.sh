# Fetches what plays DynamoDB for a service that declares tables, and says how to run it. To be
# sourced after build.sh.
# shellcheck shell=bash

# This folder has moto. That of another work tree can be used.
moto="${PENSTOCK_MOTO:-${root:?}/build/moto}"

# make_moto: makes the virtual environment with these very packages.
make_moto() {
  rm --recursive --force "$moto"
  python3 -m venv "$moto" &&
    "$moto/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: \
      --require-hashes --requirement "$root/scripts/penstock_tables/requirements.txt" &&
    cp "$root/scripts/penstock_tables/requirements.txt" "$moto/made_for.txt"
}

# fetch_moto: fetches moto, which plays DynamoDB, unless it is here already.
fetch_moto() {
  local requirements="$root/scripts/penstock_tables/requirements.txt"
  [[ -z ${PENSTOCK_MOTO:-} ]] || return 0
  ! cmp --silent "$requirements" "$moto/made_for.txt" || return 0
  try_step moto "fetching moto, which plays DynamoDB" make_moto && return
  excerpt "${logs:?}/moto.log" >&2
  die "moto could not be fetched from PyPI; the lines above say why. To use a DynamoDB that is" \
    "there already, set AWS_ENDPOINT_URL_DYNAMODB to its URL."
}

# tables_command: prints the command that plays DynamoDB. Its variables are PORT, TABLES,
# TABLES_PREFIX and AWS_REGION.
tables_command() {
  in_sh exec env PYTHONDONTWRITEBYTECODE=1 "PYTHONPATH=$root/scripts" "$moto/bin/python" -m \
    penstock_tables.emulator
}

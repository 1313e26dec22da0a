# Runs Terraform and the AWS CLI against moto's server on this machine. Source it after
# scripts/steps.sh, with the variables root, build and work.
# shellcheck shell=bash

# Replaces the caller's AWS settings, so that nothing reaches AWS or changes what is tested.
forget_aws() {
  local name
  caller_config="${TF_CLI_CONFIG_FILE:-}"
  for name in "${!AWS_@}" "${!TF_@}"; do unset "$name"; done
  export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
  export AWS_EC2_METADATA_DISABLED=true
  export AWS_ACCESS_KEY_ID=emulated AWS_SECRET_ACCESS_KEY=emulated
  export AWS_REGION=eu-central-1 AWS_DEFAULT_REGION=eu-central-1
  export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 CHECKPOINT_DISABLE=true
  export TF_IN_AUTOMATION=true TF_CLI_ARGS=-no-color TF_INPUT=false
}

# The lock file has the version that the tests run with. versions.tf has those that users may take.
provider_version="$(sed --quiet 's/^  version *= "\(.*\)"$/\1/p' \
  "${root:?}/terraform/.terraform.lock.hcl")"

# Makes terraform find its provider: by the caller's settings, or on this machine, or from the
# internet.
find_provider() {
  local provider
  command -v terraform >/dev/null ||
    die "install terraform 1.10 or newer: https://developer.hashicorp.com/terraform/install"
  if [[ -r ${caller_config:-$HOME/.terraformrc} ]]; then
    export TF_CLI_CONFIG_FILE="${caller_config:-$HOME/.terraformrc}"
    return
  fi
  # The path is …/HOST/hashicorp/aws/VERSION/PLATFORM/terraform-provider-aws_v….
  provider="$(find /opt /usr/share /usr/local/share -maxdepth 7 -path '*/hashicorp/aws/*' \
    -name "terraform-provider-aws_v${provider_version}_*" -print -quit 2>/dev/null || true)"
  export TF_CLI_CONFIG_FILE="${work:?}/terraform.rc"
  if [[ -n $provider ]]; then
    echo "provider_installation { filesystem_mirror {" \
      "path = \"${provider%/*/hashicorp/aws/*}\" } }" >"$TF_CLI_CONFIG_FILE"
  else
    mkdir --parents "${build:?}/plugins"
    # On another platform than the lock file's h1 is of, both roots use the cache in this way, too.
    printf '%s\n' "plugin_cache_dir = \"$build/plugins\"" \
      "plugin_cache_may_break_dependency_lock_file = true" >"$TF_CLI_CONFIG_FILE"
  fi
}

# keep_state_here ROOT: adds an override file, which Terraform merges with the root's own files, so
# that the state is a local file.
keep_state_here() {
  printf '%s\n' 'terraform {' '  backend "local" {}' '}' >"$1/tests_override.tf"
}

# install_python REQUIREMENTS: makes the virtual environment again if REQUIREMENTS has changed.
install_python() {
  [[ ! -x $build/venv/bin/python ]] || ! cmp --silent "$1" "$build/requirements.txt" || return 0
  python3 -m venv --clear "$build/venv" &&
    "$build/venv/bin/python" -m pip install --quiet --requirement "$1" &&
    cp "$1" "$build/requirements.txt"
}

# Starts moto's server and sets server to its process. The caller kills it.
start_server() {
  timeout 20m "$build/venv/bin/python" "${root:?}/tests/terraform/shim.py" 0 \
    >"$work/port" 2>"$build/server.log" &
  server=$!
  for _ in {1..400}; do
    [[ ! -s $work/port ]] || break
    kill -0 "$server" || { tail "$build/server.log" >&2 && return 1; }
    sleep 0.05 # Until the next look.
  done
  AWS_ENDPOINT_URL="http://127.0.0.1:$(<"$work/port")"
  export AWS_ENDPOINT_URL
}

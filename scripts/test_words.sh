# What each word of `./penstock test` does. To be sourced after build.sh and package.sh, once
# `prepare` has run.
# shellcheck shell=bash

# shellcheck source=scripts/sanitizer.sh
source "${root:?}/scripts/sanitizer.sh"

# ctest, without the lines about tests that pass.
ctest_briefly() {
  ctest "$@" |
    grep --invert-match --extended-regexp '^ +Start |^ *[0-9]+/[0-9]+ Test .* Passed '
}

# The tests of the machinery run this service, whatever the team's own is.
fixture="$root/tests/service"
fixture_api="$(setting_of "$fixture" API_PROGRAM)"
fixture_function="$(setting_of "$fixture" FUNCTION_PROGRAM)"

: they run none of our programs, or only build one.
not_sanitized='^(docs_runner_test|docs_messages_test|msk_iam_example_alone)$'

# run_tests PRESET LABEL: runs the tests, which are built already.
run_tests() {
  local preset="$1" label="$2" status=0 less=()
  if [[ $preset == ?san ]]; then
    rm --recursive --force "$(reports_of "$preset")"
    mkdir "$(reports_of "$preset")"
    less=(--exclude-regex "$not_sanitized")
  fi
  step "test-$preset-$label" "$label tests (preset $preset)" ctest_briefly \
    --test-dir "${root:?}/build/$preset" --label-regex "^$label\$" --output-on-failure \
    --no-tests=error --parallel 2 "${less[@]}" || status=$?
  grep 'tests passed, ' "${logs:?}/test-$preset-$label.log" || true
  no_reports "$preset" || status=1
  return "$status"
}

# test_labels PRESET LABEL…
test_labels() {
  local preset="$1" label status=0
  shift
  build "$preset" "${@/%/_tests}"
  [[ $* == unit ]] || fetch_kafka
  for label in "$@"; do
    run_tests "$preset" "$label" || status=1
  done
  return "$status"
}

# What librdkafka's in-process broker shows the sanitizers in minutes, a real one shows in seconds.
sanitized='-MappingInMemory.*'

# test_sanitized asan|tsan LABEL…
test_sanitized() { GTEST_FILTER="$sanitized" test_labels "$@"; }

# fuzz TARGET: runs one target on a copy of its corpus, to which it adds what it finds.
fuzz() {
  local name="${1##*/}" corpus status=0
  corpus="$root/build/fuzz/corpus/$name"
  rm --recursive --force "$corpus"
  mkdir --parents "$corpus"
  cp --recursive "$root/tests/fuzz/corpus/${name%_fuzz}/." "$corpus"
  "$1" "-max_total_time=$FUZZ_SECONDS" -max_len=4096 -timeout=30 -rss_limit_mb=2048 \
    "-artifact_prefix=$logs/$name-" "$corpus" >"$logs/$name.log" 2>&1 || status=$?
  rm --recursive "$corpus"
  if ((status == 0)); then
    echo "$name: $(grep '^Done ' "$logs/$name.log")"
  else
    echo "$name failed:"
    tail --lines=60 "$logs/$name.log"
  fi
  return "$status"
}

# fuzz_all TARGET…: runs one target on each core.
fuzz_all() {
  local target running=0 status=0 at_once
  at_once="$(cores)"
  for target in "$@"; do
    if ((running == at_once)); then
      wait -n || status=1
      running=$((running - 1))
    fi
    fuzz "$target" &
    running=$((running + 1))
  done
  while ((running > 0)); do
    wait -n || status=1
    running=$((running - 1))
  done
  return "$status"
}

test_fuzz() {
  [[ ${FUZZ_SECONDS:=20} =~ ^[1-9][0-9]{0,5}$ ]] ||
    die "FUZZ_SECONDS is '$FUZZ_SECONDS', but must be a whole number from 1 to 999999."
  build fuzz
  step fuzz "fuzz targets, for $FUZZ_SECONDS s each" fuzz_all "$root"/build/fuzz/bin/*_fuzz
  grep ': Done ' "$logs/fuzz.log"
}

# The kill campaigns of the system tests, and those with partial responses, with more records.
test_kills() {
  build dev esm_kill_test
  fetch_kafka
  KILL_RECORDS=20000 step kills "kill campaigns" "$root/build/dev/bin/esm_kill_test"
  grep --extended-regexp '^handled more than once|^\[ +OK \]' "$logs/kills.log"
}

# Each path of failure at the same time, so it takes these seconds and a few more.
test_soak() {
  local status=0
  if ! [[ ${SOAK_SECONDS:=3600} =~ ^[1-9][0-9]{0,5}$ ]] || ((SOAK_SECONDS < 100)); then
    die "SOAK_SECONDS is '$SOAK_SECONDS', but must be a whole number from 100 to 999999."
  fi
  build dev soak_kafka penstock_local "$fixture_api" "$fixture_function"
  fetch_kafka
  step soak-verdict "the verdict of the soak" python3 "$root/tests/soak/verdict_test.py"
  step soak "failing for $SOAK_SECONDS s" "$root/tests/soak/run" "$root/build/dev/bin" \
    --seconds "$SOAK_SECONDS" || status=$?
  grep --extended-regexp '^(\||soak: )' "$logs/soak.log" || true
  return "$status"
}

# Runs faults on three brokers, the API and the function, in the order that a seed gives.
test_fire() {
  local status=0 name
  : "${FIRE_SECONDS:=180}" "${FIRE_SEED:=$(turn)}" "${FIRE_REQUESTS:=$((FIRE_SECONDS * 60))}"
  for name in FIRE_SECONDS FIRE_SEED FIRE_REQUESTS; do
    [[ ${!name} =~ ^[1-9][0-9]{0,8}$ ]] ||
      die "$name is '${!name}', but must be a whole number from 1 to 999999999."
  done
  ((FIRE_SECONDS >= 120)) || die "FIRE_SECONDS is '$FIRE_SECONDS', but must be 120 or more."
  build dev link_relays topic_records recording_function penstock_local "$fixture_api"
  fetch_kafka
  step fire-checker "the checker of the fire" python3 "$root/tests/fire/checker_test.py"
  step fire-proofs "what proves a fault" python3 "$root/tests/fire/proofs_test.py"
  step fire-schedule "the schedule of the fire" python3 "$root/tests/fire/schedule_test.py"
  step fire "faults for $FIRE_SECONDS s, seed $FIRE_SEED" "$root/tests/fire/run" \
    "$root/build/dev/bin" "$PENSTOCK_KAFKA_LIBS" --seconds "$FIRE_SECONDS" --seed "$FIRE_SEED" \
    --requests "$FIRE_REQUESTS" || status=$?
  grep --extended-regexp '^(\||fire:|### )' "$logs/fire.log" || true
  return "$status"
}

# shellcheck source=scripts/tables.sh
source "$root/scripts/tables.sh"

# The view of PostgreSQL has all orders. moto does some 150 writes a second, so that its table has a
# tenth of them.
test_orders() {
  local status=0 here="$root/tests/orders"
  [[ ${ORDERS:=20000} =~ ^[1-9][0-9]{2,6}$ ]] ||
    die "ORDERS is '$ORDERS', but must be a whole number from 100 to 9999999."
  build dev shop_api shop_consumer penstock_local topic_records link_relays
  fetch_kafka
  fetch_moto
  step orders-checker "the checker of the orders" python3 "$here/checker_test.py"
  step orders "$ORDERS orders, and a view in PostgreSQL" "$here/run" "$root/build/dev/bin" \
    postgres --orders "$ORDERS" || status=$?
  step orders-tables "$((ORDERS / 10)) orders, and a view in a table" "$here/run" \
    "$root/build/dev/bin" tables --orders "$((ORDERS / 10))" --rate 100 || status=$?
  step orders-faults "reads from a store that misbehaves" "$here/faults" "$root/build/dev/bin" ||
    status=$?
  cat "$logs"/orders.log "$logs"/orders-tables.log "$logs"/orders-faults.log |
    grep --extended-regexp '^(orders: |faults: |\|)' || true
  return "$status"
}

# Each attack meets a process of its own, one after the other. The preset dev does: it holds 1 MiB
# more than release, whose link takes minutes.
test_attacks() {
  local status=0
  [[ ${ATTACK_SECONDS:=2} =~ ^[1-9][0-9]{0,3}$ ]] ||
    die "ATTACK_SECONDS is '$ATTACK_SECONDS', but must be a whole number from 1 to 9999."
  build dev penstock_contract_program "$fixture_api"
  step attacks "attacking for $ATTACK_SECONDS s each" "$root/tests/attacks/run" \
    "$root/build/dev/bin" --seconds "$ATTACK_SECONDS" || status=$?
  grep --extended-regexp '^(\||attacks: )' "$logs/attacks.log" || true
  return "$status"
}

test_style() {
  step style "style" "$root/scripts/check-style"
  step style-faults "style finds planted faults" "$root/tests/style/planted_faults" "$root"
}

test_verbs() {
  local status=0
  step verbs-test "the verbs themselves" "$root/tests/verbs/run" || status=$?
  grep --extended-regexp '^FAILED: ' "$logs/verbs-test.log" || true
  return "$status"
}

# The kinds of differences are explained for one version of Go, so it is the same everywhere.
make_http_judge() {
  local go
  go="$("$root/tests/support/go_toolchain" "$root/build/tools/go-toolchain")"
  (cd "$root/tests/conformance/judge" && "$go" build -buildvcs=false -o "$1")
}

test_conformance() {
  local status=0 judge="$root/build/tools/http_judge"
  [[ ${CONFORMANCE_REQUESTS:=300000} =~ ^[1-9][0-9]{0,8}$ ]] ||
    die "CONFORMANCE_REQUESTS is '$CONFORMANCE_REQUESTS', but must be a whole number from 1 to" \
      "999999999."
  build dev http_conformance_test http_differential
  step conformance-cases "the cases of HTTP's RFCs" "$root/build/dev/bin/http_conformance_test"
  step conformance-judge "Go's reader of requests" make_http_judge "$judge"
  step conformance "$CONFORMANCE_REQUESTS requests" "$root/build/dev/bin/http_differential" \
    "$judge" "$CONFORMANCE_REQUESTS" 1 || status=$?
  tail --lines=1 "$logs/conformance.log"
  return "$status"
}

test_monitoring() {
  local status=0 here="$root/tests/monitoring" api="$root/build/dev/bin/$fixture_api"
  build dev "$fixture_api"
  step monitoring-promtool "promtool" "$here/install_promtool" "$root/build/tools"
  step monitoring-alerts "the alerts and their runbook" python3 "$here/alerts_test.py" "$api" \
    "$root/build/tools/promtool" || status=$?
  step monitoring-lines "the log on a full disk" python3 "$here/lost_lines_test.py" "$api" ||
    status=$?
  step monitoring-filter "what the filter of the log counts" \
    python3 "$here/publish_failures_test.py" "$api" || status=$?
  grep '^passed: ' "$logs/monitoring-alerts.log" || true
  return "$status"
}

test_judges() {
  build dev penstock_contract_program schema_verdicts pattern_verdicts inclusion_verdicts \
    token_vectors token_verdicts service_calls issuer_verdicts mapping_verdicts filter_verdicts \
    table_values judged_tables penstock_local "$fixture_api" "$fixture_function"
  step judges "judges" "$root/tests/judges/run" "$root/build/dev" "$fixture"
  grep --regexp=' generated' --regexp=disagreements --regexp=AsyncAPI --regexp='^patterns: ' \
    --regexp='^inclusion: ' --regexp='^reports: ' --regexp='^metrics: ' --regexp='^STS' \
    --regexp='^Services' --regexp='^Tables' --regexp='^Issuers' --regexp='^Mappings' \
    --regexp='^Failures' --regexp='^event-ruler' --regexp='^Web tokens' "$logs/judges.log"
}

test_keycloak() {
  build dev issuer_verdicts
  step keycloak "tokens of Keycloak" "$root/tests/auth/judge_keycloak.py" \
    "$root/build/dev/bin/issuer_verdicts" "$root/build/tools/keycloak"
  grep '^Keycloak ' "$logs/keycloak.log"
}

test_auth() {
  local status=0
  build dev penstock_contract_program penstock_local "$fixture_api" "$fixture_function"
  step auth "who may call" "$root/tests/auth/run" "$root/build/dev" || status=$?
  grep --extended-regexp '^(passed|FAILED|sweep|issuer): ' "$logs/auth.log" || true
  return "$status"
}

test_corpus() {
  local status=0
  [[ ${CORPUS_DOCUMENTS:=400} =~ ^(all|[1-9][0-9]{0,4})$ ]] ||
    die "CORPUS_DOCUMENTS is '$CORPUS_DOCUMENTS', but must be 'all' or a whole number from 1 to" \
      "99999."
  [[ ${CORPUS_REQUESTS:=20000} =~ ^[1-9][0-9]{0,8}$ ]] ||
    die "CORPUS_REQUESTS is '$CORPUS_REQUESTS', but must be a whole number from 1 to 999999999."
  build dev penstock_contract_program
  step corpus "the world's documents" "$root/tests/corpus/run" \
    "$root/build/dev/bin/penstock_contract" "$root/build/corpus" "$CORPUS_DOCUMENTS" \
    "$CORPUS_REQUESTS" "$(turn)" || status=$?
  grep --extended-regexp '^(verdicts(, .*)?|validity|mock|requests|cpp|FAILED): ' \
    "$logs/corpus.log" || true
  return "$status"
}

test_generated() {
  local status=0
  build dev penstock_contract_program "$fixture_api"
  step generated "clients that others' generators make" "$root/tests/generated/judge.py" \
    "$root/build/dev/bin/$fixture_api" "$root/build/dev/bin/penstock_contract" \
    "$(setting_of "$fixture" VARIABLE_PREFIX)" "$root/build/generated" || status=$?
  grep --extended-regexp '^(passed|FAILED): | passed, ' "$logs/generated.log" || true
  return "$status"
}

# What the page looks like is in the pictures; a reader looks at them.
test_console() {
  local status=0 here="$root/tests/console" folder="$root/build/console"
  build dev penstock_local "$fixture_api" "$fixture_function" record_feeder \
    answering_function
  fetch_kafka
  mkdir --parents "$folder"
  cp "$here/package.json" "$here/package-lock.json" "$folder/"
  step console-packages "Playwright and axe-core" npm ci --prefix "$folder" --no-audit --no-fund \
    --ignore-scripts
  step console-units "the page's functions" node --test "$here"/*.test.mjs
  step console "the console in Chromium" node "$here/judge.mjs" "$root/build/dev/bin" "$folder" \
    "$(command -v chromium)" "$fixture" || status=$?
  grep --extended-regexp '^(passed|FAILED): | passed, ' "$logs/console.log" || true
  return "$status"
}

test_clients() {
  local status=0
  build dev penstock_local "$fixture_api" "$fixture_function"
  fetch_kafka
  step clients-make "the functions and programs of five languages" \
    "$root/tests/clients/make" "$root/build/clients"
  step clients "real clients" "$root/build/clients/python/venv/bin/python" \
    "$root/tests/clients/judge.py" "$root/build/dev/bin/penstock_local" "$root/build/clients" ||
    status=$?
  grep --extended-regexp '^(passed|FAILED|left out): | passed, ' "$logs/clients.log" || true
  return "$status"
}

# build_copy FOLDER: copies the sources into a folder of another name and depth, and packages them
# there. It builds everything again but the sysroot.
build_copy() {
  copy_work_tree "$1"
  CCACHE_DISABLE=1 PENSTOCK_SYSROOT="${sysroot:?}" PENSTOCK_TOOLS="${tools:?}" \
    "$1/penstock" --service "$1/tests/service" package --verbose
}

# release_is_hardened FOLDER: the packages have been built; this only looks at the commands.
release_is_hardened() {
  cmake -S "$root" --preset release -B "$1" &&
    "$root/tests/support/hardening.py" api "$(dpkg --print-architecture)" "$1/compile_commands.json"
}

# In a subshell of its own, which deletes the copy however it ends.
test_package() (
  require_x86_64
  use_service "$fixture"
  package="${output:?}/package"
  package_function arm64 x86_64
  work="$(mktemp --directory)"
  trap 'rm --recursive --force "$work"' EXIT
  trap 'exit 130' INT TERM
  step package-copy "the same from a copy of the sources" build_copy "$work/a/copy"
  step package-test "what the packages are" "$root/tests/package/compare" "${package:?}" \
    "$work/a/copy/tests/service/build/package" "$root"
  step package-sboms "the bills of materials" "$root/tests/support/judge_sboms" \
    "$root/build/tools" "$package"/*.cdx.json
  step package-release "how the preset release is compiled" release_is_hardened "$work/release"
  step package-rie-install "AWS's Runtime Interface Emulator" "$root/tests/package/install_rie" \
    "$root/build/tools"
  step package-rie "the packages under the emulator" "$root/tests/package/run_in_rie" \
    "$root/build/tools/aws-lambda-rie" "$package/$FUNCTION_PROGRAM" "${service:?}"
)

# require_administrator WORD
require_administrator() {
  can_be_root || die "test $1 makes a root folder, so run it as an administrator: sudo ./penstock" \
    "test $1"
}

# test_fresh 12|13
test_fresh() {
  require_administrator "fresh $1"
  as_root "$root/scripts/fresh.sh" "$1"
}

# test_image amd64|arm64|again
test_image() {
  local status=0
  require_administrator "image-$1"
  build dev local_system_test msk_iam_test
  fetch_kafka
  step "image-test-$1" "the image ($1)" as_root "$root/tests/image/run" "$root/build/dev" \
    "$PENSTOCK_KAFKA_LIBS" "$1" || status=$?
  grep --extended-regexp '^(passed|FAILED|measured): ' "$logs/image-test-$1.log" || true
  return "$status"
}

# Does what a team does with a service of its own. Penstock is built before.
test_newcomer() {
  local status=0
  build dev penstock_installable penstock_contract_program event_schemas
  step newcomer "a newcomer's first service" "$root/tests/newcomer/run" "$root/build/newcomer" \
    package || status=$?
  grep --extended-regexp '^(\||newcomer: |FAILED: )' "$logs/newcomer.log" || true
  step tutorial "docs/tutorial.md, from its begin to its end" "$root/tests/tutorial/run" ||
    status=$?
  return "$status"
}

test_terraform() {
  build dev "$API_PROGRAM"
  "$root/tests/terraform/run" "$root/build/terraform" "$root/build/dev/bin/$API_PROGRAM"
}

test_rename() {
  local status=0
  step rename "another service in hello/" "$root/tests/rename" "$root/build/rename" || status=$?
  grep --extended-regexp '^(passed|FAILED): ' "$logs/rename.log" || true
  return "$status"
}

test_deploy() {
  local status=0
  step deploy-test "deploy and destroy, against an emulator" "$root/tests/deploy/run" \
    "$root/build/deploy" || status=$?
  grep --extended-regexp '^(passed|FAILED): ' "$logs/deploy-test.log" || true
  return "$status"
}

# test_word WORD
test_word() {
  case "$1" in
    unit | integration | system) test_labels dev "$1" ;;
    asan | tsan) test_sanitized "$1" unit integration ;;
    asan-system | tsan-system) test_sanitized "${1%-system}" system ;;
    fresh-*) test_fresh "${1#fresh-}" ;;
    image-*) test_image "${1#image-}" ;;
    *) "test_$1" ;;
  esac
}

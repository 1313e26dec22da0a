#!/usr/bin/env bash
# This Lambda function in Bash counts the records of Kafka that it gets, and prints their values. It
# needs curl. `penstock_local esm` starts it, or AWS Lambda as a custom runtime's `bootstrap`.
set -euo pipefail

invocations="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"

while true; do
  # Waits until there is something to do, for as long as it takes.
  answer="$(curl --silent --show-error --fail --include "$invocations/next")"
  id="$(grep --ignore-case '^lambda-runtime-aws-request-id:' <<<"$answer" |
    cut --delimiter=: --fields=2 | tr --delete '[:space:]')"
  event="${answer#*$'\r\n\r\n'}"

  # Each record has one "offset", and a "value" in base64 unless it is a tombstone. No JSON string
  # can look like these, because quotes within a string are escaped. One process for each value is
  # slow: keep BatchSize small.
  count="$(grep --only-matching '"offset":[0-9]' <<<"$event" | wc --lines)"
  echo "records: $count"
  while read -r value; do
    echo "value: $(base64 --decode <<<"$value")"
  done < <(grep --only-matching '"value":"[^"]*"' <<<"$event" | cut --delimiter='"' --fields=4)

  # A function that ends before it has answered gets the same records again.
  curl --silent --show-error --fail --output /dev/null --data "{\"records\":$count}" \
    "$invocations/$id/response"
done

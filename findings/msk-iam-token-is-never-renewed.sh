#!/usr/bin/env bash
# AWS's signer for MSK IAM returns a token's expiry in milliseconds, and confluent-kafka's oauth_cb
# expects seconds. The unconverted number is accepted without an error, and the token, which is
# valid for 15 minutes, is never renewed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check aws-msk-iam-sasl-signer-python==1.0.2 \
  confluent-kafka==2.16.1

cat > tokens.py <<'PY'
import time
from aws_msk_iam_sasl_signer import MSKAuthTokenProvider
from confluent_kafka import Producer

_, expiry = MSKAuthTokenProvider.generate_auth_token("us-east-1")
print(f"the signer's expiry as seconds is the year {1970 + expiry // (365.2425 * 86400):.0f}")

# The token is valid for 5 seconds instead of 900, so that it must be renewed soon. There is no
# broker.
def tokens_in_nine_seconds(unit):
    given = []
    def give(_):
        given.append(time.time())
        return "token", (time.time() + 5) * unit
    producer = Producer({"bootstrap.servers": "127.0.0.1:9", "security.protocol": "SASL_SSL",
                         "sasl.mechanisms": "OAUTHBEARER", "oauth_cb": give, "log_level": 0})
    end = time.time() + 9
    while time.time() < end:
        producer.poll(0.1)
    return len(given)

print("renewed, expiry in seconds:", tokens_in_nine_seconds(1) > 1)
print("renewed, expiry in milliseconds:", tokens_in_nine_seconds(1000) > 1)
PY

# The keys are not real: signing needs no network.
seen=$(AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none venv/bin/python tokens.py)
echo "guess: the two agree on the unit, or librdkafka refuses such an expiry"
echo "seen, aws-msk-iam-sasl-signer-python 1.0.2 with confluent-kafka 2.16.1:"
echo "$seen"
[[ $seen =~ ^"the signer's expiry as seconds is the year "5[0-9]{4}$'\n' &&
  $seen == *$'\nrenewed, expiry in seconds: True\nrenewed, expiry in milliseconds: False' ]] ||
  { echo "This has changed."; exit 1; }

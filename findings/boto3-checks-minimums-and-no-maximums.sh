#!/usr/bin/env bash
# AWS's service models give lengths, ranges, patterns and the values of enums, and boto3 validates
# parameters against them before it sends anything. But only types, required names and minimums:
# an empty key is an error of the caller's at once, and so in tests with its Stubber. A key of 300
# characters (of 256), 500 writes in a transaction (of 100) and a mistyped enum are sent.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check boto3==1.44.8

cat > check.py <<'PY'
import boto3
from botocore.exceptions import ParamValidationError
from botocore.stub import Stubber


def call(service, operation, **parameters):
    client = boto3.client(service, region_name="us-east-1", aws_access_key_id="x",
                          aws_secret_access_key="x")
    with Stubber(client) as stubber:
        stubber.add_response(operation, {"ShardId": "1", "SequenceNumber": "1"}
                             if service == "kinesis" else {})
        try:
            getattr(client, operation)(**parameters)
            return "accepted"
        except ParamValidationError:
            return "refused"


def shape(service, operation, *names):
    model = boto3.client(service, region_name="us-east-1").meta.service_model
    found = model.operation_model(operation).input_shape
    for name in names:
        found = found.members[name]
    return found


key = shape("kinesis", "PutRecord", "PartitionKey").metadata
items = shape("dynamodb", "TransactWriteItems", "TransactItems").metadata
print("a partition key has", key["min"], "to", key["max"], "characters")
for length in (0, 300):
    print(f"  {length}:", call("kinesis", "put_record", StreamName="orders", Data=b"x",
                               PartitionKey="k" * length))
print("a transaction has", items["min"], "to", items["max"], "items")
for count in (0, 500):
    print(f"  {count}:", call("dynamodb", "transact_write_items", TransactItems=[{}] * count))
print("a mode is", " or ".join(shape("dynamodb", "CreateTable", "BillingMode").enum))
print("  PAY_PER_REQEST:", call("dynamodb", "update_table", TableName="orders",
                                BillingMode="PAY_PER_REQEST"))
PY

seen=$(venv/bin/python check.py)
echo "guess: what the model forbids is refused before it is sent"
echo "seen, boto3 1.44.8:"
echo "$seen"
[[ $seen == 'a partition key has 1 to 256 characters
  0: refused
  300: accepted
a transaction has 1 to 100 items
  0: refused
  500: accepted
a mode is PROVISIONED or PAY_PER_REQUEST
  PAY_PER_REQEST: accepted' ]] || { echo "This has changed."; exit 1; }

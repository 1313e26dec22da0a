#!/usr/bin/env bash
# A transaction with a ClientRequestToken is done once: for ten minutes DynamoDB answers a repeated
# one without doing it, and refuses other content under the same token. moto does each of them. A
# test on moto of a program that relies on the token shows faults that are not there, and hides
# a token that is used twice.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "moto[dynamodb]==5.2.5" boto3==1.44.8

cat > count.py <<'PY'
import boto3
import moto

with moto.mock_aws():
    client = boto3.client("dynamodb", region_name="us-east-1")
    client.create_table(
        TableName="orders", BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "owner", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "owner", "KeyType": "HASH"}])
    for added in ("1", "1", "5"):
        update = {"TableName": "orders", "Key": {"owner": {"S": "ann"}},
                  "UpdateExpression": "ADD n :n", "ExpressionAttributeValues": {":n": {"N": added}}}
        client.transact_write_items(TransactItems=[{"Update": update}],
                                    ClientRequestToken="one-token")
        item = client.get_item(TableName="orders", Key={"owner": {"S": "ann"}})["Item"]
        print(f"add {added}: n = {item['n']['N']}")
PY

seen=$(venv/bin/python count.py)
echo "guess: the second is answered and not done, the third is an IdempotentParameterMismatch"
echo "seen, moto 5.2.5, three transactions with one token:"
echo "$seen"
[[ $seen == 'add 1: n = 1
add 1: n = 2
add 5: n = 7' ]] || { echo "This has changed."; exit 1; }

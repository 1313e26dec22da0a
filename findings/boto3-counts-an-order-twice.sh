#!/usr/bin/env bash
# `ADD n 1` counts one more each time. The table has counted, and the connection breaks before the
# answer. boto3 sends the update again by itself and says 200, with one retry: the count is two.
# Each of AWS's calls is repeated so, whether that does any harm or not. A condition on a version
# or on an order's id makes the second one fail.
set -euo pipefail
work=$(mktemp -d)
trap 'kill "${tables:-}" 2> /dev/null || true; rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check boto3==1.44.8
npm install --silent --no-audit --no-fund dynalite@4.0.0

# The tables, whose answer to the first update is lost.
cat > tables.cjs <<'JS'
const tables = require('dynalite')({ createTableMs: 0 });
let updates = 0;
tables.prependListener('request', (request, response) => {
  if (request.headers['x-amz-target'].endsWith('.UpdateItem') && ++updates === 1) {
    response.end = () => request.socket.destroy();
  }
});
tables.listen(0, '127.0.0.1', () => console.log(tables.address().port));
JS
node tables.cjs > port.txt &
tables=$!
for _ in {1..600}; do
  if [[ -s port.txt ]]; then break; fi
  sleep 0.1
done

cat > count.py <<'PY'
import sys

import boto3

client = boto3.client("dynamodb", endpoint_url=sys.argv[1], region_name="us-east-1",
                      aws_access_key_id="x", aws_secret_access_key="x")
client.create_table(
    TableName="orders", BillingMode="PAY_PER_REQUEST",
    AttributeDefinitions=[{"AttributeName": "owner", "AttributeType": "S"}],
    KeySchema=[{"AttributeName": "owner", "KeyType": "HASH"}])
answer = client.update_item(
    TableName="orders", Key={"owner": {"S": "ann"}}, UpdateExpression="ADD n :one",
    ExpressionAttributeValues={":one": {"N": "1"}}, ReturnValues="ALL_NEW")
about = answer["ResponseMetadata"]
print(f"{about['HTTPStatusCode']}, {about['RetryAttempts']} retry,"
      f" n = {answer['Attributes']['n']['N']}")
PY

seen=$(venv/bin/python count.py "http://127.0.0.1:$(< port.txt)")
echo "guess: an error, as the update may have been done and is not safe to repeat"
echo "seen, boto3 1.44.8, dynalite 4.0.0:"
echo "$seen"
[[ $seen == "200, 1 retry, n = 2" ]] || { echo "This has changed."; exit 1; }

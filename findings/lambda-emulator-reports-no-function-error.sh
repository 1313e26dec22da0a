#!/usr/bin/env bash
# When a function fails, Lambda's Invoke answers 200 with the header X-Amz-Function-Error, which
# SDKs return as FunctionError. AWS's Runtime Interface Emulator omits the header: a test that asks
# the SDK sees every failed or timed-out invocation as a success.
set -euo pipefail
work=$(mktemp -d)
emulator=
trap '[[ -z $emulator ]] || kill -- "-$emulator" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"

version=v0.0.0-20261030222936-bef5c4ba774d
GOBIN=$work go install \
  "github.com/aws/aws-lambda-runtime-interface-emulator/cmd/aws-lambda-rie@$version" 2> go.log
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check boto3==1.44.8 botocore==1.44.8

cat > bootstrap <<'PY'
#!/usr/bin/env python3
import os, time, urllib.request
api = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation/"
while True:
    with urllib.request.urlopen(api + "next") as invocation:
        if invocation.read() == b'"sleep"':
            time.sleep(5)
        error = b'{"errorMessage": "no such order", "errorType": "Order.Unknown"}'
        urllib.request.urlopen(
            api + invocation.headers["Lambda-Runtime-Aws-Request-Id"] + "/error", data=error)
PY
chmod +x bootstrap
read -r invoke runtime < <(python3 -c 'import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in "ab"]
print(*[s.getsockname()[1] for s in sockets])')
AWS_LAMBDA_FUNCTION_TIMEOUT=2 setsid ./aws-lambda-rie \
  --runtime-interface-emulator-address "127.0.0.1:$invoke" \
  --runtime-api-address "127.0.0.1:$runtime" ./bootstrap handler 2> rie.log > rie.out &
emulator=$!

cat > invoke.py <<'PY'
import sys, boto3
client = boto3.client("lambda", endpoint_url=f"http://127.0.0.1:{sys.argv[1]}",
                      region_name="us-east-1", aws_access_key_id="-", aws_secret_access_key="-")
output = client.meta.service_model.operation_model("Invoke").output_shape.members
print("the model:", output["FunctionError"].serialization["name"])
for payload in (b"{}", b'"sleep"'):
    answer = client.invoke(FunctionName="function", Payload=payload)
    print(answer["StatusCode"], answer.get("FunctionError"), answer["Payload"].read().decode())
PY

seen=$(venv/bin/python invoke.py "$invoke")
echo "guess: a failed invocation has a FunctionError, as in Lambda"
echo "seen, aws-lambda-rie $version with boto3 1.44.8 (status, FunctionError, payload):"
echo "$seen"
[[ $seen == 'the model: X-Amz-Function-Error
200 None {"errorMessage": "no such order", "errorType": "Order.Unknown"}
200 None Task timed out after 2.00 seconds' ]] || { echo "This has changed."; exit 1; }

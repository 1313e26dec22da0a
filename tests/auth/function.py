#!/usr/bin/env python3
"""Is a Lambda function that writes the headers of each record, as a line of JSON."""

import json
import os
import urllib.request

INVOCATIONS = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation"

while True:
    with urllib.request.urlopen(f"{INVOCATIONS}/next") as answer:
        name = answer.headers["Lambda-Runtime-Aws-Request-Id"]
        event = json.load(answer)
    for records in event["records"].values():
        for record in records:
            headers = {
                key: bytes(value).decode()
                for header in record["headers"]
                for key, value in header.items()
            }
            print(json.dumps({"message": "record", **headers}), flush=True)
    request = urllib.request.Request(f"{INVOCATIONS}/{name}/response", b'{"batchItemFailures": []}')
    urllib.request.urlopen(request).close()

#!/usr/bin/env python3
"""Fails as a custom runtime while the file $FAIL exists, and else appends the event to $SEEN."""

import http.client
import json
import os
from pathlib import Path

api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
while True:
    api.request("GET", "/2018-06-01/runtime/invocation/next")
    answer = api.getresponse()
    event = answer.read()
    path = f"/2018-06-01/runtime/invocation/{answer.headers['Lambda-Runtime-Aws-Request-Id']}"
    if Path(os.environ["FAIL"]).exists():
        error = json.dumps({"errorMessage": "as asked", "errorType": "Scripted", "stackTrace": []})
        api.request(
            "POST", f"{path}/error", error, {"Lambda-Runtime-Function-Error-Type": "Scripted"}
        )
    else:
        with Path(os.environ["SEEN"]).open("ab") as seen:
            seen.write(event + b"\n")
        api.request("POST", f"{path}/response", "null")
    api.getresponse().read()

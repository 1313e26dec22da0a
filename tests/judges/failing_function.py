#!/usr/bin/env python3
"""A custom runtime that fails whenever the file of FAIL is there, and else notes the event in the file of SEEN."""

import http.client
import json
import os

api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
while True:
    api.request("GET", "/2018-06-01/runtime/invocation/next")
    answer = api.getresponse()
    event = answer.read()
    path = f"/2018-06-01/runtime/invocation/{answer.headers['Lambda-Runtime-Aws-Request-Id']}"
    if os.path.exists(os.environ["FAIL"]):
        error = json.dumps({"errorMessage": "as asked", "errorType": "Scripted", "stackTrace": []})
        api.request(
            "POST", f"{path}/error", error, {"Lambda-Runtime-Function-Error-Type": "Scripted"}
        )
    else:
        with open(os.environ["SEEN"], "ab") as seen:
            seen.write(event + b"\n")
        api.request("POST", f"{path}/response", "null")
    api.getresponse().read()

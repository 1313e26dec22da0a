#!/usr/bin/env python3
"""A Lambda function in plain Python that prints JSON records of Kafka.

It reports the records that it cannot read.

penstock_local esm starts it. On AWS it needs a container image with Python: Lambda's
provided.al2023 has none. FunctionResponseTypes of the mapping must be ["ReportBatchItemFailures"].
"""

import base64
import json
import os
import urllib.request
from email.message import Message
from typing import Any

INVOCATIONS = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation"


def handle(record: dict[str, Any]) -> None:
    """Your work. A ValueError says that the record cannot be read."""
    value = json.loads(base64.b64decode(record["value"])) if "value" in record else None
    print(f"{record['topic']}-{record['partition']}@{record['offset']}: {value}", flush=True)


def handle_all(event: dict[str, Any]) -> dict[str, Any]:
    """The answer to the event: the records that are to come again."""
    failures = []
    for partition, records in event["records"].items():
        for record in records:
            try:
                handle(record)
            except ValueError as error:
                print(f"{partition}@{record['offset']} cannot be read: {error}", flush=True)
                failures.append(
                    {"itemIdentifier": {"partition": partition, "offset": record["offset"]}}
                )
    return {"batchItemFailures": failures}


def call(path: str, answer: dict[str, Any] | None = None) -> tuple[Message, bytes]:
    """GET, or POST with an answer."""
    body = None if answer is None else json.dumps(answer).encode()
    with urllib.request.urlopen(
        urllib.request.Request(f"{INVOCATIONS}/{path}", data=body)
    ) as response:
        return response.headers, response.read()


while True:
    headers, event = call("next")  # Waits until there is something to do, for as long as it takes.
    invocation = headers["Lambda-Runtime-Aws-Request-Id"]
    try:
        call(f"{invocation}/response", handle_all(json.loads(event)))
    except Exception as error:  # All of the batch comes again.
        call(f"{invocation}/error", {"errorType": type(error).__name__, "errorMessage": str(error)})

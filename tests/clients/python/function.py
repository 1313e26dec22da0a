"""A function for AWS's runtime client in Python. ../README.md says what the records ask of it."""

import base64
import os
import time
from typing import Any

START = os.environ.get("JUDGE_INIT")
seen: set[tuple[str, int, int]] = set()


class JudgeError(Exception):
    pass


if START == "exit":
    os._exit(7)
if START == "raise":
    raise JudgeError("as asked at the start")


def handler(event: dict[str, Any], context: Any) -> Any:
    failures = []
    for name, records in event["records"].items():
        for record in records:
            place = record["topic"], record["partition"], record["offset"]
            print("handled {}-{}@{} by {}".format(*place, os.getpid()))
            match base64.b64decode(record["value"]).decode().split():
                case ["raise"]:
                    raise JudgeError("as asked: Grüß")
                case ["sleep", seconds]:
                    time.sleep(float(seconds))
                case ["exit"]:
                    os._exit(3)
                case ["large", size]:
                    return "x" * int(size)
                case ["fail-once"] if place not in seen:
                    seen.add(place)
                    item = {"partition": name, "offset": record["offset"]}
                    failures.append({"itemIdentifier": item})
    return {
        "batchItemFailures": failures,
        "requestId": context.aws_request_id,
        "arn": context.invoked_function_arn,
        "left": context.get_remaining_time_in_millis(),
    }

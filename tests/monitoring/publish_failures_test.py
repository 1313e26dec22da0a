"""Checks that the monitoring module's metric filter counts the API's failures to publish.

The filter must count what the API logs when Kafka is unreachable, and nothing else.

    python3 tests/monitoring/publish_failures_test.py build/dev/bin/fixture_api

The program here knows only as much of CloudWatch's patterns as ours uses. The real reader is
`aws logs test-metric-filter`.
"""

import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from fixture import FIXED_PATH, STAMP_PATH, STAMP_ROUTE, VARIABLE_PREFIX

ROOT = Path(__file__).parent.parent.parent
MODULE = ROOT / "terraform" / "modules" / "monitoring" / "log_metrics.tf"
SOURCE = ROOT / "src" / "events" / "publisher.cpp"


def pattern() -> str:
    found = re.search(r"PublishFailures = join\(([^\]]*)\]\)", MODULE.read_text())
    assert found, f"{MODULE} has no pattern PublishFailures"
    separator, *parts = (
        json.loads(literal) for literal in re.findall(r'"(?:[^"\\]|\\.)*"', found[1])
    )
    return separator.join(parts)


def matches(filter_pattern: str, line: dict[str, Any]) -> bool:
    """Whether a pattern of comparisons, &&, || and parentheses matches."""

    def compare(found: re.Match[str]) -> str:
        field, operator, operand = found.groups()
        if operand == "*":
            return str(field in line)
        expected, value = json.loads(operand), line.get(field)
        return str(
            type(value) is type(expected)
            and (value >= expected if operator == ">=" else value == expected)
        )

    text = filter_pattern.strip().removeprefix("{").removesuffix("}")
    text = (
        re.sub(r'\$\.(\w+) (>=|=) (\*|\d+|"[^"]*")', compare, text)
        .replace("&&", " and ")
        .replace("||", " or ")
    )
    assert re.fullmatch(r"(True|False|and|or|[() ])+", text), (
        f"cannot read {filter_pattern}: {text}"
    )
    return bool(eval(text))  # The text has only truth values, as was just checked.


def lines_of(program: str) -> list[dict[str, Any]]:
    settings = {
        "PORT": "0",
        "ADMIN_PORT": "0",
        "DRAIN_DELAY": "0",
        "AWS_MSK_CLUSTER_BOOTSTRAP": "127.0.0.1:9",  # The discard port, where nothing listens.
        "KAFKA_AUTH": "none",
    }
    environment = os.environ | {VARIABLE_PREFIX + name: value for name, value in settings.items()}
    with subprocess.Popen([program], env=environment, stdout=subprocess.PIPE, text=True) as api:
        assert api.stdout
        lines = []
        for line in api.stdout:
            lines.append(json.loads(line))
            if lines[-1]["message"] == "listening":
                break
        for target in (FIXED_PATH, f"{STAMP_PATH}Paul", f"{STAMP_PATH};echo", "/error"):
            try:
                urllib.request.urlopen(
                    f"http://127.0.0.1:{lines[-1]['port']}{target}", timeout=10
                ).read()
            except urllib.error.HTTPError as refused:
                refused.close()
        api.terminate()
        return lines + [json.loads(line) for line in api.stdout]


def main(program: str) -> None:
    counted = [line for line in lines_of(program) if matches(pattern(), line)]
    assert [(line["route"], line["status"]) for line in counted] == [(STAMP_ROUTE, 503)], counted
    for end in ("was not stored", "may not be stored"):
        unwatched = f"an event that nobody waits for {end}"
        assert unwatched in SOURCE.read_text(), f"{SOURCE} does not log this any more: {unwatched}"
        assert matches(pattern(), {"message": unwatched, "event_id": "1"})
    assert not matches(pattern(), {"message": "request", "status": 500}), (
        "a request without an event is not a failure to publish"
    )
    assert not matches(pattern(), {"message": "request", "status": 200, "event_id": "1"})


if __name__ == "__main__":
    main(*sys.argv[1:])

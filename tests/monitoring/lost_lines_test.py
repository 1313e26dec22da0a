"""Checks that the API's log loses no line uncounted when its file cannot grow.

The limit of the file's size (RLIMIT_FSIZE) does what a full disk does: a write is cut where the
space ends, and the next one fails. Then the limit goes, as if somebody had made room.

    python3 tests/monitoring/lost_lines_test.py build/dev/bin/fixture_api
"""

import json
import resource
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from api_run import ApiRun, metrics
from fixture import FIXED_PATH

REQUESTS = 200
LOST = "log lines were dropped"


def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not happen within a minute"
        time.sleep(0.02)  # Until the next look.


def lines_of(log: Path) -> list[dict[str, Any]]:
    """All lines, each of which must be whole."""
    text = log.read_text()
    assert not text or text.endswith("\n"), f"the last line is cut: {text[-200:]}"
    return [json.loads(line) for line in text.splitlines()]


def dropped(port: int) -> float:
    return metrics(port)["penstock_log_lines_dropped_total"]


def ask(port: int) -> None:
    for _ in range(REQUESTS):
        urllib.request.urlopen(f"http://127.0.0.1:{port}{FIXED_PATH}", timeout=10).read()


def check(program: str, log: Path) -> None:
    with ApiRun(program, log) as api:
        # A line has about 200 bytes, so that the limit cuts one of them.
        limit = log.stat().st_size + 2500
        before = resource.prlimit(api.pid, resource.RLIMIT_FSIZE, (limit, -1))
        ask(api.port)
        # The lines are written after the answers.
        eventually(lambda: dropped(api.admin_port) > REQUESTS / 2)
        assert log.stat().st_size == limit, log.stat()
        resource.prlimit(api.pid, resource.RLIMIT_FSIZE, before)
        ask(api.port)
        eventually(lambda: LOST in log.read_text())
        lost = dropped(api.admin_port)
    lines = lines_of(log)
    requests = sum(line["message"] == "request" for line in lines)
    logged = sum(line["lines"] for line in lines if line["message"] == LOST)
    assert logged == lost, f"the log counts {logged} lost lines, the metric {lost}"
    # A busy machine may make the API log that its event loop was held, once a minute.
    others = requests + logged - 2 * REQUESTS
    assert 0 <= others <= 2, f"{requests} lines and {logged} lost ones"


def main(program: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check(program, Path(folder) / "api.log")


if __name__ == "__main__":
    main(*sys.argv[1:])

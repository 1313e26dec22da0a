"""Runs the API for a test of what its operator sees."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import TracebackType

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from fixture import VARIABLE_PREFIX


class ApiRun:
    """The API on free ports, with its log in a file. It ends with the block.

    `settings` are the API's, and `more` is the rest of its environment.
    """

    def __init__(
        self, program: str, log: Path, more: dict[str, str] | None = None, **settings: str
    ) -> None:
        all_settings = {
            "PORT": "0",
            "ADMIN_PORT": "0",
            "ADDRESS": "127.0.0.1",
            "DRAIN_DELAY": "0",
        } | settings
        environment = os.environ | {
            VARIABLE_PREFIX + name: value for name, value in all_settings.items()
        }
        environment |= more or {}
        with log.open("ab") as output:
            self.process = subprocess.Popen([program], env=environment, stdout=output)
        self.pid = self.process.pid
        started = self._started(log)
        self.port, self.admin_port = int(started["port"]), int(started["admin_port"])

    def _started(self, log: Path) -> dict[str, int]:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            for line in log.read_text().splitlines(keepends=True):
                if line.endswith("\n") and json.loads(line).get("message") == "listening":
                    return json.loads(line)
            time.sleep(0.02)  # Until the next look.
        self.process.kill()
        raise AssertionError(f"the API does not listen: {log.read_text()}")

    def __enter__(self) -> ApiRun:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.terminate()
        status = self.process.wait(60)
        assert kind is not None or status == 0, f"the API has ended with {status}"


def metrics_text(admin_port: int) -> str:
    url = f"http://127.0.0.1:{admin_port}/metrics"
    return urllib.request.urlopen(url, timeout=10).read().decode()


def metrics(admin_port: int) -> dict[str, float]:
    """All series with their values, by their text: `name{label="value"}`."""
    lines = (line for line in metrics_text(admin_port).splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}

"""The API under fire: one process at a time takes the requests, and another can take over."""

import json
import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from brokers import TOPIC
from checker import Logged
from fire_lab import FireLab
from processes import Server, Trouble, free_ports
from proofs import seconds_ahead
from waiting import until

READY_SECONDS_MAX = 60
STOP_SECONDS_MAX = 40
LINE_BEGIN = '{"time":'
FAKETIME = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
REPLACED = "penstock_kafka_producer_replacements_total"
TAIL_BYTES = 8192  # Some lines of the log.


class Api:
    def __init__(self, lab: FireLab, program: Path, bootstrap: str) -> None:
        self.lab, self.program, self.bootstrap = lab, program, bootstrap
        self.count = 0
        self.cut_lines: list[str] = []  # Lines of the log that are not whole.
        self.logs: list[Path] = []
        self.peak_kib = 0
        self.server: Server | None = None
        self.admin_port = 0

    @property
    def port(self) -> int:
        return self.server.port

    def start(self, environment: dict[str, str] | None = None) -> None:
        """Starts a process, which becomes the one that takes the requests when it is ready."""
        port, self.admin_port = free_ports(2)
        settings = {
            "PORT": port,
            "ADMIN_PORT": self.admin_port,
            "ADDRESS": "127.0.0.1",
            "AWS_MSK_CLUSTER_BOOTSTRAP": self.bootstrap,
            "AWS_MSK_CLUSTER_TOPIC": TOPIC,
            "KAFKA_AUTH": "none",
            "KAFKA_PARTITIONS": 3,
            "DRAIN_DELAY": 1,
        }
        prefix = self.lab.names["VARIABLE_PREFIX"]
        variables = {prefix + name: str(value) for name, value in settings.items()}
        self.count += 1
        self.server = self.lab.start(
            f"api-{self.count}", [str(self.program)], port, variables | (environment or {})
        )
        self.logs.append(self.server.log)
        until(self.is_ready, READY_SECONDS_MAX, f"{self.server.name} is not ready")

    def readiness(self) -> int:
        """Returns the status of /readiness, or 0 if there was no answer."""
        return self.server.get("/readiness", self.admin_port)[0]

    def is_ready(self) -> bool:
        if self.server.process.poll() is not None:
            raise Trouble(f"{self.server.name} has ended: {end_of(self.server.log)}")
        return self.readiness() == 200

    def metric(self, name: str) -> float:
        """Returns the sum over all labels."""
        _, body = self.server.get("/metrics", self.admin_port)
        values = re.findall(rf"^{name}(?:{{.*}})? (\S+)$", body.decode(), re.MULTILINE)
        if not values:
            raise Trouble(f"{self.server.name} does not tell the metric {name}")
        return sum(map(float, values))

    def seconds_ahead(self) -> float | None:
        """Returns how far the clock in the log's last line is ahead."""
        with self.server.log.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - TAIL_BYTES))
            lines = log.read().decode(errors="replace").splitlines()
        return seconds_ahead(lines, time.time())

    def note_peak(self) -> None:
        """Keeps the largest resident memory of a process that is about to end."""
        try:
            status = Path(f"/proc/{self.server.process.pid}/status").read_text()
        except OSError:
            return
        if found := re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE):
            self.peak_kib = max(self.peak_kib, int(found[1]))

    def kill(self) -> None:
        self.note_peak()
        self.server.process.kill()
        self.server.process.wait()
        self.lab.servers.remove(self.server)

    def end(self, server: Server) -> str:
        """Ends a process by SIGTERM, and returns what was wrong with its end."""
        server.process.terminate()
        try:
            status = server.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            return f"{server.name} does not end within {STOP_SECONDS_MAX} s of SIGTERM"
        self.lab.servers.remove(server)
        return f"SIGTERM ended {server.name} with {status}: {end_of(server.log)}" if status else ""

    def logged(self) -> Iterator[Logged]:
        """Returns where the logs say that events are."""
        for log in self.logs:
            with log.open(errors="replace") as lines:
                for line in lines:
                    if not may_be_json(line):
                        continue  # Not all that libraries print is a line of the log.
                    try:
                        entry = json.loads(line)
                    except ValueError:
                        # A kill may cut the last line.
                        if next(lines, ""):
                            self.cut_lines.append(f"{log.name}: {line[:300]}")
                        continue
                    if "offset" in entry and "event_id" in entry:
                        yield Logged(entry["event_id"], entry["partition"], entry["offset"])


def may_be_json(line: str) -> bool:
    """Says whether this is a line of the log, or any part of one."""
    return LINE_BEGIN in line or line.startswith("{") or line.endswith(("}", "}\n"))


def end_of(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-5:])


def with_clock(file: Path) -> dict[str, str]:
    """Returns the environment of a process whose clock this file moves."""
    if not FAKETIME:
        raise Trouble("libfaketime is missing: apt-get install faketime")
    return {
        "LD_PRELOAD": os.fspath(FAKETIME[0]),
        "FAKETIME_TIMESTAMP_FILE": os.fspath(file),
        "FAKETIME_NO_CACHE": "1",
        "DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }

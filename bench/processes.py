"""Looks at processes and ports, and measures a server that the benchmarks have started."""

import contextlib
import http.client
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

PACKAGES = {
    "wrk": "wrk",
    "nginx": "nginx-light",
    "kcat": "kcat",
    "go": "golang-go",
    "java": "default-jre-headless",
    "valgrind": "valgrind",
    "size": "binutils",
    "strip": "binutils",
}
START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 15
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
SEARCH_PATH = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/go/bin"


class Trouble(Exception):
    """An expected failure. Its text is the sentence to print."""


def tool(name: str) -> str:
    found = shutil.which(name, path=SEARCH_PATH)
    if not found:
        raise Trouble(f"{name} is missing: apt-get install {PACKAGES[name]}")
    return found


def process_tree(pid: int) -> dict[int, list[str]]:
    """Returns the process and its descendants.

    The values are the fields of /proc/PID/stat after the program's name.
    """
    stats = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            # The process may have ended.
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                stats[int(entry.name)] = (entry / "stat").read_text().rpartition(")")[2].split()
    tree, grew = {pid} & stats.keys(), True
    while grew:
        children = {child for child, fields in stats.items() if int(fields[1]) in tree}
        grew = not children <= tree
        tree |= children
    return {member: stats[member] for member in tree}


def free_ports(count: int) -> list[int]:
    """Returns free ports below the ephemeral ones.

    A client that redials a stopped broker on an ephemeral port may get the broker's own port.
    """
    free = []
    for port in random.sample(range(15000, 32000), 1000):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                free.append(port)
            except OSError:
                continue
        if len(free) == count:
            return free
    raise Trouble("no free ports between 15000 and 32000")


def machine_cpu_seconds() -> float:
    user, nice, system, _idle, _iowait, irq, softirq = map(
        int, Path("/proc/stat").read_text().split()[1:8]
    )
    return (user + nice + system + irq + softirq) / TICKS_PER_SECOND


class Server:
    def __init__(
        self, name: str, process: subprocess.Popen, log: Path, port: int, started: float = 0.0
    ) -> None:
        self.name, self.process, self.log = name, process, log
        self.port, self.started = port, started

    def cpu_seconds(self) -> float:
        """Returns utime + stime of the process and its descendants."""
        return (
            sum(int(f[11]) + int(f[12]) for f in process_tree(self.process.pid).values())
            / TICKS_PER_SECOND
        )

    def rss_mib(self) -> float:
        rollups = [
            Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in process_tree(self.process.pid)
        ]
        return (
            sum(int(re.search(r"^Rss: +(\d+) kB", rollup, re.MULTILINE)[1]) for rollup in rollups)
            / 1024
        )

    def get(self, path: str, port: int | None = None, seconds: float = 10) -> tuple[int, bytes]:
        """Returns status and body. The status is 0 if there was no answer."""
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=seconds)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            connection.close()

    def wait_until(self, check: Callable[[], bool], pause: float = 0.02) -> None:
        end = time.monotonic() + START_SECONDS_MAX
        while not check():
            if self.process.poll() is not None or time.monotonic() > end:
                state = (
                    "ended"
                    if self.process.poll() is not None
                    else f"was not ready in {START_SECONDS_MAX} s"
                )
                last_lines = self.log.read_text(errors="replace").splitlines()[-5:]
                raise Trouble("\n".join([f"{self.name} {state}; the end of its log:", *last_lines]))
            time.sleep(pause)

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self.process.poll() is None:
            self.process.send_signal(number)
            try:
                self.process.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

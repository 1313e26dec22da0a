"""Measures how the API starts: from just before its process is made to its first answer."""

import time
from pathlib import Path

from footprint import connect
from lab import Lab, Side
from processes import Trouble

PATH = "/hello"


def cpu_seconds(pid: int) -> float:
    """Returns what all threads of the process have run for, by the scheduler's own clock."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


def start_of(lab: Lab, side: Side) -> dict[str, float]:
    """Starts the API with Kafka off, and asks it once. Both figures are milliseconds."""
    begun = time.perf_counter()
    server = lab.api(side=side, quiet=True, wait=False)
    connection = connect(server)
    connection.request("GET", PATH)
    answer = connection.getresponse()
    answer.read()
    ended, cpu = time.perf_counter(), cpu_seconds(server.process.pid)
    connection.close()
    lab.stop(server)
    if answer.status != 200:
        raise Trouble(f"{server.name}: the first request was answered with {answer.status}")
    return {"wall": (ended - begun) * 1e3, "cpu": cpu * 1e3}

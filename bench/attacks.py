"""Runs attacks: what other clients wait for while a server is attacked, and what it holds."""

import argparse
import contextlib
import re
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lab import REPOSITORY, Lab
from processes import Server, Trouble, process_tree
from report import say, spread, table

ATTACKERS = REPOSITORY / "tests" / "attacks"
sys.path[:0] = [str(ATTACKERS), str(ATTACKERS.parent / "support")]
from attackers import ATTACKS, raise_descriptor_limit

PATH = "/hello"
# There are few enough other clients that no server is busy with them alone.
CLIENTS = 32
RATE = 400
ATTACK_SECONDS_MAX = 120
ENDED_SECONDS_MAX = 60
CLIENT_TIMEOUT_SECONDS = 20
QUIET = "none"


@dataclass
class Measured:
    p99: float  # In milliseconds.
    failures: int
    peak_mib: float


def peak_mib(server: Server) -> float:
    """Returns the most memory that was resident in the process and its descendants, in sum."""
    peaks = [
        re.search(r"^VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
        for pid in process_tree(server.process.pid)
    ]
    return sum(int(peak[1]) for peak in peaks if peak) / 1024


@contextlib.contextmanager
def attacked(lab: Lab, server: Server, name: str) -> Iterator[None]:
    """Attacks the server inside of the context, in which all connections are open."""
    if name == QUIET:
        yield
        return
    command = [sys.executable, str(ATTACKERS / "attackers.py"), name, "--path", PATH]
    command += ["--port", str(server.port), "--seconds", str(ATTACK_SECONDS_MAX)]
    attacker = lab.spawn(command, stdout=subprocess.PIPE, text=True)
    try:
        attacker.stdout.readline()
        yield
        if attacker.poll() is not None:
            raise Trouble(f"the attack {name} on {server.name} ended by itself")
        attacker.terminate()
        attacker.communicate(timeout=ENDED_SECONDS_MAX)
    finally:
        attacker.kill()
        attacker.wait()


def ask(lab: Lab, server: Server, seconds: float) -> tuple[float, int]:
    """Returns the p99 of other clients in milliseconds, and how many of their requests failed."""
    output = lab.folder / "answers.txt"
    options = {
        "address": f"127.0.0.1:{server.port}",
        "path": PATH,
        "plain": "true",
        "requests": int(RATE * seconds),
        "connections": CLIENTS,
        "rate": RATE,
        "timeout": f"{CLIENT_TIMEOUT_SECONDS}s",
        "output": output,
    }
    lab.run([lab.go_program("loadgen"), *(f"-{name}={value}" for name, value in options.items())])
    answers = [line.split() for line in output.read_text().splitlines()]
    times = sorted(float(elapsed) for _, _, elapsed in answers)
    failures = sum(status != "200" for _, status, _ in answers)
    return times[int(len(times) * 0.99)], failures


def one_round(lab: Lab, start: Callable[[], Server], name: str, seconds: float) -> Measured:
    server = start()
    try:
        with attacked(lab, server, name):
            p99, failures = ask(lab, server, seconds)
            return Measured(p99, failures, peak_mib(server))
    finally:
        lab.stop(server)


def attacks(lab: Lab, options: argparse.Namespace) -> None:
    """Attacks a new process of each server in turns, in alternating order."""
    raise_descriptor_limit()
    body = lab.api(quiet=True).get(PATH)[1]
    starts = [lambda: lab.api(quiet=True), lab.peer, lambda: lab.nginx(body)]
    rows = []
    for name in [QUIET, *(name for name, attack in ATTACKS.items() if not attack.needs)]:
        rounds: list[list[Measured]] = [[] for _ in starts]
        for number in range(options.rounds):
            say(f"{name}, round {number + 1} of {options.rounds}")
            order = [0, 1] if number else [0, 1, 2]  # Of nginx, one round shows the kind.
            for which in order if number % 2 == 0 else order[::-1]:
                rounds[which].append(one_round(lab, starts[which], name, options.seconds))
        ours, go, nginx = rounds
        ratios = [mine.p99 / other.p99 for mine, other in zip(ours, go, strict=True)]
        rows.append(
            {
                "attack": name,
                "p99 ms": spread([each.p99 for each in ours], "{:.1f}"),
                "Go's": spread([each.p99 for each in go], "{:.1f}"),
                "ratio to Go": spread(ratios, "{:.2f}"),
                "nginx's": spread([each.p99 for each in nginx], "{:.1f}"),
                "failed: ours, Go's, nginx's": ", ".join(
                    str(sum(each.failures for each in side)) for side in rounds
                ),
                "MiB: ours, Go's, nginx's": ", ".join(
                    f"{statistics.median(each.peak_mib for each in side):.1f}" for side in rounds
                ),
            }
        )
        say(" | ".join(map(str, rows[-1].values())))
    table(f"attacks: {PATH} of {CLIENTS} other clients at {RATE} requests a second", rows)

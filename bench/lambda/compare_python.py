#!/usr/bin/env python3
"""Compares the Lambda function with one in plain Python, and prints Markdown tables.

compare_python.py build/release/bin/kafka_consumer [MORE…] [--starts 60] [--rounds 5] [--seconds 2]

It plays the Runtime API. A start is measured from just before the process is made to its first
request for an invocation, and to its response to a first batch of 100 records. In the steady state
it measures the CPU time per record (user and kernel, of the function's process only) in batches of
100 and of 10,000 records. The log goes to the null device, or to a pipe that a process reads. All
functions take turns, in alternating order.

MORE is other builds of the function. The log level WARN shows the cost without the two lines of
each record.
"""

import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from function import Function, event
from lab import REPOSITORY, Lab
from processes import Trouble, machine_cpu_seconds
from report import say, spread, table

Programs = dict[str, list[str]]  # The commands by the names of the functions.

PYTHON = "Python"
FIRST_BATCH = 100
# These are numbers of batches by the records in a batch. The function recognises the last 10,000
# records, so none may come again before so many others.
BATCHES = {100: 110, 10_000: 3}
EVENT_BYTES_MAX = 6_291_556  # Lambda's limit.


def percentile(values: list[float], percent: int) -> float:
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]


def others_since_now() -> Callable[[], float]:
    """Returns a function that says how many cores other programs have used since now.

    Other programs are all but this one and its children.
    """

    def clocks() -> tuple[float, float, float]:
        return time.monotonic(), machine_cpu_seconds(), sum(os.times()[:4])

    begin = clocks()

    def others() -> float:
        wall, machine, own = (late - early for late, early in zip(clocks(), begin, strict=True))
        return max(0, machine - own) / wall

    return others


def starts(programs: Programs, count: int) -> None:
    payload, others = event(FIRST_BATCH), others_since_now()
    first_next, first_cpu, first_batch, batch_cpu = (
        {name: [] for name in programs} for _ in range(4)
    )
    with Path(os.devnull).open("w") as null:
        for number in range(count):
            if number % 20 == 0:
                say(f"start {number + 1} of {count}")
            for name in list(programs) if number % 2 == 0 else reversed(programs):
                with Function(programs[name], null.fileno()) as function:
                    first_next[name].append((function.wait_for_next() - function.started) * 1000)
                    first_cpu[name].append(function.cpu_seconds() * 1000)
                    first_batch[name].append((function.invoke(payload) - function.started) * 1000)
                    function.wait_for_next()
                    batch_cpu[name].append(function.cpu_seconds() * 1000)
    median = statistics.median
    base = list(programs)[-1]
    base_first = median(first_next[base])
    table(
        f"{count} starts; {others():.2f} cores used by others",
        [
            {
                "function": name,
                "first next, ms": f"{median(first_next[name]):.2f}",
                "p95": f"{percentile(first_next[name], 95):.2f}",
                "its CPU, ms": f"{median(first_cpu[name]):.2f}",
                f"{FIRST_BATCH} records answered, ms": f"{median(first_batch[name]):.2f}",
                "p95 ": f"{percentile(first_batch[name], 95):.2f}",
                "its CPU, ms ": f"{median(batch_cpu[name]):.2f}",
                f"first next to {base}": f"{median(first_next[name]) / base_first:.3f}",
            }
            for name in programs
        ],
    )


@contextlib.contextmanager
def log_output(kind: str) -> Iterator[int]:
    """Yields a file descriptor for the function's log."""
    if kind == "null":
        with Path(os.devnull).open("w") as null:
            yield null.fileno()
        return
    reader = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    try:
        yield reader.stdin.fileno()
    finally:
        reader.stdin.close()
        reader.wait()


def steady(
    command: list[str], size: int, batches: list[bytes], kind: str, level: str, seconds: float
) -> float:
    """Returns the CPU µs per record, once the function is warm."""
    with (
        log_output(kind) as output,
        Function(command, output, {"AWS_LAMBDA_LOG_LEVEL": level}) as function,
    ):
        function.wait_for_next()
        for payload in batches:
            function.invoke(payload)
            asked = function.wait_for_next()
        start, cpu, records = asked, function.cpu_seconds(), 0
        while asked - start < seconds or records == 0:
            for payload in batches:
                function.invoke(payload)
                asked = function.wait_for_next()
                records += size
        return (function.cpu_seconds() - cpu) / records * 1e6


def steady_states(programs: Programs, rounds: int, seconds: float) -> None:
    rows, others = [], others_since_now()
    for size, count in BATCHES.items():
        batches = [event(size, number * size) for number in range(count)]
        if len(batches[0]) > EVENT_BYTES_MAX:
            raise Trouble(
                f"{size} records are {len(batches[0])} bytes of JSON, more than Lambda takes"
            )
        for kind, level in (("null", "INFO"), ("pipe", "INFO"), ("null", "WARN")):
            cpu = {name: [] for name in programs if level == "INFO" or name != PYTHON}
            for number in range(rounds):
                for name in list(cpu) if number % 2 == 0 else reversed(cpu):
                    say(
                        f"{name}, batches of {size}, {kind}, {level}, "
                        f"round {number + 1} of {rounds}"
                    )
                    cpu[name].append(steady(programs[name], size, batches, kind, level, seconds))
            rows += [
                {
                    "records a batch": f"{size:,}",
                    "log": kind,
                    "level": level,
                    "function": name,
                    "CPU µs/record": spread(cpu[name], "{:.2f}"),
                    f"CPU to {PYTHON}": spread(
                        [own / other for own, other in zip(cpu[name], cpu[PYTHON], strict=True)],
                        "{:.3f}",
                    )
                    if PYTHON in cpu
                    else "",
                }
                for name in cpu
            ]
    table(f"steady state, {rounds} rounds; {others():.2f} cores used by others", rows)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "programs", nargs="+", type=Path, metavar="program", help="builds of the function"
    )
    parser.add_argument("--starts", type=int, default=60, help="starts of each (60)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of the steady state (5)")
    parser.add_argument("--seconds", type=float, default=2, help="length of a round (2)")
    options = parser.parse_args()
    programs = {}
    for program in (each.resolve() for each in options.programs):
        if not program.is_file():
            raise Trouble(f"{program} does not exist: run ./penstock build release")
        folder = program.parent.parent
        build = folder.relative_to(REPOSITORY) if folder.is_relative_to(REPOSITORY) else folder
        programs[f"{program.name} of {build}"] = [str(program)]
    programs[PYTHON] = [sys.executable, str(Path(__file__).resolve().parent / "bootstrap")]
    with Lab(None):
        starts(programs, options.starts)
        steady_states(programs, options.rounds, options.seconds)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Trouble as trouble:
        sys.exit(f"bench: {trouble}")

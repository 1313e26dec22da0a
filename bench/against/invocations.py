"""Measures the Lambda function of two sides: its records, and its start when it is static."""

import os
import re
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lambda"))
from compare_python import BATCHES, steady
from function import Function, event
from lab import Lab, Side
from processes import Trouble, tool

STARTS = 30  # In each round.
STEADY_SECONDS = 2.0  # Of each round.
VALGRIND_SECONDS_MAX = 600
# These are the batches of two runs, by the records in a batch. Their difference leaves out the
# start, and the first batch, which allocates what the next ones use again.
RUNS = {100: (10, 110), 10_000: (1, 3)}


def cpu_per_record(side: Side, size: int) -> float:
    """Returns the CPU µs a record in batches of this size, with the log in the null device."""
    batches = [event(size, number * size) for number in range(BATCHES[size])]
    return steady([str(side.function)], size, batches, "null", "INFO", STEADY_SECONDS)


def starts(side: Side) -> tuple[float, float]:
    """Returns the medians of so many starts up to the first `next`: ms, and CPU ms."""
    if not side.static_function.is_file():
        raise Trouble(
            f"{side.static_function} does not exist: run ./penstock bench against, which builds it"
        )
    times, cpu = [], []
    with Path(os.devnull).open("w") as null:
        for _ in range(STARTS):
            with Function([str(side.static_function)], null.fileno()) as function:
                times.append((function.wait_for_next() - function.started) * 1000)
                cpu.append(function.cpu_seconds() * 1000)
    return statistics.median(times), statistics.median(cpu)


def instructions_of_run(lab: Lab, program: Path, size: int, count: int) -> int:
    """Returns the instructions in user space of so many batches, counted by callgrind."""
    counted = lab.folder / "callgrind.out"
    counted.unlink(missing_ok=True)
    command = [
        tool("valgrind"),
        "--quiet",
        "--tool=callgrind",
        f"--callgrind-out-file={counted}",
        str(program),
    ]
    log = lab.folder / "function.log"
    with (
        Path(os.devnull).open("w") as null,
        log.open("w") as errors,
        Function(
            command, null.fileno(), patience=VALGRIND_SECONDS_MAX, errors=errors.fileno()
        ) as function,
    ):
        function.wait_for_next()
        for number in range(count):
            function.invoke(event(size, number * size))
            function.wait_for_next()
        function.end()
    total = counted.is_file() and re.search(r"^totals: (\d+)$", counted.read_text(), re.MULTILINE)
    if not total:
        raise Trouble(
            f"callgrind did not count {program}; the end of its log:\n{log.read_text()[-1000:]}"
        )
    return int(total[1])


def instructions_per_record(lab: Lab, side: Side, size: int) -> float:
    few, many = RUNS[size]
    counts = [instructions_of_run(lab, side.function, size, batches) for batches in (few, many)]
    return (counts[1] - counts[0]) / ((many - few) * size)


def instructions_of_start(lab: Lab, side: Side) -> int:
    """Returns the instructions of the static function up to its first `next`, and of its end."""
    return instructions_of_run(lab, side.static_function, 1, 0)

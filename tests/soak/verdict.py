"""Reads what a process holds, and judges whether it grows."""

import re
from dataclasses import dataclass
from pathlib import Path

from report import Row

# A producer is replaced every 10 s at most, and a quarter must see that more than twice.
SECONDS_MIN = 100
# These bound what a process may add from the third quarter to the last one. Threads and descriptors
# that stay are a leak. Mappings come and go with the allocator's arenas; a thread that is not
# joined adds two for each failure: its stack, and the page that guards it.
THREADS_MAX = 0
DESCRIPTORS_MAX = 0
MAPPINGS_MAX = 2
# An allocator's free lists move by this much; a thread that is not joined adds 23 KiB of stack.
MEMORY_KIB_MAX = 1024
MEMORY_KIB_PER_FAILURE_MAX = 4
MEMORY_FAILURES_MAX = 500  # Of those that come often, more do not allow more.


@dataclass
class Sample:
    """What a process holds at one time, and how often it has failed until then."""

    threads: int
    descriptors: int
    mappings: int
    anonymous_kib: int
    rss_kib: int
    failures: int


@dataclass
class Verdict:
    row: Row
    problems: list[str]


def sample(pid: int, failures: int) -> Sample:
    folder = Path(f"/proc/{pid}")
    rollup = (folder / "smaps_rollup").read_text()

    def kib(name: str) -> int:
        found = re.search(rf"^{name}: +(\d+) kB", rollup, re.MULTILINE)
        return int(found[1]) if found else 0

    return Sample(
        threads=len(list((folder / "task").iterdir())),
        descriptors=len(list((folder / "fd").iterdir())),
        mappings=(folder / "maps").read_text().count("\n"),
        anonymous_kib=kib("Anonymous"),
        rss_kib=kib("Rss"),
        failures=failures,
    )


def least(samples: list[Sample], name: str) -> int:
    """Returns what was held at the quietest moment: old producers and connections come and go."""
    return min(getattr(sample, name) for sample in samples)


def judge(samples: list[Sample], failures_min: int) -> Verdict:
    """Compares the third quarter of the time with the last one. The first half is the warm-up."""
    quarter = len(samples) // 4
    third, last = samples[2 * quarter : 3 * quarter], samples[3 * quarter :]
    # It failed so often between the middles of the two quarters.
    between = last[len(last) // 2].failures - third[len(third) // 2].failures
    memory_max = MEMORY_KIB_MAX + MEMORY_KIB_PER_FAILURE_MAX * min(between, MEMORY_FAILURES_MAX)
    failures = samples[-1].failures
    row: Row = {"failures": failures, "RSS MiB": f"{samples[-1].rss_kib / 1024:.1f}"}
    problems = []
    if failures < failures_min:
        problems.append(f"it failed {failures} times, and less than {failures_min} say nothing")
    if between == 0:
        problems.append("nothing failed in the second half of the time")
    for name, heading, most in (
        ("threads", "threads", THREADS_MAX),
        ("descriptors", "descriptors", DESCRIPTORS_MAX),
        ("mappings", "mappings", MAPPINGS_MAX),
        ("anonymous_kib", "anonymous KiB", memory_max),
    ):
        before, after = least(third, name), least(last, name)
        row[heading] = f"{before} to {after}"
        if after - before > most:
            problems.append(
                f"{heading} grew from {before} to {after} while it failed {between} times; "
                f"the bound is {most} more"
            )
    return Verdict(row, problems)

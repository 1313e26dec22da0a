#!/usr/bin/env python3
"""Compares the work tree with another commit, and prints tables of ratios. See README.md.

compare.py NEW_SOURCES OLD_SOURCES [--only WORD]… [--rounds 7] [--seconds 5] [--warmup 2]

`./penstock bench against REVISION` builds both and calls this program.
"""

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from broker import Broker
from footprint import (
    FEW,
    MANY,
    instructions_of_run,
    instructions_per_request,
    program_sizes,
    resident_mib,
)
from invocations import (
    RUNS,
    STARTS,
    cpu_per_record,
    instructions_of_start,
    starts,
)
from invocations import (
    instructions_per_record as instructions_per_handled_record,
)
from lab import Lab, Side
from mapping import (
    FEW_RECORDS,
    MANY_RECORDS,
    SPEED_CASES,
    SPEED_RECORDS,
    fill,
    instructions_per_record,
    speed_of,
)
from processes import Trouble, tool
from report import compared, ratio, say, spread, table
from speed import BROKER_WARMUP_SECONDS, PUBLISH_PATH, one_round, wrk
from start import PATH, start_of

Sides = tuple[Side, Side]  # The new one, the old one.

CONNECTIONS = (16, 64)
REQUEST_PATHS = ("/hello", PUBLISH_PATH)
INSTRUCTION_ROUNDS_MAX = 3  # They hardly differ.
MEMORY_REQUESTS = 10_000
STARTS_A_ROUND = 5
CONTRACT_BENCHMARKS = 20  # About how many share a round's seconds.
NANOSECONDS = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}
NO_RATIO = {f"new to old: {name}": "" for name in ("least", "median", "most")}


def turns(sides: Sides, rounds: int, what: str) -> Iterator[Side]:
    """Yields the sides in turns, in alternating order, so that noise affects both."""
    for number in range(rounds):
        for side in sides if number % 2 == 0 else sides[::-1]:
            say(f"{what}: {side.name}, round {number + 1} of {rounds}")
            yield side


def load(
    lab: Lab,
    sides: Sides,
    title: str,
    path: str,
    options: argparse.Namespace,
    broker: Broker | None = None,
) -> None:
    """Loads both sides, each round in a new process, since its place in memory is noise, too."""
    rows = []
    for connections in CONNECTIONS:
        rounds = {side: [] for side in sides}
        for side in turns(sides, options.rounds, f"{path}, {connections} connections"):
            server = lab.api(broker.address if broker else "", side=side, quiet=True)
            url = f"http://127.0.0.1:{server.port}{path}"
            rounds[side].append(one_round(lab, server, url, connections, options, broker))
            lab.stop(server)
        new, old = rounds.values()
        for key, name, form in (
            ("cpu", "CPU µs/request", "{:,.1f}"),
            ("rate", "requests/s", "{:,.0f}"),
            ("p50", "p50 ms", "{:.2f}"),
            ("p99", "p99 ms", "{:.2f}"),
        ):
            rows.append(
                {
                    "connections": connections,
                    "measured": name,
                    **compared([each[key] for each in new], [each[key] for each in old], form),
                }
            )
        others = {
            side.name: spread([each["others"] for each in rounds[side]], "{:.2f}") for side in sides
        }
        rows.append(
            {"connections": connections, "measured": "cores used by others", **others, **NO_RATIO}
        )
        failed = {
            side.name: sum(each["not_2xx"] + each["socket_errors"] for each in rounds[side])
            for side in sides
        }
        rows.append(
            {"connections": connections, "measured": "failed requests", **failed, **NO_RATIO}
        )
        lab.violations += [
            f"{path}, {connections} connections: {count} requests of the {name} side "
            "failed, so its rows say nothing"
            for name, count in failed.items()
            if count
        ]
    table(title, rows)


def hello(lab: Lab, sides: Sides, options: argparse.Namespace) -> None:
    load(lab, sides, "hello: /hello, Kafka off", "/hello", options)


def publish(lab: Lab, sides: Sides, options: argparse.Namespace) -> None:
    broker = Broker(lab)
    say("warming up the broker")
    for side in sides:
        server = lab.api(broker.address, side=side, quiet=True)  # The first one makes the topic.
        url = f"http://127.0.0.1:{server.port}{PUBLISH_PATH}"
        wrk(lab, url, max(CONNECTIONS), BROKER_WARMUP_SECONDS)
        lab.stop(server)
    load(
        lab,
        sides,
        "publish: /current_time, stored with acks=all before the answer",
        PUBLISH_PATH,
        options,
        broker,
    )
    lab.stop(broker.server)


def contract_round(lab: Lab, side: Side, seconds: float) -> dict[str, dict]:
    """Returns what contract_bench measures, by the names of the benchmarks."""
    bench = side.bin / "contract_bench"
    if not bench.is_file():
        raise Trouble(f"{bench} does not exist: run ./penstock bench against, which builds it")
    out = lab.run([str(bench), "--benchmark_format=json", f"--benchmark_min_time={seconds}"])
    measured = {each["name"]: each for each in json.loads(out)["benchmarks"]}
    for name, each in measured.items():
        if each.get("error_occurred"):
            raise Trouble(f"{bench}: {name}: {each.get('error_message')}")
    return measured


def contract(lab: Lab, sides: Sides, options: argparse.Namespace) -> None:
    rounds = {side: [] for side in sides}
    for side in turns(sides, options.rounds, "contract"):
        rounds[side].append(contract_round(lab, side, options.seconds / CONTRACT_BENCHMARKS))
    new, old = rounds.values()

    def column(results: list[dict[str, dict]], name: str) -> list[float]:
        return [each[name]["cpu_time"] * NANOSECONDS[each[name]["time_unit"]] for each in results]

    def allocations(results: list[dict[str, dict]], name: str) -> str:
        counted = [each[name]["allocations"] for each in results if "allocations" in each[name]]
        return spread(counted, "{:,.0f}") if counted else ""

    common = [name for name in new[0] if name in old[0]]
    if not common:
        raise Trouble("the two contract_bench have no benchmark in common")
    table(
        "contract: contract_bench, CPU ns",
        [
            {
                "benchmark": name,
                **compared(column(new, name), column(old, name), "{:,.0f}"),
                "allocations, new": allocations(new, name),
                "allocations, old": allocations(old, name),
            }
            for name in common
        ],
    )
    for side, own, other in ((sides[0], new[0], old[0]), (sides[1], old[0], new[0])):
        if alone := [name for name in own if name not in other]:
            print(f"\nOnly the {side.name} side has {', '.join(alone)}.", flush=True)


def instructions(lab: Lab, sides: Sides, options: argparse.Namespace) -> None:
    rows = []
    for path in REQUEST_PATHS:
        counts = {side: [] for side in sides}
        rounds = min(options.rounds, INSTRUCTION_ROUNDS_MAX)
        for side in turns(sides, rounds, f"instructions of {path}"):
            counts[side].append(instructions_per_request(lab, side, path))
        rows.append({"request": path, **compared(*counts.values(), "{:,.0f}", "{:.4f}")})
    table(f"instructions a request, Kafka off: {MANY:,} requests less {FEW:,}", rows)


def mapping(lab: Lab, sides: Sides, options: argparse.Namespace) -> None:
    broker, tools = Broker(lab), sides[0]
    for width in sorted({width for _, width in SPEED_CASES}):
        fill(lab, tools, broker, f"events{width}", SPEED_RECORDS, width)
    for records in (FEW_RECORDS, MANY_RECORDS):
        fill(lab, tools, broker, f"records-{records}", records)
    rows = []
    for batch_size, width in SPEED_CASES:
        rounds = {side: [] for side in sides}
        for side in turns(sides, options.rounds, f"mapping, {batch_size} on {width}"):
            rounds[side].append(speed_of(lab, side, tools, broker, batch_size, width))
        new, old = rounds.values()
        rows += [
            {
                "BatchSize": f"{batch_size:,}",
                "partitions": width,
                "measured": name,
                **compared([each[key] for each in new], [each[key] for each in old], form),
            }
            for key, name, form in (
                ("rate", "records/s", "{:,.0f}"),
                ("own", "CPU µs/record: penstock_local", "{:.2f}"),
                ("function", "CPU µs/record: function", "{:.2f}"),
                ("broker", "CPU µs/record: broker", "{:.2f}"),
                ("peak", "resident memory, MiB", "{:.1f}"),
                ("others", "cores used by others", "{:.2f}"),
            )
        ]
    table(f"mapping: {SPEED_RECORDS:,} records", rows)
    counts = {side: [] for side in sides}
    for side in turns(sides, min(options.rounds, INSTRUCTION_ROUNDS_MAX), "mapping, instructions"):
        counts[side].append(instructions_per_record(lab, side, tools, broker))
    table(
        f"mapping: instructions a record, {MANY_RECORDS:,} records less {FEW_RECORDS:,}",
        [{"program": "penstock_local", **compared(*counts.values(), "{:,.0f}", "{:.4f}")}],
    )
    lab.stop(broker.server)


def function(lab: Lab, sides: Sides, options: argparse.Namespace) -> None:
    rows, counts = [], []
    for size in RUNS:
        cpu = {side: [] for side in sides}
        for side in turns(sides, options.rounds, f"function, batches of {size}"):
            cpu[side].append(cpu_per_record(side, size))
        rows.append({"records a batch": f"{size:,}", **compared(*cpu.values(), "{:.2f}", "{:.3f}")})
        number = {side: [] for side in sides}
        for side in turns(sides, 1, f"function, instructions in batches of {size}"):
            number[side].append(instructions_per_handled_record(lab, side, size))
        counts.append(
            {"records a batch": f"{size:,}", **compared(*number.values(), "{:,.0f}", "{:.4f}")}
        )
    table("function: CPU µs a record, log in the null device", rows)
    table("function: instructions a record", counts)
    times = {side: [] for side in sides}
    for side in turns(sides, options.rounds, f"function, {STARTS} starts"):
        times[side].append(starts(side))
    new, old = (list(zip(*each, strict=True)) for each in times.values())
    number = {side: [instructions_of_start(lab, side)] for side in sides}
    rows = [
        {"measured": name, **compared(mine, others, "{:.3f}", "{:.3f}")}
        for name, mine, others in zip(
            ("start to first `next`, ms", "its CPU, ms"), new, old, strict=True
        )
    ]
    rows.append(
        {
            "measured": "instructions, with the end of the process",
            **compared(*number.values(), "{:,.0f}", "{:.4f}"),
        }
    )
    table(f"function (static): {STARTS} starts a round", rows)


def size(lab: Lab, sides: Sides, options: argparse.Namespace) -> None:
    rows = []
    for program in ("api", "function"):
        new, old = (program_sizes(lab, getattr(side, program)) for side in sides)
        rows += [
            {
                "program": getattr(sides[0], program).name,
                "bytes": kind,
                "new": f"{new[kind]:,}",
                "old": f"{old[kind]:,}",
                "new to old": f"{ratio(new[kind], old[kind]):.4f}",
            }
            for kind in new
        ]
    table("size: programs without debug information", rows)
    memory = {side: [] for side in sides}
    for side in turns(sides, options.rounds, "memory"):
        memory[side].append(resident_mib(lab, side, PUBLISH_PATH, MEMORY_REQUESTS))
    columns = [list(zip(*each, strict=True)) for each in memory.values()]
    table(
        f"size: resident memory of {sides[0].api.name}, Kafka off, MiB",
        [
            {"when": when, **compared(columns[0][number], columns[1][number], "{:.2f}")}
            for number, when in enumerate(
                ("after the start", f"after {MEMORY_REQUESTS:,} requests")
            )
        ],
    )


def start(lab: Lab, sides: Sides, options: argparse.Namespace) -> None:
    rounds = {side: [] for side in sides}
    for side in turns(sides, options.rounds * STARTS_A_ROUND, "start"):
        rounds[side].append(start_of(lab, side))
    counts = {side: [] for side in sides}
    for side in turns(sides, min(options.rounds, INSTRUCTION_ROUNDS_MAX), "start, instructions"):
        counts[side].append(instructions_of_run(lab, side, PATH, 1))
    new, old = rounds.values()
    table(
        "start: from just before the process to its first 200, Kafka off",
        [
            {
                "measured": name,
                **compared([each[key] for each in new], [each[key] for each in old], "{:,.2f}"),
            }
            for key, name in (("wall", "ms"), ("cpu", "CPU ms"))
        ]
        + [
            {
                "measured": "instructions, with the end",
                **compared(*counts.values(), "{:,.0f}", "{:.4f}"),
            }
        ],
    )


# Each word has the function that it runs, and the tools that it needs.
BENCHMARKS = {
    "hello": (hello, ("wrk",)),
    "publish": (publish, ("wrk", "java")),
    "contract": (contract, ()),
    "instructions": (instructions, ("valgrind",)),
    "mapping": (mapping, ("java", "valgrind")),
    "function": (function, ("valgrind",)),
    "size": (size, ("size", "strip")),
    "start": (start, ("valgrind",)),
}


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("new", type=Path, help="the sources, with a build of preset release")
    parser.add_argument("old", type=Path, help="the same for the other commit")
    parser.add_argument("--revision", default="", help="the other commit's name, for the heading")
    parser.add_argument("--commit", default="unknown", help="its hash, for the heading")
    parser.add_argument(
        "--only",
        action="append",
        choices=list(BENCHMARKS),
        help="run only this one; may be repeated",
    )
    parser.add_argument("--rounds", type=int, default=7, help="measured rounds of each side (7)")
    parser.add_argument("--seconds", type=int, default=5, help="length of a round (5)")
    parser.add_argument(
        "--warmup", type=int, default=2, help="seconds of load before each round (2)"
    )
    options = parser.parse_args()
    if options.rounds < 1 or options.seconds < 1 or options.warmup < 0:
        parser.error("--rounds and --seconds must be 1 or more, and --warmup 0 or more")
    for sources in (options.new, options.old):
        if not (sources / "hello" / "service.env").is_file():
            parser.error(f"{sources} does not have the sources: there is no hello/service.env")
    return options


def heading(lab: Lab, options: argparse.Namespace, words: list[str]) -> None:
    try:
        commit = lab.run(["git", "-C", str(options.new), "rev-parse", "HEAD"]).strip()
        changed = len(
            lab.run(["git", "-C", str(options.new), "status", "--porcelain"]).splitlines()
        )
        state = f"dirty: {changed} files are not as committed" if changed else "clean"
    except (Trouble, OSError):  # A copy without its history.
        commit, changed, state = "unknown", 0, "without history"
    print(
        f"`./penstock bench against {options.revision}`: {', '.join(words)}; "
        f"{options.rounds} rounds of {options.seconds} s, {options.warmup} s of load before each; "
        f"{datetime.date.today()}, {os.cpu_count()} cores, {platform.machine()}\n"
    )
    print("| side | revision | |\n| --- | --- | --- |")
    print(f"| new | {commit} | the work tree, {state} |")
    print(f"| old | {options.commit} | {options.revision} |", flush=True)
    if commit == options.commit and not changed:
        print("\nBoth sides are the same: what differs from 1 is noise.", flush=True)


def main() -> int:
    options = parse_arguments()
    words = [word for word in BENCHMARKS if not options.only or word in options.only]
    sides = (Side("new", options.new.resolve()), Side("old", options.old.resolve()))
    with Lab(sides[0].api) as lab:
        for name in sorted({name for word in words for name in BENCHMARKS[word][1]}):
            tool(name)
        heading(lab, options, words)
        for word in words:
            BENCHMARKS[word][0](lab, sides, options)
            lab.stop_all()
        for violation in lab.violations:
            print(f"bench: {violation}", file=sys.stderr)
        return 1 if lab.violations else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Trouble as trouble:
        sys.exit(f"bench: {trouble}")
    except subprocess.TimeoutExpired as late:
        sys.exit(f"bench: {late.cmd[0]} did not end within {late.timeout:.0f} s")

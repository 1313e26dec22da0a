#!/usr/bin/env python3
"""Sends a topic of small records through `penstock_local esm` and its function, on a real Kafka.

It prints a Markdown table.

throughput.py build/release/bin [--records 1000000] [--rounds 1] [--batch-size 100 10000]
[--partitions 1 4]

Each case has a new consumer group, which begins at the topic's first record. From the first stored
offset to the last one, it measures the records a second, the CPU time per record of penstock_local,
the function and the broker, and the resident memory of penstock_local. The function is esm_counter,
which answers without reading its records, or the service's own with its log in the null device.
--console runs each case without a console, with one, and with one whose stream a client reads.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from broker import Broker
from lab import COMMAND_SECONDS_MAX, Lab
from processes import (
    TICKS_PER_SECOND,
    Server,
    Trouble,
    free_ports,
    machine_cpu_seconds,
    process_tree,
    tool,
)
from report import say, spread, table

BATCH_SIZES = (100, 10_000)
WIDTHS = (1, 4)  # The number of partitions, and of concurrent functions.
MEMORY_SECONDS = 0.1
COUNTER = "esm_counter"
CONSOLES = ("none", "served", "read")


class Memory(threading.Thread):
    """Samples the resident memory of a process in MiB."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.path, self.samples, self.ended = Path(f"/proc/{pid}/statm"), [], threading.Event()
        self.start()

    def run(self) -> None:
        while not self.ended.wait(MEMORY_SECONDS):
            try:
                self.samples.append(
                    int(self.path.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
                )
            except (FileNotFoundError, ProcessLookupError):
                # The process has ended, which the watcher will report.
                return

    def stop(self) -> list[float]:
        self.ended.set()
        self.join()
        return self.samples


def clocks(mapping: Server, broker: Broker) -> tuple[float, float, float, float]:
    """Returns the CPU seconds of penstock_local, its functions, the broker and the machine."""
    tree = {
        pid: (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND
        for pid, fields in process_tree(mapping.process.pid).items()
    }
    own = tree.pop(mapping.process.pid)
    return own, sum(tree.values()), broker.server.cpu_seconds(), machine_cpu_seconds()


def mapping_of(lab: Lab, broker: Broker, topic: str, batch_size: int) -> tuple[str, Path]:
    """Returns a new consumer group, and the file of the mapping that reads the topic in it."""
    group = f"group-{time.monotonic_ns()}"
    config = lab.folder / f"{group}.json"
    config.write_text(
        json.dumps(
            {
                "FunctionName": "function",
                "Topics": [topic],
                "BatchSize": batch_size,
                "StartingPosition": "TRIM_HORIZON",
                "SelfManagedEventSource": {
                    "Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": [broker.address]}
                },
                "SelfManagedKafkaEventSourceConfig": {"ConsumerGroupId": group},
            }
        )
    )
    return group, config


def watch(
    lab: Lab, tools: Path, broker: Broker, topic: str, group: str, records: int
) -> subprocess.Popen:
    """Starts the program that ends when the group has stored the offsets of so many records."""
    return lab.spawn(
        [str(tools / "esm_topic"), "watch", broker.address, topic, group, str(records)],
        stdout=subprocess.PIPE,
        text=True,
    )


def one_case(
    lab: Lab,
    broker: Broker,
    folder: Path,
    tools: Path,
    function: Path,
    batch_size: int,
    width: int,
    records: int,
    console: str | None = None,
) -> dict[str, float]:
    """Runs one case, and returns what it measured.

    `folder` has penstock_local, and `tools` has esm_topic. `console` is one of CONSOLES, or None
    for what the program does by default.
    """
    console_port = 0 if console in (None, "none") else free_ports(1)[0]
    group, config = mapping_of(lab, broker, f"events{width}", batch_size)
    watcher = watch(lab, tools, broker, f"events{width}", group, records)
    mapping = lab.start(
        f"penstock_local at {group}",
        [
            str(folder / "penstock_local"),
            "esm",
            "--config",
            str(config),
            "--function",
            str(function),
            "--concurrency",
            str(width),
            *([] if console is None else ["--console-port", str(console_port)]),
        ],
        broker.port,
    )
    if console == "read":
        lab.spawn(
            [
                tool("curl"),
                *("--silent", "--no-buffer", "--retry", "50", "--retry-connrefused"),
                *("--retry-delay", "1", "--output", os.devnull),
                f"http://127.0.0.1:{console_port}/api/stream",
            ]
        )
    first = watcher.stdout.readline()
    if not first:
        raise Trouble(
            "the function got no record; the end of the log:\n" + mapping.log.read_text()[-1000:]
        )
    before, start, memory = clocks(mapping, broker), time.monotonic(), Memory(mapping.process.pid)
    if watcher.wait(COMMAND_SECONDS_MAX):
        raise Trouble(
            "the function did not get all records; the end of the log:\n"
            + mapping.log.read_text()[-1000:]
        )
    seconds, after, rss = time.monotonic() - start, clocks(mapping, broker), memory.stop()
    mapping.stop()
    count = records - int(first)
    own, functions, brokers, machine = (
        late - early for late, early in zip(after, before, strict=True)
    )
    quarter = max(1, len(rss) // 4)
    return {
        "rate": count / seconds,
        "own": own / count * 1e6,
        "function": functions / count * 1e6,
        "broker": brokers / count * 1e6,
        "cores": own / seconds,
        "others": max(0, machine - own - functions - brokers) / seconds,
        "peak": max(rss),
        "growth": statistics.median(rss[-quarter:])
        - statistics.median(rss[quarter : 2 * quarter] or rss),
    }


def figures(cases: list[dict[str, float]]) -> dict[str, str]:
    """Returns the cells of a row for what several rounds of a case have measured."""
    cpu = (("penstock_local", "own"), ("function", "function"), ("broker", "broker"))
    return {
        "records/s": spread([each["rate"] for each in cases], "{:,.0f}"),
        **{
            f"CPU µs/record: {name}": spread([each[key] for each in cases], "{:.2f}")
            for name, key in cpu
        },
        "cores used by penstock_local": spread([each["cores"] for each in cases], "{:.2f}"),
        "RSS peak, MiB": spread([each["peak"] for each in cases]),
        "growth, MiB": spread([each["growth"] for each in cases]),
        "cores used by others": spread([each["others"] for each in cases], "{:.2f}"),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="the folder with the programs")
    parser.add_argument(
        "--records", type=int, default=1_000_000, help="records in each topic (1000000)"
    )
    parser.add_argument("--rounds", type=int, default=1, help="rounds of each case (1)")
    parser.add_argument(
        "--batch-size", type=int, nargs="+", default=BATCH_SIZES, help="batch sizes (100 10000)"
    )
    parser.add_argument(
        "--partitions",
        type=int,
        nargs="+",
        default=WIDTHS,
        help="partitions, and concurrent functions (1 4)",
    )
    parser.add_argument("--console", action="store_true", help="compare what a console costs")
    parser.add_argument("--function", choices=("counter", "ours"), help="only this one")
    options = parser.parse_args()
    folder = options.folder.resolve()
    with Lab(None) as lab:
        tool("java")
        own = folder / lab.names["FUNCTION_PROGRAM"]
        for program in ("penstock_local", own.name, COUNTER, "esm_topic"):
            if not (folder / program).is_file():
                raise Trouble(
                    f"{folder / program} does not exist: run ./penstock bench esm, which builds it"
                )
        # penstock_local reads and prints a function's log, which is not measured here.
        quiet = lab.folder / own.name
        quiet.write_text(f"#!/bin/sh\nexec {own} >/dev/null\n")
        quiet.chmod(0o755)
        functions = {COUNTER: folder / COUNTER, own.name: quiet}
        if options.function:
            functions = dict([list(functions.items())[options.function == "ours"]])
        broker = Broker(lab)
        for width in options.partitions:
            say(f"{options.records} records into {width} partitions")
            lab.run(
                [
                    str(folder / "esm_topic"),
                    "fill",
                    broker.address,
                    f"events{width}",
                    str(width),
                    str(options.records),
                ]
            )
        rows = []
        for function, program in functions.items():
            for width in options.partitions:
                for batch_size in options.batch_size:
                    consoles = CONSOLES if options.console else (None,)
                    seen: dict[str | None, list[dict[str, float]]] = {key: [] for key in consoles}
                    # They take turns, since a broker becomes faster while it works.
                    for number in range(options.rounds):
                        for console in consoles:
                            say(
                                f"{function}, {width} partitions, batches of {batch_size}, "
                                f"console: {console}, round {number + 1} of {options.rounds}"
                            )
                            seen[console].append(
                                one_case(
                                    lab,
                                    broker,
                                    folder,
                                    folder,
                                    program,
                                    batch_size,
                                    width,
                                    options.records,
                                    console,
                                )
                            )
                    for console, cases in seen.items():
                        case = {
                            "function": function,
                            "partitions and functions": width,
                            "BatchSize": f"{batch_size:,}",
                        }
                        if console is not None:
                            case["console"] = console
                        rows.append(case | figures(cases))
        table(f"{options.records:,} records through the event source mapping", rows)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Trouble as trouble:
        sys.exit(f"bench: {trouble}")

#!/usr/bin/env python3
"""Measures the contract engine's share of the CPU time of /current_time, with Kafka off.

cpu_share.py build/release/bin/hello_api [--bench contract_bench] [--rounds 3] [--seconds 5]
[--warmup 2]

"By parts" is what contract_bench measures of the contract's work on a request, divided by the
program's whole CPU time (user and kernel) per request under wrk, in turns in one run. "By samples"
is what perf sees in the loaded program: a sample counts if a function of the contract is on its
stack. Quote this one, because it has colder caches. It is left out without perf (linux-perf).

The contract's work is to match, read and validate the request, to choose the answer's media type
and validate the answer, and to validate the event. A program without a contract also parses HTTP,
runs the handler and writes JSON, so these do not count.

A request costs least without Kafka, so this share is the largest. The exit status is 1 if the share
is 10 % or more.
"""

import argparse
import json
import re
import shutil
import statistics
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from lab import Lab
from processes import Server, Trouble, tool
from report import say, spread, table
from speed import PUBLISH_PATH, one_round, wrk

CONNECTIONS = 64
SHARE_MAX = 0.10
PARTS = ("request", "answer", "answer_json", "event")
# These match a frame of a stack in the output of `perf script`. Writing JSON is in the same folder,
# but is not the contract's work.
CONTRACT = re.compile(
    r"^\s*[0-9a-f]+ penstock::(http::RequestValidator::|http::write_answer|contract::)",
    re.MULTILINE,
)
WRITER = re.compile(
    r"^\s*[0-9a-f]+ penstock::contract::(append_json|\(anonymous namespace\)::append_)",
    re.MULTILINE,
)


def contract_ns(lab: Lab, bench: str) -> dict[str, float]:
    """Returns the nanoseconds of one request that the contract takes, by parts."""
    out = lab.run([bench, "--benchmark_filter=^current_time/", "--benchmark_format=json"])
    ns = {each["name"].split("/")[1]: each["cpu_time"] for each in json.loads(out)["benchmarks"]}
    missing = set(PARTS) - ns.keys()
    if missing:
        raise Trouble(f"{bench} did not measure current_time/{missing.pop()}")
    return {
        "request": ns["request"],
        "answer": ns["answer"] - ns["answer_json"],
        "event": ns["event"],
    }


def sampled_share(lab: Lab, server: Server, url: str, seconds: int) -> float | None:
    """Returns the contract's share of the samples, or None if perf cannot take any."""
    perf = shutil.which("perf")
    if not perf:
        return None
    data = str(lab.folder / "perf.data")
    recorder = lab.spawn(
        [
            perf,
            "record",
            "--quiet",
            "--output",
            data,
            "--event",
            "cpu-clock",
            "--freq",
            "997",
            "--call-graph",
            "dwarf,16384",
            "--pid",
            str(server.process.pid),
            "--",
            "sleep",
            str(seconds),
        ]
    )
    wrk(lab, url, CONNECTIONS, seconds + 1)
    if recorder.wait() != 0:
        return None
    stacks = lab.run([perf, "script", "--input", data, "--fields", "ip,sym", "--inline"]).split(
        "\n\n"
    )
    stacks = [stack for stack in stacks if stack.strip()]
    ours = sum(1 for stack in stacks if CONTRACT.search(stack) and not WRITER.search(stack))
    return ours / len(stacks) if stacks else None


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("program", type=Path, help="hello_api of preset release")
    parser.add_argument("--bench", type=Path, help="contract_bench (the one beside the program)")
    parser.add_argument("--rounds", type=int, default=3, help="measured rounds (3)")
    parser.add_argument("--seconds", type=int, default=5, help="length of a round (5)")
    parser.add_argument(
        "--warmup", type=int, default=2, help="seconds of load before each round (2)"
    )
    options = parser.parse_args()
    bench = (options.bench or options.program.parent / "contract_bench").resolve()
    if not bench.is_file():
        raise Trouble(f"{bench} does not exist: run ./penstock bench contract, which builds it")
    with Lab(options.program.resolve()) as lab:
        tool("wrk")
        server = lab.api(quiet=True)
        url = f"http://127.0.0.1:{server.port}{PUBLISH_PATH}"
        parts, loaded, sampled = [], [], []
        for number in range(options.rounds):
            say(f"round {number + 1} of {options.rounds}")
            parts.append(contract_ns(lab, bench))
            loaded.append(one_round(lab, server, url, CONNECTIONS, options, None))
            if (share := sampled_share(lab, server, url, options.seconds)) is not None:
                sampled.append(share)
        shares = [
            sum(ns.values()) / (each["cpu"] * 1000) for ns, each in zip(parts, loaded, strict=True)
        ]
        table(
            f"/current_time, Kafka off, {CONNECTIONS} connections: what the contract takes",
            [
                {
                    **{
                        f"{part}, ns": spread([each[part] for each in parts], "{:.0f}")
                        for part in parts[0]
                    },
                    "contract, ns": spread([sum(each.values()) for each in parts], "{:.0f}"),
                    "program, CPU µs/request": spread([each["cpu"] for each in loaded]),
                    "share by parts": spread(shares, "{:.1%}"),
                    **({"share by samples": spread(sampled, "{:.1%}")} if sampled else {}),
                    "not 2xx": sum(each["not_2xx"] for each in loaded),
                    "socket errors": sum(each["socket_errors"] for each in loaded),
                    "cores used by others": spread([each["others"] for each in loaded], "{:.2f}"),
                }
            ],
        )
        worst = max(statistics.median(each) for each in (shares, sampled) if each)
        if worst >= SHARE_MAX:
            print(
                f"bench: the contract takes {worst:.1%} of the CPU time, at least {SHARE_MAX:.0%}",
                file=sys.stderr,
            )
            return 1
        return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Trouble as trouble:
        sys.exit(f"bench: {trouble}")

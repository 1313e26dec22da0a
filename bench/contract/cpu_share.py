#!/usr/bin/env python3
"""The share of /current_time's CPU time that the contract takes, as a Markdown table. Kafka is off.

cpu_share.py build/release/bin/hello_api [--bench contract_bench] [--rounds 3] [--seconds 5]
[--warmup 2]

By parts: what contract_bench measures of the contract's work on a request, divided by all of the
program's CPU time (user and kernel) per request under wrk, in turns in one run. By samples: perf
looks at the loaded program, where caches are colder, so this is the one to quote; a sample counts
if a function of the contract is on its stack. Without perf (Debian: linux-perf) that column is left
out.

The contract's work: matching, reading and validating the request; choosing the answer's media type
and validating the answer; validating the event. Not: parsing HTTP, running the handler, writing
JSON, which are there without a contract.

Without Kafka a request costs least, so this is the largest share. Ends with status 1 if it is not
under 10 %.
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
from lab import Lab, Server, Trouble, tool
from report import say, spread, table
from speed import PUBLISH_PATH, one_round, wrk

CONNECTIONS = 64
SHARE_MAX = 0.10
PARTS = ("request", "answer", "answer_json", "event")
# A frame of a stack, as perf script writes it; that JSON is written by this folder does not make it
# the contract's.
CONTRACT = re.compile(
    r"^\s*[0-9a-f]+ penstock::(http::RequestValidator::|http::write_answer|contract::)",
    re.MULTILINE,
)
WRITER = re.compile(
    r"^\s*[0-9a-f]+ penstock::contract::(append_json|\(anonymous namespace\)::append_)",
    re.MULTILINE,
)


def contract_ns(lab: Lab, bench: str) -> dict[str, float]:
    """What the contract takes of one request, by parts."""
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
    """The share of the samples of the loaded program; nothing if perf cannot take any."""
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
    parser.add_argument("program", type=Path, help="hello_api, of preset release")
    parser.add_argument("--bench", type=Path, help="contract_bench; the one beside the program")
    parser.add_argument("--rounds", type=int, default=3, help="measured rounds (3)")
    parser.add_argument("--seconds", type=int, default=5, help="length of a round (5)")
    parser.add_argument(
        "--warmup", type=int, default=2, help="seconds of load before each round (2)"
    )
    options = parser.parse_args()
    bench = (options.bench or options.program.parent / "contract_bench").resolve()
    if not bench.is_file():
        raise Trouble(
            f"{bench} is not there: cmake -D PENSTOCK_BENCH=ON, and build the target contract_bench"
        )
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
                f"bench: the contract takes {worst:.1%} of the CPU time, not under {SHARE_MAX:.0%}",
                file=sys.stderr,
            )
            return 1
        return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Trouble as trouble:
        sys.exit(f"bench: {trouble}")

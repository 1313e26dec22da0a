#!/usr/bin/env python3
"""Judges functions made with AWS's runtime clients, our events and our records.

judge.py PENSTOCK_LOCAL BUILD [WORD…]

BUILD is the folder in which ./make has made what is judged. The words choose: python, node, go,
rust and java are the runtime clients, and events, records and powertools the others.
"""

import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from function_cases import judge_client, judge_powertools
from functions import CLIENTS
from reading_cases import judge_events, judge_records
from report import Report
from system import running_system

JUDGES = {client.name: partial(judge_client, client=client) for client in CLIENTS} | {
    "powertools": judge_powertools,
    "events": judge_events,
    "records": judge_records,
}


def main() -> None:
    local, build = Path(sys.argv[1]), Path(sys.argv[2]).resolve()
    reports: list[Report] = []
    with (
        tempfile.TemporaryDirectory() as name,
        running_system(local, Path(name)) as system,
        # They wait most of the time.
        ThreadPoolExecutor(4) as pool,
    ):

        def judge(word: str) -> Report:
            report = Report()
            JUDGES[word](report, system, build)
            return report

        for report in pool.map(judge, sys.argv[3:] or JUDGES):
            print(*report.lines, sep="\n", flush=True)
            reports.append(report)
    failed = sum(report.failed for report in reports)
    print(f"{sum(report.passed for report in reports)} passed, {failed} failed")
    sys.exit(failed != 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Compares our verdicts on requests with openapi-core's.

    judge_requests.py PROGRAM FILE_OF_PATHS [--requests 20000] [--seed N] [--show N]

PROGRAM is penstock_contract, whose mock judges. FILE_OF_PATHS has a document's path in each line.
Half a dozen changed requests go with each valid one (mutations.py). differences.py explains each
kind of difference; one that it does not know fails.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import os
import sys
import zlib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.synchronize import Event
from pathlib import Path

from differences import Difference, Facts, explanation, facts_of
from mock_server import Answer, Mock, requests_of
from mutations import Mutator, Request, valid_request
from second_engine import SecondEngine

REFUSED = (400, 404, 405, 411, 413, 414, 415, 422, 431)
NOT_SERVED = 501
PROBLEM = "application/problem+json"
CHANGED_FOR_EACH = 6
FAULTS_SHOWN = 30
# A large document takes openapi-core seconds.
DOCUMENT_BYTES_MAX = 200_000


# The parent sets it. The pool is not terminated, since that would leave mocks behind.
ENOUGH = multiprocessing.Event()


def stop_when(enough: Event) -> None:
    """Takes over the parent's event in a process of the pool."""
    globals()["ENOUGH"] = enough


@dataclass
class Outcome:
    requests: int = 0
    accepted: int = 0
    explained: Counter[str] = field(default_factory=Counter)
    unexplained: list[Difference] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def add(self, other: Outcome) -> None:
        self.requests += other.requests
        self.accepted += other.accepted
        self.explained += other.explained
        self.unexplained += other.unexplained
        self.faults += other.faults


def base_path(request: Request) -> str:
    """Returns what stands before the document's path. A value has no slash that is not encoded."""
    return "/".join(request.path.split("/")[: -request.template.count("/")])


def our_refusal(answer: Answer) -> str | None:
    if answer.status not in REFUSED or answer.media_type != PROBLEM:
        return None
    # An answer to HEAD has no body.
    return answer.body.decode(errors="replace") or "refused"


def compare(mock: Mock, second: SecondEngine, request: Request, facts: Facts, out: Outcome) -> None:
    answer = mock.ask(request.method, request.target, request.headers, request.body)
    out.requests += 1
    if answer.status == NOT_SERVED:
        return
    if answer.status >= 500:
        # Where an operation declares nothing else, this is what the mock answers.
        if answer.media_type == PROBLEM:
            out.faults.append(
                f"{answer.status}: {request.method} {request.target}: {answer.body!r}"
            )
        return
    ours, theirs = our_refusal(answer), second.refusal(request)
    out.accepted += ours is None
    if (ours is None) == (theirs is None):
        return
    difference = Difference(request, answer.status, ours or "", theirs or "", facts)
    kind = explanation(difference)
    if kind is None:
        out.unexplained.append(difference)
    else:
        out.explained[kind] += 1


def compared(program: Path, seed: int, rounds: int, path: Path) -> Outcome:
    out = Outcome()
    if ENOUGH.is_set():
        return out
    try:
        document = json.loads(path.read_bytes())
        requests = [valid_request(line) for line in requests_of(program, path)[0]]
        if not requests:
            return out
        facts = facts_of(document)
        second = SecondEngine(document, base_path(requests[0]))
        mutator = Mutator(document, seed ^ zlib.crc32(path.name.encode()))
        with Mock(program, path) as mock:
            for request in requests:
                if ENOUGH.is_set():
                    break
                compare(mock, second, request, facts, out)
                for _ in range(rounds):
                    compare(mock, second, mutator.mutated(request), facts, out)
    except (OSError, ValueError, KeyError, http.client.HTTPException) as error:
        out.faults.append(f"{path}: {type(error).__name__}: {error}")
    return out


def main() -> int:
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("program", type=Path)
    parser.add_argument("paths", type=Path)
    parser.add_argument("--requests", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=3)
    asked = parser.parse_args()
    paths = [Path(line) for line in asked.paths.read_text(encoding="utf-8").splitlines()]
    paths = [path for path in paths if path.stat().st_size <= DOCUMENT_BYTES_MAX]
    # Each run begins with other documents, and stops when it has enough.
    first = asked.seed % len(paths)
    total = Outcome()
    with multiprocessing.Pool(os.cpu_count(), stop_when, (ENOUGH,)) as pool:
        one = partial(compared, asked.program, asked.seed, CHANGED_FOR_EACH)
        for out in pool.imap_unordered(one, paths[first:] + paths[:first]):
            total.add(out)
            if total.requests >= asked.requests:
                ENOUGH.set()
    groups: dict[str, list[Difference]] = defaultdict(list)
    for each in total.unexplained:
        groups[each.group].append(each)
    for group, some in sorted(groups.items(), key=lambda pair: -len(pair[1])):
        print(f"FAILED: {len(some)} unexplained: {group}")
        for each in some[: asked.show]:
            print(f"  {each.text()}")
    for text in total.faults[:FAULTS_SHOWN]:
        print(f"FAILED: {text}")
    for name, count in total.explained.most_common():
        print(f"requests, explained: {count} {name}")
    print(
        f"requests: {total.requests} by two engines, {total.accepted} accepted by ours, "
        f"{sum(total.explained.values())} differences explained, {len(total.unexplained)} not, "
        f"{len(total.faults)} faults"
    )
    return 1 if total.unexplained or total.faults else 0


if __name__ == "__main__":
    sys.exit(main())

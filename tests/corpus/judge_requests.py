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
import random
import sys
import zlib
from collections import Counter, defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property, partial
from multiprocessing.synchronize import Event
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from differences import Difference, explanation, facts_of
from mock_server import Answer, Mock, requests_of
from mutations import Mutator, Request, valid_request
from second_opinions import SecondOpinions

REFUSED = (400, 404, 405, 411, 413, 414, 415, 422, 431)
REDIRECTED = (307, 308)
NOT_SERVED = 501
PROBLEM = "application/problem+json"
CHANGED_FOR_EACH = 6
# So no document outweighs the others: each has at most this many operations.
OPERATIONS_MAX = 12
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
    documents: int = 0
    requests: int = 0
    accepted: int = 0
    explained: Counter[str] = field(default_factory=Counter)
    unexplained: list[Difference] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def add(self, other: Outcome) -> None:
        self.documents += other.documents
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


def with_get_for_head(document: dict[str, Any]) -> dict[str, Any]:
    """Returns a copy in which GET does what HEAD is declared to do, but says why it refuses."""
    paths = {
        path: {**item, "get": item["head"]} if "head" in item else item
        for path, item in document["paths"].items()
    }
    return {**document, "paths": paths}


class Comparison:
    """Compares the verdicts on the requests for one document. The block ends its mocks."""

    def __init__(self, program: Path, path: Path, base: str, out: Outcome) -> None:
        self.program = program
        self.document = json.loads(path.read_bytes())
        self.facts = facts_of(self.document, base)
        self.second = SecondOpinions(self.document, base, self.facts)
        self.out = out
        self.resources = ExitStack()
        self.mock = self.resources.enter_context(Mock(program, path))

    def __enter__(self) -> Comparison:
        return self

    def __exit__(self, *_: object) -> None:
        self.resources.close()

    @cached_property
    def mock_with_get(self) -> Mock:
        folder = self.resources.enter_context(TemporaryDirectory())
        path = Path(folder) / "with_get.json"
        path.write_text(json.dumps(with_get_for_head(self.document)), encoding="utf-8")
        return self.resources.enter_context(Mock(self.program, path))

    def refusal_of_head(self, request: Request) -> str:
        """Returns the faults that an answer to HEAD cannot have."""
        answer = self.mock_with_get.ask("GET", request.target, request.headers, request.body)
        return our_refusal(answer) or ""

    def compare(self, request: Request) -> None:
        answer = self.mock.ask(request.method, request.target, request.headers, request.body)
        if answer.status == NOT_SERVED:
            return
        if answer.status >= 500:
            # Where an operation declares nothing else, this is what the mock answers.
            if answer.media_type == PROBLEM:
                self.out.faults.append(
                    f"{answer.status}: {request.method} {request.target}: {answer.body!r}"
                )
            return
        self.out.requests += 1
        difference = self.difference(request, answer)
        self.out.accepted += our_refusal(answer) is None
        if difference is None:
            return
        kind = self.kind(difference, answer)
        if kind is None:
            self.out.unexplained.append(difference)
        else:
            self.out.explained[kind] += 1

    def difference(self, request: Request, answer: Answer) -> Difference | None:
        ours, theirs = our_refusal(answer), self.second.first.refusal(request)
        if (ours is None) == (theirs is None):
            return None
        if ours and request.method == "HEAD" and answer.status == 400:
            ours = self.refusal_of_head(request) or ours
        return Difference(request, answer.status, ours or "", theirs, self.facts)

    def kind(self, difference: Difference, answer: Answer) -> str | None:
        if answer.status in REDIRECTED:
            return self.kind_of_redirected(difference, answer)
        return explanation(difference) or self.second.cause(difference)

    def kind_of_redirected(self, difference: Difference, answer: Answer) -> str | None:
        """Follows it: ours redirects a path with a slash too many, and openapi-core refuses it."""
        request = difference.request
        request = request.changed("redirected", path=request.path.removesuffix("/"))
        _, slash, target = answer.headers.get("location", "").partition("//")[2].partition("/")
        if difference.request.path != f"{request.path}/" or slash + target != request.target:
            return None
        answer = self.mock.ask(request.method, request.target, request.headers, request.body)
        if answer.status in REDIRECTED or answer.status >= 500:
            return None
        left = self.difference(request, answer)
        kind = self.kind(left, answer) if left else ""
        return None if kind is None else " and ".join(["redirected", *filter(None, [kind])])


def compared(program: Path, seed: int, rounds: int, path: Path) -> Outcome:
    out = Outcome()
    if ENOUGH.is_set():
        return out
    try:
        requests = [valid_request(line) for line in requests_of(program, path)[0]]
        if not requests:
            return out
        out.documents = 1
        chance = random.Random(seed ^ zlib.crc32(path.name.encode()))
        base = base_path(requests[0])
        requests = chance.sample(requests, min(len(requests), OPERATIONS_MAX))
        with Comparison(program, path, base, out) as comparison:
            mutator = Mutator(comparison.document, chance.randrange(2**32))
            for request in requests:
                if ENOUGH.is_set():
                    break
                comparison.compare(request)
                for _ in range(rounds):
                    comparison.compare(mutator.mutated(request))
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
        f"requests: {total.requests} for {total.documents} documents by two engines, "
        f"{total.accepted} accepted by ours, "
        f"{sum(total.explained.values())} differences explained, {len(total.unexplained)} not, "
        f"{len(total.faults)} faults"
    )
    return 1 if total.unexplained or total.faults else 0


if __name__ == "__main__":
    sys.exit(main())

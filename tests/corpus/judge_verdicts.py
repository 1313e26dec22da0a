#!/usr/bin/env python3
"""Checks the documents of the corpus, and compares the verdicts with openapi-spec-validator's.

    judge_verdicts.py PROGRAM NODE_MODULES [--table FILE] [--accepted FILE]

PROGRAM is penstock_contract. Of the documents that validity.txt calls valid, and that break no rule
of forbidden.py, it must accept SHARE_MIN, both of all and of two_of_each provider. It must accept
each document of generated/. No run may take longer than SECONDS_MAX of CPU time, or more than
MIB_MAX. --table prints what is left by kind, which FILE must have (docs/contract.md). --accepted
writes the paths of the accepted documents.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from documents import Document, documents_of, generated_documents, two_of_each
from forbidden import FORBIDDEN
from kept_validity import read_validity
from programs import Run, run

SHARE_MIN = 0.9
SECONDS_MAX = 2.0
MIB_MAX = 300.0


@dataclass(frozen=True)
class Verdict:
    document: Document
    ended: Run
    accepted: bool
    kinds: dict[str, str]  # The first sentence of each kind of refusal.

    @property
    def fault(self) -> str | None:
        """What no verdict excuses."""
        if not self.accepted and not self.kinds:
            return f"exit status {self.ended.status} without a problem: {self.ended.errors[:300]}"
        if self.ended.cpu_seconds > SECONDS_MAX:
            return f"takes {self.ended.cpu_seconds:.1f} s"
        if self.ended.resident_mib > MIB_MAX:
            return f"takes {self.ended.resident_mib:.0f} MiB"
        return None


def refusals(output: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for problem in json.loads(output)["files"][0]["problems"]:
        if problem["severity"] == "refusal":
            kind = problem["kind"] or re.sub(r"'[^']*'|\d+", "…", problem["sentence"])[:80]
            found.setdefault(kind, problem["sentence"])
    return found


def verdict_on(program: Path, document: Document) -> Verdict:
    ended = run([program, "check", "--format", "json", document.path])
    try:
        kinds = refusals(ended.output)
    except (ValueError, KeyError, TypeError):
        return Verdict(document, ended, accepted=False, kinds={})
    return Verdict(document, ended, accepted=ended.status == 0, kinds=kinds)


@dataclass(frozen=True)
class Share:
    accepted: int
    of: int
    forbidden: int

    @property
    def value(self) -> float:
        return self.accepted / max(1, self.of)

    def text(self) -> str:
        return (
            f"{self.accepted} of {self.of} that openapi-spec-validator calls valid "
            f"({self.value:.1%}); {self.forbidden} more break a rule that it overlooks"
        )


def share_of(verdicts: Sequence[Verdict], valid: Collection[str]) -> Share:
    judged = [each for each in verdicts if each.document.name in valid]
    forbidden = [each for each in judged if FORBIDDEN.keys() & each.kinds.keys()]
    accepted = sum(each.accepted for each in judged)
    return Share(accepted, len(judged) - len(forbidden), len(forbidden))


def table(verdicts: Sequence[Verdict], valid: Collection[str]) -> str:
    """Returns what is refused of the valid documents, by kind, as Markdown."""
    kinds: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    for each in verdicts:
        if each.document.name in valid:
            kinds.update(each.kinds.keys())
            alone.update(each.kinds.keys() if len(each.kinds) == 1 else ())
    lines = ["| kind | documents | by it alone | rule |", "| --- | --- | --- | --- |"]
    lines += [
        f"| {kind} | {count} | {alone[kind]} | {FORBIDDEN.get(kind, '')} |"
        for kind, count in kinds.most_common()
    ]
    return "\n".join(lines)


def judge(verdicts: Sequence[Verdict], generated: Sequence[Verdict], valid: set[str]) -> int:
    faults = [f"{each.document.name}: {each.fault}" for each in verdicts if each.fault]
    faults += [
        f"{each.document.name} is refused: {list(each.kinds) or each.ended.errors}"
        for each in generated
        if not each.accepted
    ]
    few = {each.name for each in two_of_each([each.document for each in verdicts])}
    parts = {
        "all documents": verdicts,
        "two of each provider": [each for each in verdicts if each.document.name in few],
    }
    for name, part in parts.items():
        share = share_of(part, valid)
        print(f"verdicts, {name}: {sum(each.accepted for each in part)} of {len(part)} accepted")
        print(f"verdicts, {name}: {share.text()}")
        if share.value < SHARE_MIN:
            faults.append(f"{name}: fewer than {SHARE_MIN:.0%} are accepted")
    print(f"verdicts, generated: {sum(each.accepted for each in generated)} of {len(generated)}")
    slowest = max(verdicts, key=lambda each: each.ended.cpu_seconds)
    largest = max(verdicts, key=lambda each: each.ended.resident_mib)
    print(f"verdicts: at most {slowest.ended.cpu_seconds:.2f} s ({slowest.document.name})")
    print(f"verdicts: at most {largest.ended.resident_mib:.0f} MiB ({largest.document.name})")
    for fault in faults:
        print(f"FAILED: {fault}")
    return 1 if faults else 0


def main() -> int:
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("program", type=Path)
    parser.add_argument("modules", type=Path)
    parser.add_argument("--table", type=Path)
    parser.add_argument("--accepted", type=Path)
    asked = parser.parse_args()
    valid = {name for name, each in read_validity().items() if each.verdict == "valid"}
    documents = [*documents_of(asked.modules), *generated_documents()]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        verdicts = list(pool.map(lambda each: verdict_on(asked.program, each), documents))
    generated = [each for each in verdicts if each.document.provider == "generated"]
    verdicts = [each for each in verdicts if each.document.provider != "generated"]
    status = judge(verdicts, generated, valid)
    if asked.table:
        left = table(verdicts, valid)
        print(left)
        if left not in asked.table.read_text(encoding="utf-8"):
            print(f"FAILED: {asked.table} has another table")
            status = 1
    if asked.accepted:
        paths = [f"{each.document.path}\n" for each in (*verdicts, *generated) if each.accepted]
        asked.accepted.write_text("".join(paths), encoding="utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Compares our filter with AWS's event-ruler on random patterns and values.

    judge_filters.py PROGRAM JARS [--pairs 50000] [--seed 1]

PROGRAM is build/dev/bin/filter_verdicts, and JARS the folder of event-ruler's jars. The same seed
makes the same pairs. A difference must be of a kind that differences.txt explains, and each of its
kinds must explain one; differences.py says which pairs are of a kind.
"""

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

sys.dont_write_bytecode = True  # The work tree stays clean.
from differences import KINDS, Verdict, kind_of, numbers_of
from json_parts import Pair
from pairs import Pairs

HERE = Path(__file__).resolve().parent
SECONDS = 600  # For each program.
SHOWN = 5  # Of the differences without an explanation.


def explained_kinds() -> list[str]:
    lines = (HERE / "differences.txt").read_text(encoding="utf-8").splitlines()
    return [line.split(" | ")[0] for line in lines if line and line[0] not in "# "]


def our_question(pair: Pair, pattern: str, value: str) -> str:
    plain = pair.value if isinstance(pair.value, str) else value
    return json.dumps({"pattern": pattern, "value": plain})


def their_question(pair: Pair, pattern: str, value: str, ours: Verdict) -> str:
    """Asks for more than one machine only where it matters, because they are slow to build."""
    return json.dumps(
        {
            "pattern": pattern,
            "event": f'{{"value": {value}}}',
            "numbers": numbers_of(pair),
            "machines": 20 if ours.get("verdict") else 1,
        }
    )


def answers(command: list[str], questions: Iterable[str]) -> list[Verdict]:
    done = subprocess.run(
        command,
        input="".join(question + "\n" for question in questions),
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(f"{command[0]} failed: {done.stderr}")
    return [json.loads(line) for line in done.stdout.split("\n") if line]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("jars")
    parser.add_argument("--pairs", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    made = Pairs(options.seed)
    pairs = [made.pair() for _ in range(options.pairs)]
    patterns = [made.text(pair.pattern) for pair in pairs]
    values = [made.text(pair.value) for pair in pairs]
    ours = answers([options.program], map(our_question, pairs, patterns, values))
    their_questions = list(map(their_question, pairs, patterns, values, ours))
    theirs = answers(
        ["java", "-cp", f"{options.jars}/*", str(HERE / "EventRulerVerdicts.java")], their_questions
    )
    if not len(ours) == len(theirs) == len(pairs):
        raise SystemExit(f"of {len(pairs)} pairs, {len(ours)} and {len(theirs)} have an answer")

    counts: Counter[str] = Counter()
    unexplained = []
    for pair, question, we, they in zip(pairs, their_questions, ours, theirs, strict=True):
        if "refused" in we and "refused" in they:
            counts["refused by both"] += 1
        elif we.get("verdict") == they.get("verdict") and "refused" not in (we | they):
            counts["matched by both" if we["verdict"] else "matched by none"] += 1
        elif kind := kind_of(pair, we, they):
            counts[kind] += 1
        else:
            unexplained.append(f"{question}\n  ours {we}\n  event-ruler's {they}")

    explained = sum(counts[kind] for kind in KINDS)
    print(
        f"event-ruler: {len(pairs)} pairs, {explained} differences explained, "
        f"{len(unexplained)} not"
    )
    print("  " + ", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
    failures = [
        *(f"No explanation of: {text}" for text in unexplained[:SHOWN]),
        *(f"differences.txt has nothing about {kind}" for kind in KINDS - {*explained_kinds()}),
        *(f"Nothing is of the kind {kind}" for kind in explained_kinds() if not counts[kind]),
    ]
    for failure in failures:
        print(failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Compares our patterns with Node's regular expressions, on random patterns and texts.

    judge_patterns.py PROGRAM [--cases 20000] [--seed N]

PROGRAM is build/PRESET/bin/pattern_verdicts. Each pattern is tried on eight texts with the flag u,
which is what JSON Schema wants. Where that is a syntax error and ours reads the pattern, as annex B
of ECMA-262 does, there is a twin, which the flag u takes and which must mean the same; and Node
without the flag u must agree on what does not depend on UTF-16. A quarter of the patterns is given
to ours within (?i:, (?m: or (?s:, and to Node with that flag.

Every difference has a kind, of which the explained ones are counted (EXPLAINED). It exits with 1 if
one has none.
"""

import argparse
import collections
import json
import pathlib
import subprocess
import sys
import tempfile
from typing import Any

sys.dont_write_bytecode = True  # The work tree stays clean.
from pattern_generator import CHARACTERS, Generator

EXPLAINED = {
    "look-around": "Node finds it, and ours refuses it",
    "back reference": "Node finds it, and ours refuses it",
    "property": "Node has tables of it, and RE2 has not",
    "too large": "Node takes any count, and ours only what it can match in linear time",
    "annex B, refused": "Node without the flag u gives it a meaning that no author wants",
    "ES2025": "Node is older: two alternatives have groups of the same name, or (?i: is within",
    "UTF-16": "without the flag u Node reads halves of a character, and \\p and \\u{ as letters",
    "V8": "Node finds \\B between the halves of a character, where the flag u lets none begin",
    "Unicode version": "a character has no category in RE2's tables, and has one in Node's",
}
TEXTS = 8
SHOWN = 20

Case = dict[str, Any]
Answer = dict[str, Any]


def make_cases(count: int, seed: int) -> list[Case]:
    generator = Generator(seed)
    cases = []
    for _ in range(count):
        made = generator.pattern()
        flags = generator.random.choice(["", "", "", "", "i", "i", "m", "s"])
        if generator.faults:
            flags = ""  # A lone ')' would close our group.
        cases.append(
            {
                "pattern": made.written,
                "twin": made.twin,
                "flags": flags,
                "faulty": generator.faults,
                "ours": f"(?{flags}:{made.written})" if flags else made.written,
                "texts": [generator.text() for _ in range(TEXTS)],
            }
        )
    return cases


def answers(command: list[str], lines: list[Any]) -> list[Answer]:
    with tempfile.TemporaryFile("w+") as file:
        for line in lines:
            file.write(json.dumps(line) + "\n")
        file.seek(0)
        done = subprocess.run(command, stdin=file, stdout=subprocess.PIPE, check=True)
    made = [json.loads(line) for line in done.stdout.splitlines()]
    if len(made) != len(lines):
        sys.exit(f"{command[0]} answered {len(made)} of {len(lines)} lines.")
    return made


def is_bmp(text: str) -> bool:
    return all(ord(character) < 0x10000 for character in text)


def needs_code_points(case: Case) -> bool:
    """Returns whether the pattern has what only the flag u reads as ours does."""
    pattern = case["pattern"]
    return not is_bmp(pattern) or any(part in pattern for part in ("\\p", "\\P", "\\u{", "\\ud"))


def may_be_refused_for_halves(case: Case, node: Answer) -> bool:
    """Returns whether Node without the flag u may refuse a pattern that annex B explains."""
    return needs_code_points(case) and (case["faulty"] or node["twin"] is not None)


class Judge:
    def __init__(self, newer: set[str]) -> None:
        self.newer = newer  # The characters that Node's tables have, and RE2's have not.
        self.counts: collections.Counter[str] = collections.Counter()
        self.unexplained: list[str] = []

    def fault(self, case: Case, why: str) -> None:
        self.unexplained.append(f"{why}: {json.dumps(case['ours'], ensure_ascii=False)}")

    def compare(self, case: Case, ours: Answer, node: Answer) -> None:
        if "kind" in ours:
            self.compare_refused(case, ours, node)
            return
        self.counts["taken"] += 1
        if node["u"] is not None:
            if ours["annex_b"]:
                self.fault(case, "annex B is named, but the flag u takes it")
            self.compare_verdicts(case, ours, node["u"], "with the flag u")
        elif ours["annex_b"] and (
            node["plain"] is not None or may_be_refused_for_halves(case, node)
        ):
            self.counts["taken as annex B"] += 1
            if node["twin"] is not None:
                self.compare_verdicts(case, ours, node["twin"], "twin")
            elif not case["faulty"]:
                self.fault(case, "the twin is wrong")
            if node["plain"] is None:
                self.counts["UTF-16"] += 1  # [😀-😅] ends before it begins, as halves.
            else:
                self.compare_verdicts(case, ours, node["plain"], "without the flag u")
        elif "(?<" in case["pattern"] or "(?i:" in case["pattern"]:
            self.counts["ES2025"] += 1
        else:
            self.fault(case, "only ours takes it")
        if not ours["valid"]:
            self.fault(case, "format regex refuses what pattern takes")

    def compare_refused(self, case: Case, ours: Answer, node: Answer) -> None:
        self.counts["refused"] += 1
        kind = {
            "pattern-look-around": "look-around",
            "pattern-back-reference": "back reference",
            "pattern-property": "property",
            "pattern-too-large": "too large",
            "pattern-too-costly": "too large",
        }.get(ours["kind"])
        if node["u"] is None and node["plain"] is None:
            newer = any(part in case["pattern"] for part in ("(?<", "(?i:"))
            if ours["valid"] and not newer and not may_be_refused_for_halves(case, node):
                self.fault(case, "format regex takes what Node does not")
            return
        if node["u"] is None and kind is None:
            kind = "annex B, refused"
        if kind is None:
            self.fault(case, f"{ours['refused']}, but the flag u takes it")
            return
        self.counts[kind] += 1
        if kind != "too large" and ours["valid"] == (kind == "annex B, refused"):
            self.fault(case, f"format regex says {ours['valid']}")

    def compare_verdicts(self, case: Case, ours: Answer, node: list[bool], what: str) -> None:
        for text, mine, theirs in zip(case["texts"], ours["verdicts"], node, strict=True):
            self.counts["verdicts"] += 1
            self.counts["found"] += theirs
            if mine == theirs:
                continue
            if self.newer & set(text):
                self.counts["Unicode version"] += 1
            elif theirs and "\\B" in case["pattern"] and not is_bmp(text):
                self.counts["V8"] += 1
            elif what == "without the flag u" and (
                case["flags"] == "i" or not is_bmp(text) or needs_code_points(case)
            ):
                self.counts["UTF-16"] += 1
            else:
                self.fault(case, f"ours {mine}, Node {theirs} {what} on {json.dumps(text)}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--cases", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=20261130)
    arguments = parser.parse_args()
    node_program = ["node", str(pathlib.Path(__file__).parent / "pattern_verdicts.js")]
    unassigned: Case = {"pattern": "^\\p{Cn}$", "twin": "", "flags": "", "texts": CHARACTERS}
    mine = answers([arguments.program], [unassigned])[0]["verdicts"]
    theirs = answers(node_program, [unassigned])[0]["u"]
    judge = Judge({c for c, a, b in zip(CHARACTERS, mine, theirs, strict=True) if a and not b})
    cases = make_cases(arguments.cases, arguments.seed)
    ours = [{"pattern": case["ours"], "texts": case["texts"]} for case in cases]
    for case, my_answer, its_answer in zip(
        cases, answers([arguments.program], ours), answers(node_program, cases), strict=True
    ):
        judge.compare(case, my_answer, its_answer)
    counts = judge.counts
    print(
        f"patterns: {len(cases)}, taken {counts['taken']}, {counts['taken as annex B']} of them as "
        f"annex B, refused {counts['refused']}; "
        f"verdicts {counts['verdicts']}, found {counts['found']}"
    )
    for kind, why in EXPLAINED.items():
        print(f"  {kind}: {counts[kind]} ({why})")
    print(f"  unexplained: {len(judge.unexplained)}")
    for line in judge.unexplained[:SHOWN]:
        print("    " + line)
    # A judge of few verdicts, or of verdicts that are all the same, would be worth nothing.
    enough = counts["taken"] > len(cases) / 2 and counts["verdicts"] > 0
    even = 0.2 < counts["found"] / max(1, counts["verdicts"]) < 0.8
    if judge.unexplained or not enough or not even:
        sys.exit(1)


if __name__ == "__main__":
    main()

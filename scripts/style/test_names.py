"""Checks that tests are named in one style: TEST(Subject, DoesSomething)."""

from __future__ import annotations

import re

TEST = re.compile(r"^(?:TYPED_)?TEST(?:_[FP])?\(\s*(\w+)\s*,\s*(\w+)\s*\)", re.MULTILINE)
NAME = re.compile(r"[A-Z][A-Za-z0-9]*")


def faults_of(text: str) -> list[tuple[int, str]]:
    """Returns the lines of a C++ text with a test of another style."""
    faults = []
    for match in TEST.finditer(text):
        wrong = [name for name in match.groups() if not NAME.fullmatch(name)]
        if wrong:
            line = text.count("\n", 0, match.start()) + 1
            faults.append((line, f"the test's name {wrong[0]}: write it as RefusesAnEmptyBody"))
    return faults

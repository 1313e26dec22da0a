"""Finds the phrases of dialect.txt, which says what to write instead."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

# Between two words are blanks, or the end of a line and what begins the next one in a comment, a
# string or a quotation.
GAP = r"(?:[ \t]+|[\"']?[ \t]*\\?\n[ \t]*(?://+|#+|>|[\"'])?[ \t]*)"


class Phrase(NamedTuple):
    """What to look for, and what to write instead."""

    expression: re.Pattern[str]
    advice: str


@cache
def phrases() -> list[Phrase]:
    found = []
    for line in Path(__file__).with_name("dialect.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            expression, _, advice = line.partition(" = ")
            pattern = rf"\b(?:{expression.replace(' ', GAP)})"
            if not expression.endswith(")"):
                pattern += r"\b"
            found.append(Phrase(re.compile(pattern, re.IGNORECASE), advice))
    return found


def faults_of(text: str) -> list[tuple[int, str]]:
    """Returns the lines of a text with such a phrase, and the advice."""
    faults = []
    for expression, advice in phrases():
        for match in expression.finditer(text):
            phrase = re.sub(GAP, " ", match.group()).strip()
            line = text.count("\n", 0, match.start()) + 1
            faults.append((line, f'"{phrase}" is not plain English: {advice}'))
    return sorted(faults)

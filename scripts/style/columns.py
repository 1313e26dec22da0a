"""Checks that no line is longer than 100 characters."""

from __future__ import annotations

import re

COLUMNS = 100
# In the whole tree, lines that cannot be broken.
UNBREAKABLE_MAX = 20


def cannot_be_broken(line: str, kind: str) -> bool:
    """Whether the line is one word, such as a URL, or the target of a link in Markdown."""
    text = re.sub(r"^[\s#/*>|-]+", "", line)
    if kind in {"c++", "python"} and re.search(r"[\"']", text):
        # A literal can be broken into several.
        return False
    return " " not in text or bool(re.fullmatch(r"\[[^\]]+\]: \S+", text))


def faults_of(text: str, kind: str) -> tuple[list[tuple[int, str]], int]:
    """Returns the faulty lines, and how many longer ones cannot be broken."""
    faults, unbreakable = [], 0
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > COLUMNS:
            if cannot_be_broken(line, kind):
                unbreakable += 1
            else:
                faults.append((number, f"{len(line)} columns: break the line at {COLUMNS}"))
    return faults, unbreakable

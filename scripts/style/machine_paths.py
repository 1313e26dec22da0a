"""Finds paths that exist on the author's machine alone."""

from __future__ import annotations

import re

# The home folder of one user; "penstock" is the tests' own user, and "user", "you" are examples.
PATH = re.compile(r"(?<![\w$}.\"-])/(?:home|Users)/(?!penstock\b|user\b|you\b)\w[\w.-]*")


def faults_of(text: str) -> list[tuple[int, str]]:
    """Returns the lines of a text with such a path."""
    return [
        (text.count("\n", 0, match.start()) + 1, f"{match.group()} is a path of one machine")
        for match in PATH.finditer(text)
    ]

"""Checks that lists of sources in CMake have one source a line, and are sorted."""

from __future__ import annotations

import re

SOURCE = re.compile(r'"?[\w/${}.-]+\.(?:cpp|h)"?')
# Two or more sources with blanks or line ends between them.
LIST = re.compile(rf"(?<![\w/$}}{{.\"-]){SOURCE.pattern}(?:\s+{SOURCE.pattern})+(?![\w.])")


def faults_of(text: str) -> list[tuple[int, str]]:
    """Returns the lines of a CMake file on which such a list has a fault."""
    code = re.sub(r"#[^\n]*", lambda comment: " " * len(comment.group()), text)
    faults = []
    for match in LIST.finditer(code):
        line = code.count("\n", 0, match.start()) + 1
        begin = code.rfind("\n", 0, match.start()) + 1
        sources = match.group().split()
        rows = (code[begin : match.start()] + match.group()).split("\n")
        if len(rows) != len(sources) or code[begin : match.start()].strip():
            faults.append((line, "write one source a line, the first one on a line of its own"))
        elif sources != sorted(sources):
            wrong = next(i for i in range(1, len(sources)) if sources[i] < sources[i - 1])
            faults.append((line + wrong, f"sort the sources: {sources[wrong]} is too late"))
    return faults

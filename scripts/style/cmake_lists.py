"""Checks that lists of sources in CMake have one source a line, and are sorted."""

from __future__ import annotations

import re
from itertools import pairwise

SOURCE = re.compile(r'"?[\w/${}.-]+\.(?:cpp|h)"?')
# Two or more sources with blanks or line ends between them.
LIST = re.compile(rf"(?<![\w/$}}{{.\"-]){SOURCE.pattern}(?:\s+{SOURCE.pattern})+(?![\w.])")
# These are comments, and strings with blanks in them.
NO_LIST = re.compile(r"#[^\n]*|\"(?=[^\"\n]* )(?:\\.|[^\"\\])*\"", re.DOTALL)


def faults_of(text: str) -> list[tuple[int, str]]:
    """Returns the lines of a CMake file on which such a list has a fault."""
    code = NO_LIST.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)
    faults = []
    for match in LIST.finditer(code):
        line = code.count("\n", 0, match.start()) + 1
        begin = code.rfind("\n", 0, match.start()) + 1
        sources = match.group().split()
        rows = (code[begin : match.start()] + match.group()).split("\n")
        if len(rows) != len(sources) or code[begin : match.start()].strip():
            faults.append((line, "write one source a line, the first one on a line of its own"))
            continue
        # Those of other folders stand before or behind.
        own = [(at, source) for at, source in enumerate(sources) if not source.startswith('"')]
        for (_, before), (at, source) in pairwise(own):
            if source < before:
                faults.append((line + at, f"sort the sources: {source} is too late"))
    return faults

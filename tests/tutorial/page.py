"""Reads docs/tutorial.md: what it writes into files, and which commands it runs, in its order.

A fenced block is an Edit if the comment before it says where its text goes:

    <!-- in handlers.cpp, after the line "    .get_order = get_order," -->

The last line of the file that is equal to the one in quotes is meant. A block of ``sh`` is a list
of Commands; other blocks only show something.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"```(\w*)")
PLACE = re.compile(r'<!-- in (\S+), (before|after) the line "(.*)" -->')


class PageError(Exception):
    """The page, or what it says, is wrong."""


@dataclass(frozen=True)
class Commands:
    """The commands of a block, in which lines that end in a backslash are joined."""

    line: int
    commands: tuple[str, ...]


@dataclass(frozen=True)
class Edit:
    """Text that goes into a file, before or after a line of it."""

    line: int
    file: str
    where: str
    anchor: str
    text: str

    def apply(self, folder: Path) -> None:
        """Changes the file in this folder. Raises PageError if it has no such line."""
        path = folder / self.file
        lines = path.read_text().splitlines(keepends=True)
        found = [number for number, line in enumerate(lines) if line == self.anchor + "\n"]
        if not found:
            raise PageError(f"line {self.line}: {self.file} has no line {self.anchor!r}")
        at = found[-1] + (self.where == "after")
        path.write_text("".join([*lines[:at], self.text, *lines[at:]]))


def steps_of(text: str) -> list[Commands | Edit]:
    """Returns the steps of the page. Raises PageError for a block that has no end."""
    steps: list[Commands | Edit] = []
    lines = text.splitlines(keepends=True)
    number, place = 0, None
    while number < len(lines):
        line = lines[number].rstrip("\n")
        fence = FENCE.fullmatch(line)
        if not fence:
            place = PLACE.fullmatch(line)
            number += 1
            continue
        end = number + 1
        while end < len(lines) and lines[end] != "```\n":
            end += 1
        if end == len(lines):
            raise PageError(f"line {number + 1}: the block has no end")
        block = "".join(lines[number + 1 : end])
        if place:
            steps.append(Edit(number + 1, place[1], place[2], place[3], block))
        elif fence[1] == "sh":
            joined = re.sub(r"\\\n\s*", "", block)
            steps.append(Commands(number + 1, tuple(joined.splitlines())))
        place = None
        number = end + 1
    return steps

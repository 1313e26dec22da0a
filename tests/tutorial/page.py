"""Reads the tutorial's pages: what they write into files, and which commands they run, in order.

A fenced block is an Edit if the comment before it says where its text goes:

    <!-- in handlers.cpp, after the line "    .get_order = get_order," -->
    <!-- in orders.openapi.yaml, from the line "paths:" until the line "components:" -->
    <!-- shown of view.h -->

The last line of the file that is equal to the one in quotes is meant. The second form replaces
lines, from the first one that is equal up to the next that is equal to the other, which stays. The
third one changes nothing: the file must have the text already. A block of ``sh`` is a list
of Commands; other blocks only show something.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"```(\w*)")
PLACE = re.compile(r'<!-- in (\S+), (before|after) the line "(.*)" -->')
RANGE = re.compile(r'<!-- in (\S+), (from) the line "(.*)" until the line "(.*)" -->')
SHOWN = re.compile(r"<!-- (shown) of (\S+) -->")


class PageError(Exception):
    """The page, or what it says, is wrong."""


@dataclass(frozen=True)
class Commands:
    """The commands of a block, in which lines that end in a backslash are joined."""

    line: int
    commands: tuple[str, ...]


@dataclass(frozen=True)
class Edit:
    """Text that goes into a file, before or after a line or instead of lines, or that is in it."""

    line: int
    file: str
    where: str
    anchor: str
    text: str
    end: str = ""

    def apply(self, folder: Path) -> None:
        """Changes the file in this folder. Raises PageError if it has no such line, or text."""
        path = folder / self.file
        if self.where == "shown":
            if self.text not in path.read_text():
                raise PageError(f"line {self.line}: {self.file} does not have what is shown of it")
            return
        lines = path.read_text().splitlines(keepends=True)
        found = self.lines_like(self.anchor, lines)
        if self.where == "from":
            at = found[0]
            after = at + 1 + self.lines_like(self.end, lines[at + 1 :])[0]
        else:
            at = after = found[-1] + (self.where == "after")
        path.write_text("".join([*lines[:at], self.text, *lines[after:]]))

    def lines_like(self, wanted: str, lines: list[str]) -> list[int]:
        found = [number for number, line in enumerate(lines) if line == wanted + "\n"]
        if not found:
            raise PageError(f"line {self.line}: {self.file} has no line {wanted!r}")
        return found


def place_of(comment: str) -> tuple[str, str, str, str] | None:
    """Returns the file, where in it, and the lines that a comment names."""
    if found := PLACE.fullmatch(comment):
        return found[1], found[2], found[3], ""
    if found := RANGE.fullmatch(comment):
        return found[1], found[2], found[3], found[4]
    if found := SHOWN.fullmatch(comment):
        return found[2], found[1], "", ""
    return None


def steps_of(text: str) -> list[Commands | Edit]:
    """Returns the steps of the page. Raises PageError for a block that has no end."""
    steps: list[Commands | Edit] = []
    lines = text.splitlines(keepends=True)
    number, place = 0, None
    while number < len(lines):
        line = lines[number].rstrip("\n")
        fence = FENCE.fullmatch(line)
        if not fence:
            # A long comment goes on in the next line.
            while line.startswith("<!--") and "-->" not in line and number + 1 < len(lines):
                number += 1
                line += " " + lines[number].strip()
            place = place_of(line)
            number += 1
            continue
        end = number + 1
        while end < len(lines) and lines[end] != "```\n":
            end += 1
        if end == len(lines):
            raise PageError(f"line {number + 1}: the block has no end")
        block = "".join(lines[number + 1 : end])
        if place:
            steps.append(Edit(number + 1, *place[:3], block, place[3]))
        elif fence[1] == "sh":
            joined = re.sub(r"\\\n\s*", "", block)
            steps.append(Commands(number + 1, tuple(joined.splitlines())))
        place = None
        number = end + 1
    return steps

"""Reads the code blocks of a Markdown page.

CONTRIBUTING.md has the convention. A page is a list of Blocks, in the page's order:

- ``sh``: commands, which the test runs, unless a comment before the fence says why not.
- ``text``: what the commands before it print, or a program that they have started.
- any other language: shown only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^(?P<indent> *)(?P<fence>```+)(?P<language>[\w-]*)\s*$")
# Markdown has these, too, but what stands in them would silently not be run.
UNREAD = re.compile(r"^ *(?:~~~|```+[\w-]*\s+\S|```+(?:bash|shell|zsh|S[hH]|sH)\s*$)")
NOT_RUN = re.compile(r"^ *<!-- not run: (?P<reason>.+?) -->$")
EXIT_STATUS = re.compile(r"^ *<!-- exit status (?P<status>\d+) -->$")
# These commands cost money, or change the machine.
NEEDS_MARK = re.compile(
    r"(?:^|[\s;&|(])(?:sudo|aws|terraform (?:\S+ )*(?:apply|destroy|import)"
    r"|\./penstock (?:deploy|destroy)(?!.*--(?:dry-run|help)))(?:\s|$)"
)
# These programs run until Ctrl-C. One of them ends its block.
UNTIL_CTRL_C = re.compile(
    r"(?:^|\s)(?:\./penstock up|\S*penstock_local(?: esm|(?= --)|$)|\S*penstock[_ ]contract mock)\b"
)


@dataclass(frozen=True)
class Block:
    """One fenced block. `line` is the number of its first line, counted from 1."""

    page: Path
    line: int
    language: str
    text: str
    not_run: str = ""
    exit_status: int = 0

    @property
    def is_run(self) -> bool:
        return self.language == "sh" and not self.not_run

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"

    def commands(self) -> list[str]:
        """The block's lines, with those that end in a backslash joined, without comments."""
        joined = re.sub(r"\\\n\s*", "", self.text)
        return [line for line in joined.splitlines() if line and not line.startswith("#")]

    @property
    def unmarked(self) -> str:
        """The first command that must not be run without a comment that says why, or nothing."""
        if not self.is_run:
            return ""
        return next((line for line in self.commands() if NEEDS_MARK.search(line)), "")

    @property
    def until_ctrl_c(self) -> bool:
        """Whether its last command is one that runs until Ctrl-C."""
        commands = self.commands()
        return bool(commands) and UNTIL_CTRL_C.search(commands[-1]) is not None


def blocks_of(page: Path, text: str) -> list[Block]:
    """The fenced blocks of a page. ValueError: a fence is not closed, or not one of these."""
    found: list[Block] = []
    lines = text.splitlines()
    marks: dict[str, str] = {}
    i = 0
    while i < len(lines):
        if UNREAD.match(lines[i]):
            raise ValueError(
                f"{page}:{i + 1}: begin the block with ```sh, which is run, or ```text"
            )
        opening = FENCE.match(lines[i])
        if not opening:
            marks = marks_after(lines[i], marks)
            i += 1
            continue
        indent = len(opening["indent"])
        closing = opening["fence"]
        end = next((n for n in range(i + 1, len(lines)) if lines[n].strip() == closing), None)
        if end is None:
            raise ValueError(f"{page}:{i + 1}: this fence is not closed")
        body = "\n".join(line[indent:] for line in lines[i + 1 : end])
        found.append(
            Block(
                page=page,
                line=i + 2,
                language=opening["language"],
                text=body,
                not_run=marks.get("reason", ""),
                exit_status=int(marks.get("status", 0)),
            )
        )
        marks = {}
        i = end + 1
    return found


def marks_after(line: str, marks: dict[str, str]) -> dict[str, str]:
    """What is known of the next block after this line: a comment adds to it, text forgets it."""
    for pattern in (NOT_RUN, EXIT_STATUS):
        if match := pattern.match(line):
            return marks | match.groupdict()
    return marks if not line.strip() else {}

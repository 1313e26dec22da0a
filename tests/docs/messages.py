#!/usr/bin/env python3
"""Compares the messages that docs/troubleshooting.md quotes with the sources.

The page's ``console`` blocks have one message a line. Words in capitals stand for what differs, and
a colon joins what different parts of a program say. What is between them must be in a string of a
program or script, word for word.

    tests/docs/messages.py
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from blocks import blocks_of

ROOT = Path(__file__).resolve().parents[2]
PAGE = Path("docs/troubleshooting.md")
SOURCES = ("apps", "src", "scripts", "templates")
SUFFIXES = (".cpp", ".h", ".sh", ".py", "")
# These stand for something else: NAME, HOST:PORT, FILE:LINE:COLUMN, TOPIC-PARTITION@OFFSET.
PLACEHOLDER = re.compile(r"\b(?!JSON|AWS|SQS)[A-Z]{2,}\b(?:[:@/-][A-Z]{2,}\b)*|\bN\b|: ")
EDGES = " .,:;'`/()"
SHORTEST = 8


def corpus() -> str:
    """All sources as one text, in which strings that are written in several lines are whole."""
    files = [ROOT / "penstock"]
    for folder in SOURCES:
        files += sorted(
            file
            for file in (ROOT / folder).rglob("*")
            if file.is_file() and file.suffix in SUFFIXES and not file.stem.endswith("_test")
        )
    text = "\n".join(file.read_text(errors="replace") for file in files)
    # C++ and Python have adjacent literals; Bash has arguments in several lines, and escapes.
    text = re.sub(r'"\s*(?:\\\n\s*|\n\s*)f?"', lambda match: bridge(match[0]), text)
    return squeezed(text.replace('\\"', '"').replace("\\`", "`"))


def bridge(between: str) -> str:
    """What two adjacent strings have between them: Bash's arguments are joined by a blank."""
    return " " if "\\" in between else ""


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def fragments(message: str) -> list[str]:
    """What is between the placeholders, without what is too short to say anything."""
    parts = (part.strip(EDGES) for part in PLACEHOLDER.split(squeezed(message)))
    return [part for part in parts if len(part) >= SHORTEST]


def messages(text: str) -> list[str]:
    """One message a line."""
    return [line for line in text.splitlines() if line.strip()]


def main() -> int:
    sources = corpus()
    failed = 0
    count = 0
    for block in blocks_of(PAGE, (ROOT / PAGE).read_text()):
        if block.language != "console":
            continue
        for number, message in enumerate(messages(block.text)):
            count += 1
            parts = fragments(message)
            for part in parts:
                if part not in sources:
                    print(f"{PAGE}:{block.line + number}: no program says '{part}'")
                    failed += 1
            if not parts:
                print(f"{PAGE}:{block.line + number}: too short to be looked for: '{message}'")
                failed += 1
    print(f"{count} messages, {failed} not in the sources")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""Compares what programs print with what a page says they print."""

from __future__ import annotations

import re

# What differs from run to run: times, UUIDs, long numbers; and what the page leaves out.
VARYING = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\dT[\d:.]+Z)"
    r"|(?P<uuid>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
    r"|(?P<number>\d{5,})"
    r"|(?P<port>127\.0\.0\.1:\d+)"
    r"|(?P<duration>\d+ m?s\b)"
    r"|(?P<left_out>…)"
)
PATTERNS = {
    "time": r"\d{4}-\d\d-\d\dT[\d:.]+Z",
    "uuid": r"[0-9a-f-]{36}",
    "number": r"\d+",
    "port": r"127\.0\.0\.1:\d+",
    "duration": r"\d+ m?s",
    "left_out": r".*?",
}


def pattern_of(line: str) -> re.Pattern[str]:
    """A pattern for one printed line. Blanks of any length are equal."""
    parts: list[str] = []
    end = 0
    for match in VARYING.finditer(line):
        parts.append(literal(line[end : match.start()]))
        parts.append(PATTERNS[match.lastgroup or "left_out"])
        end = match.end()
    parts.append(literal(line[end:]))
    return re.compile("".join(parts))


def literal(text: str) -> str:
    return r"\s+".join(re.escape(word) for word in re.split(r"\s+", text))


def first_missing(expected: str, printed: str) -> str:
    """The first line of `expected` that `printed` does not have after the lines before it.

    Empty: all are there, in this order. Lines of the page that are only `…` stand for any number
    of lines.
    """
    position = 0
    for line in expected.splitlines():
        if line.strip() in ("", "…"):
            continue
        match = pattern_of(line.strip()).search(printed, position)
        if not match:
            return line
        position = match.end()
    return ""

"""Finds bodies of if, else, for, while and do without braces, on a line of their own."""

from __future__ import annotations

import re

# No keyword can be in comments, raw strings, strings and characters.
NO_CODE = re.compile(
    r"""//[^\n]*|/\*.*?\*/|R"(?P<mark>[^()\\\s]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"
    |(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'""",
    re.DOTALL | re.VERBOSE,
)
KEYWORD = re.compile(r"\b(if|for|while|else|do)\b(?:[ ]+constexpr\b)?")


def blanked(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match.group())


def after_condition(code: str, start: int) -> int:
    """The place behind the parenthesis that closes the one at or after start."""
    depth = 0
    for place in range(start, len(code)):
        depth += {"(": 1, ")": -1}.get(code[place], 0)
        if depth == 0 and code[place] == ")":
            return place + 1
    return len(code)


def unbraced(text: str) -> list[int]:
    """The numbers of the lines on which such a body begins."""
    code = NO_CODE.sub(blanked, text)
    # A directive of the preprocessor has an if of its own.
    code = re.sub(r"(?m)^[ ]*#(?:[^\n\\]|\\.|\\\n)*", blanked, code)
    found = []
    for match in KEYWORD.finditer(code):
        end = match.end()
        if match.group(1) not in ("else", "do"):
            end = after_condition(code, end)
        rest = code[end:]
        body = len(rest) - len(rest.lstrip())
        if rest[body : body + 1] in ("{", ";") or re.match(r"if\b", rest[body:]):
            continue
        if "\n" in rest[:body]:
            found.append(code.count("\n", 0, end + body) + 1)
    return found


def faults_of(text: str) -> list[tuple[int, str]]:
    """Returns the lines of a C++ text on which such a body begins."""
    return [(line, "put braces around a body on a line of its own") for line in unbraced(text)]

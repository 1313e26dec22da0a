"""Checks the links of Markdown: the file is there, and so is the heading. Nothing is fetched."""

from __future__ import annotations

import re
from functools import cache
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from tree import ROOT, read

LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^()\s>]*(?:\([^()\s]*\))?)>?[^()]*\)")
# One may stand in the text of a link.
IMAGE = re.compile(r"!\[[^\[\]]*\]\(\s*<?([^()\s>]+)")
REFERENCE = re.compile(r"^ {0,3}\[[^\]]+\]:\s+<?(\S+?)>?(?:\s|$)", re.MULTILINE)
# HTML has links in <img src="…">, <a href="…"> and <source srcset="…">.
ATTRIBUTE = re.compile(
    r"<(?:img|a|source)\b[^>]*?\b(?:src|href|srcset)=[\"']((?<=\")[^\"]*|(?<=')[^']*)", re.DOTALL
)


def without_code(text: str) -> str:
    """Blanks what stands in blocks and spans of code, so that lines keep their numbers."""

    def blank(match: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " ", match.group())

    text = re.sub(r"^( *)(```+|~~~+).*?^ *\2 *$", blank, text, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"(?:(?<=\n\n)|\A)(?: {4}[^\n]*\n|\n)+", blank, text)
    return re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", blank, text, flags=re.DOTALL)


def anchor_of(heading: str) -> str:
    """Returns the anchor that GitHub makes of a heading."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    text = re.sub(r"<[^>]*>", "", text).strip().lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


@cache
def anchors_of(name: str) -> frozenset[str]:
    """Returns the anchors of a Markdown file: its headings, and the ids and names in its HTML."""
    text = read(name) or ""
    fenced = re.compile(r"^( *)(```+|~~~+).*?^ *\2 *$", re.MULTILINE | re.DOTALL)
    anchors: dict[str, int] = {}
    for match in re.finditer(r"^#{1,6} +(.+?) *#*$", fenced.sub("", text), re.MULTILINE):
        anchor = anchor_of(match[1])
        count = anchors.get(anchor, 0)
        anchors[anchor] = count + 1
        if count:
            anchors[f"{anchor}-{count}"] = 1
    named = re.findall(r"<\w+\b[^>]*\b(?:id|name)=\"([^\"]+)\"", text)
    return frozenset([*anchors, *named])


def fault_of(name: str, target: str) -> str | None:
    """Returns what is wrong with a link from the file, if anything."""
    parts = urlsplit(target)
    if parts.scheme in {"http", "https"}:
        well = re.fullmatch(r"(?:[\w-]+\.)+[a-z]{2,}|localhost|[\d.]+", parts.hostname or "")
        return None if well else f"the link {target} has no host name"
    if parts.scheme:
        return None if parts.scheme == "mailto" else f"the link {target} is not one of the web"
    path = PurePosixPath(name)
    if parts.path.startswith("/"):
        return f"the link {target} begins with a slash: write it from this file's folder"
    if parts.path:
        resolved = (ROOT / path.parent / unquote(parts.path)).resolve()
        if not resolved.is_relative_to(ROOT) or not resolved.exists():
            return f"the link {target} leads nowhere: there is no such file"
        path = PurePosixPath(resolved.relative_to(ROOT).as_posix())
    anchor = unquote(parts.fragment)
    if anchor and path.suffix == ".md" and anchor not in anchors_of(str(path)):
        return f"the link {target} leads nowhere: {path} has no such heading"
    return None


def faults_of(name: str, text: str) -> list[tuple[int, str]]:
    """Returns the lines of a Markdown file with a dead link."""
    prose = without_code(text)
    faults = []
    for expression in (LINK, IMAGE, REFERENCE, ATTRIBUTE):
        for match in expression.finditer(prose):
            fault = fault_of(name, match[1]) if match[1] else "a link without a target"
            if fault:
                faults.append((prose.count("\n", 0, match.start(1)) + 1, fault))
    return sorted(set(faults))

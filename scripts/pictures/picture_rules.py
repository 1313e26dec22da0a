"""What every picture of docs/pictures keeps to."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def check_picture(file: Path) -> list[str]:
    """Says what is wrong with a picture: its form, its title, its colours, or what it loads."""
    text = file.read_text(encoding="utf-8")
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        return [f"is not well-formed XML: {error}"]
    space = "{http://www.w3.org/2000/svg}"
    problems = []
    if root.tag != space + "svg" or not root.get("viewBox"):
        problems.append("its root is not an <svg> with a viewBox")
    for name in ("title", "desc"):
        element = root.find(space + name)
        if element is None or not (element.text or "").strip():
            problems.append(f"has no <{name}>, which a screen reader needs")
    if "@media (prefers-color-scheme: dark)" not in text:
        problems.append("has no colours for a dark page: @media (prefers-color-scheme: dark)")
    for element in root.iter():
        name = element.tag.removeprefix(space)
        if name in ("script", "foreignObject", "image"):
            problems.append(f"has a <{name}>, which not every page shows")
        for attribute, value in element.attrib.items():
            attribute = attribute.rpartition("}")[2]
            if attribute.startswith("on") or (attribute == "href" and not value.startswith("#")):
                problems.append(f'has {attribute}="{value}": a picture runs and loads nothing')
    if re.search(r'@import|url\((?!["\']?#)|<!DOCTYPE|<!ENTITY|<\?xml-stylesheet', text):
        problems.append("loads something: a picture is one file")
    return problems

"""Follows the local references of a document."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, unquote

REFERENCES_MAX = 20
URI_SAFE = "~!$&'()*+,;=:@"


def names_in(reference: str) -> list[str]:
    """Returns the keys that a local $ref goes through."""
    parts = reference.removeprefix("#").split("/")[1:]
    return [unquote(part).replace("~1", "/").replace("~0", "~") for part in parts]


def at(document: Any, reference: str) -> Any:
    """Returns the value that a local $ref names."""
    value = document
    for name in names_in(reference):
        value = value[int(name)] if isinstance(value, list) else value[name]
    return value


def resolved(document: Any, value: Any) -> Any:
    for _ in range(REFERENCES_MAX):
        if not (isinstance(value, dict) and isinstance(value.get("$ref"), str)):
            break
        value = at(document, value["$ref"])
    return value


def pointer(*parts: str) -> str:
    """Returns a pointer as the fragment of a URI."""
    escaped = (part.replace("~", "~0").replace("/", "~1") for part in parts)
    return "#" + "".join(f"/{quote(part, safe=URI_SAFE)}" for part in escaped)

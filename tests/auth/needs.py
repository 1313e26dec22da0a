"""Says by the contract alone whether credentials meet what an operation requires."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

# A client has these scopes by these schemes.
Held = Mapping[str, frozenset[str]]

METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")


def operations(contract: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Returns path, method and operation of each operation of a bundle."""
    for path, item in contract["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method.upper(), item[method]


def alternatives(
    contract: Mapping[str, Any], operation: Mapping[str, Any]
) -> list[dict[str, list[str]]]:
    """Returns the operation's requirements, or those of the document; an empty one is met."""
    return operation.get("security", contract.get("security", [])) or [{}]


def meets(need: Mapping[str, list[str]], held: Held) -> bool:
    return all(name in held and held[name].issuperset(scopes) for name, scopes in need.items())


def lacks_scopes_only(need: Mapping[str, list[str]], held: Held) -> bool:
    return all(name in held for name in need) and not meets(need, held)

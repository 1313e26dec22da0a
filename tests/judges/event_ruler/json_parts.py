"""What JSON is to the judge: a number is its text, and an object may have a name twice."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


class Number(str):
    """A number as it is written."""


class Members(list[tuple[str, Any]]):
    """An object, which can have a name twice."""

    def named(self, name: str) -> list[Any]:
        return [value for key, value in self if key == name]


@dataclass(frozen=True)
class Pair:
    pattern: Members
    value: Any  # Members, a list, or a str for a plain string.


def walk(value: Any) -> Iterator[Any]:
    yield value
    if isinstance(value, Members):
        for _, child in value:
            yield from walk(child)
    elif isinstance(value, list):
        for child in value:
            yield from walk(child)


def scalars(value: Any) -> list[Any]:
    """The scalars of a value, or of the arrays in it, but not those of objects."""
    if isinstance(value, Members):
        return []
    if isinstance(value, list):
        return [scalar for child in value for scalar in scalars(child)]
    return [value]


def objects(value: Any) -> list[Members]:
    if isinstance(value, Members):
        return [value]
    if isinstance(value, list):
        return [member for child in value for member in objects(child)]
    return []


def is_its_double(number: str) -> bool:
    """Says whether the shortest text of the nearest double is this number."""
    nearest = repr(float(number))
    return nearest not in ("inf", "-inf") and Decimal(nearest) == Decimal(number)

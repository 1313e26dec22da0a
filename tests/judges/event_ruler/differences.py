"""Says of what kind a difference between our filter and event-ruler is; differences.txt has why."""

import re
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import product
from typing import Any

from json_parts import Members, Number, Pair, is_its_double, walk

LISTED = {"prefix", "suffix", "equals-ignore-case", "anything-but", "numeric", "exists"}
IP = re.compile(r"[0-9]+(\.[0-9]+){3}|[0-9a-fA-F:]*:[0-9a-fA-F:]*")

Verdict = dict[str, Any]  # {"verdict": bool} or {"refused": why}


def forks(pattern: Members, path: tuple[str, ...] = ()) -> list[list[tuple[tuple[str, ...], Any]]]:
    """The fields that must match, as paths and rules, for each way through the "$or"s."""
    ways: list[list[tuple[tuple[str, ...], Any]]] = [[]]
    for name, value in pattern:
        if name == "$or":
            more = [way for branch in value for way in forks(branch, path)]
        elif isinstance(value, Members):
            more = forks(value, (*path, name))
        else:
            more = [[((*path, name), value)]]
        ways = [[*way, *other] for way, other in product(ways, more)]
    return ways


def rules(pattern: Members) -> list[Any]:
    return [rule for fork in forks(pattern) for _, values in fork for rule in values]


def operands(pattern: Members, *names: str) -> Iterator[Any]:
    """The operands of these operators."""
    for rule in rules(pattern):
        if isinstance(rule, Members):
            yield from (operand for name, operand in rule if name in names)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def numbers_of(pair: Pair) -> list[str]:
    parts = [*walk(pair.pattern), *walk(pair.value)]
    return list(dict.fromkeys(str(part) for part in parts if isinstance(part, Number)))


def unlisted_operator(pair: Pair) -> bool:
    for rule in rules(pair.pattern):
        for name, operand in rule if isinstance(rule, Members) else []:
            if name not in LISTED or isinstance(operand, Members):
                return True
    return False


def other_than_value(pair: Pair) -> bool:
    return any(path[0] != "value" for fork in forks(pair.pattern) for path, _ in fork)


def two_formats(pair: Pair) -> bool:
    kinds = {len(path) == 1 for fork in forks(pair.pattern) for path, _ in fork}
    return len(kinds) == 2


def number_as_written(pair: Pair) -> bool:
    wanted = [part for part in rules(pair.pattern) if isinstance(part, Number)]
    wanted += [n for operand in operands(pair.pattern, "anything-but") for n in listed(operand)]
    seen = [part for part in walk(pair.value) if isinstance(part, Number)]
    return any(
        a != b and Decimal(a) == Decimal(b) for a in wanted if isinstance(a, Number) for b in seen
    )


def or_beside_its_field(pair: Pair) -> bool:
    return any(len({path for path, _ in fork}) < len(fork) for fork in forks(pair.pattern))


def inner_objects(value: Any) -> set[str]:
    """The names of fields with objects, which is where elements of arrays count."""
    if isinstance(value, Members):
        return {name for name, child in value if isinstance(child, Members)}
    return {name for branch in value for name in inner_objects(branch)}


def or_beside_its_object(pair: Pair) -> bool:
    return any(
        inner_objects(Members(m for m in part if m[0] != "$or")) & inner_objects(dict(part)["$or"])
        for part in walk(pair.pattern)
        if isinstance(part, Members) and "$or" in dict(part)
    )


def dot_in_a_name(pair: Pair) -> bool:
    parts = [*walk(pair.pattern), *walk(pair.value)]
    return any("." in name for part in parts if isinstance(part, Members) for name, _ in part)


def empty_name(pair: Pair) -> bool:
    return any(path[-1] == "" for fork in forks(pair.pattern) for path, _ in fork)


def largest_double(pair: Pair) -> bool:
    bounds = [term for terms in operands(pair.pattern, "numeric") for term in listed(terms)]
    largest = [float(term) for term in bounds if isinstance(term, Number)]
    return sys.float_info.max in map(abs, largest)


def name_twice(pair: Pair) -> bool:
    parts = [*walk(pair.pattern), *walk(pair.value)]
    return any(len(dict(part)) < len(part) for part in parts if isinstance(part, Members))


def quote_at_the_edge(pair: Pair) -> bool:
    return any(text.endswith('"') for text in operands(pair.pattern, "prefix")) or any(
        text.startswith('"') for text in operands(pair.pattern, "suffix")
    )


def ip_address(pair: Pair) -> bool:
    return any(isinstance(rule, str) and IP.fullmatch(rule) for rule in rules(pair.pattern))


def beyond_the_bmp(pair: Pair) -> bool:
    texts = operands(pair.pattern, "equals-ignore-case")
    return any(max(text, default="") > "\uffff" for text in texts)


def several_letters(pair: Pair) -> bool:
    texts = operands(pair.pattern, "equals-ignore-case")
    return any(len(c.upper()) > 1 or len(c.lower()) > 1 for text in texts for c in text)


def absence_beside_or(pair: Pair) -> bool:
    has_or = any("$or" in dict(part) for part in walk(pair.pattern) if isinstance(part, Members))
    return has_or and Members([("exists", False)]) in rules(pair.pattern)


# The first one that fits names the kind. Each says which of the two refuses or matches, and what
# else must be so.
OURS_REFUSED: dict[str, Callable[[Pair], bool]] = {
    "unlisted-operator": unlisted_operator,
    "other-than-value": other_than_value,
    "two-formats": two_formats,
}
THEIRS_REFUSED: dict[str, Callable[[Pair], bool]] = {
    "name-twice": name_twice,
    "largest-double": largest_double,
}
MATCHED: dict[str, Callable[[Pair], bool]] = {
    "number-as-written": number_as_written,
    "or-beside-its-field": or_beside_its_field,
    "or-beside-its-object": or_beside_its_object,
    "empty-name": empty_name,
    "dot-in-a-name": dot_in_a_name,
    "name-twice": name_twice,
    "quote-at-the-edge": quote_at_the_edge,
    "ip-address": ip_address,
    "beyond-the-bmp": beyond_the_bmp,
    "several-letters": several_letters,
    "absence-beside-or": absence_beside_or,
}
KINDS = {*OURS_REFUSED, *THEIRS_REFUSED, *MATCHED, "java-digits"}


def kind_of(pair: Pair, ours: Verdict, theirs: Verdict) -> str | None:
    """The kind of a difference, or None if there is no explanation."""
    if any(is_its_double(number) == (number in theirs["odd"]) for number in numbers_of(pair)):
        return "java-digits"
    if "refused" in ours:
        kinds = OURS_REFUSED
    else:
        kinds = THEIRS_REFUSED if "refused" in theirs else MATCHED
    return next((kind for kind, fits in kinds.items() if fits(pair)), None)

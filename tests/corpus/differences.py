"""What a rule gets to know of two different verdicts on a request."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from mutations import Request
from operations import Operations, query_of
from references import resolved

Fault = dict[str, str]


@dataclass(frozen=True)
class Refusal:
    """Why openapi-core refuses a request."""

    text: str  # Its reasons, each with that which has caused it.
    errors: tuple[str, ...]  # The errors of schemas among them.


@dataclass
class Facts:
    """What rules need to know of a document."""

    operations: Operations
    # A property that is only for answers is here with its name.
    read_only: set[str] = field(default_factory=set)


def facts_of(document: Any, bases: Collection[str]) -> Facts:
    found = Facts(Operations(document, bases))

    def look_at(value: Any) -> None:
        if isinstance(value, list):
            for each in value:
                look_at(each)
        if not isinstance(value, dict):
            return
        properties = value.get("properties")
        for name, each in properties.items() if isinstance(properties, dict) else ():
            schema = resolved(document, each)
            if isinstance(schema, dict) and schema.get("readOnly") is True:
                found.read_only.add(name)
        for each in value.values():
            look_at(each)

    look_at(document)
    return found


@dataclass(frozen=True)
class Difference:
    request: Request
    status: int
    ours: str  # Our answer if it refuses the request, or nothing.
    theirs: Refusal | None
    facts: Facts

    @cached_property
    def faults(self) -> list[Fault]:
        """The list of faults in our answer."""
        try:
            return json.loads(self.ours).get("errors", [])
        except ValueError:
            return []

    @cached_property
    def parameters(self) -> dict[tuple[str, str], dict[str, Any]]:
        return self.facts.operations.parameters(self.request)

    @cached_property
    def repeated(self) -> set[str]:
        """The names that ours calls repeated, are no arrays or objects, and come twice."""
        names = [name for name, _ in query_of(self.request)]
        return {
            each["name"]
            for each in self.faults
            if each["keyword"] == "repeated"
            and names.count(each["name"]) > 1
            and self.is_scalar(each["in"], each["name"])
        }

    def is_scalar(self, place: str, name: str) -> bool:
        parameter = self.parameters.get((place, name), {})
        if "content" in parameter or parameter.get("explode") is False:
            return True
        return not {"any", "array", "object"} & self.facts.operations.types(parameter.get("schema"))

    def texts(self, fault: Fault) -> list[str]:
        """Returns the texts of the parameter that a fault is about."""
        name = fault.get("name", "")
        if (fault["in"], name) not in self.parameters:
            name = name.partition("/")[0]  # It is about an element.
        return self.facts.operations.texts(self.request, fault["in"], name)

    @property
    def theirs_text(self) -> str:
        return self.theirs.text if self.theirs else ""

    @property
    def group(self) -> str:
        """What differences of one kind have in common."""
        faults = sorted({f"{each['in']} {each['keyword']}" for each in self.faults})
        parts = self.theirs_text.split(" < ")
        names = [part.partition(":")[0].partition(" at ")[0] for part in parts]
        return f"{self.status} {', '.join(faults)} against {' '.join(names) or 'accepted'}"

    def text(self) -> str:
        request = self.request
        return (
            f"{'+'.join(request.changes)}: {request.method} {request.target[:150]} "
            f"{request.headers} {(request.body or b'')[:200]!r}\n"
            f"    ours: {self.status} {json.dumps(self.faults)[:300]}\n"
            f"    theirs: {self.theirs_text[:400] or 'accepted'}"
        )


@dataclass(frozen=True)
class OurRule:
    name: str
    reason: str
    explains: Callable[[Difference, Fault], bool]


@dataclass(frozen=True)
class TheirRule:
    name: str
    reason: str
    explains: Callable[[Difference], bool]


@dataclass(frozen=True)
class ErrorRule:
    name: str
    reason: str
    explains: Callable[[Difference, str], bool]

"""Asks openapi-core once more, without what it is known to do in another way.

If it agrees with ours then, that was the cause of the difference. docs/contract.md says what ours
does.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from differences import Difference, Facts, Refusal
from discriminators import translated
from explanation import explanation
from mutations import Request
from operations import media_type
from references import resolved
from second_engine import SecondEngine

DELIMITERS = re.compile("%(2F|3F|23|7B|7D)", re.IGNORECASE)
IGNORED_HEADERS = ("accept", "content-type", "authorization")
ENGINES_MAX = 64

Change = Callable[[Any, dict[str, Any], Request], None]


def without_defaults(document: Any, operation: dict[str, Any], _: Request) -> None:
    for parameter in operation["parameters"]:
        schema = resolved(document, parameter.get("schema"))
        if isinstance(schema, dict):
            parameter["schema"] = {key: each for key, each in schema.items() if key != "default"}


def without_ignored_headers(_: Any, operation: dict[str, Any], __: Request) -> None:
    operation["parameters"] = [
        each
        for each in operation["parameters"]
        if each["in"] != "header" or each["name"].lower() not in IGNORED_HEADERS
    ]


def without_ranges(_: Any, operation: dict[str, Any], request: Request) -> None:
    content = operation.get("requestBody", {}).get("content", {})
    ranges = [key for key in content if "*" in key]
    if ranges and media_type(request) not in content:
        content[media_type(request)] = content[min(ranges, key=lambda key: key.count("*"))]


# This is what ours does, and how the operation is changed so that openapi-core does so, too.
CHANGES: dict[str, Change] = {
    # They are ignored as parameters (Parameter Object, name).
    "Accept, Content-Type or Authorization": without_ignored_headers,
    # One that breaks its schema is ignored, with a remark.
    "default that breaks its schema": without_defaults,
    # A body is read by the media type that it has; openapi-core reads bytes for a range.
    "media type range": without_ranges,
}


class SecondOpinions:
    """openapi-core's verdicts on requests, and on other forms of them."""

    def __init__(self, document: dict[str, Any], bases: Collection[str], facts: Facts) -> None:
        self.document = document
        self.bases = bases
        self.facts = facts
        self.has_discriminators = '"discriminator"' in json.dumps(document)
        self.first = SecondEngine(document, bases)
        self.of_path = lru_cache(ENGINES_MAX)(self._of_path)
        self.of_discriminators = lru_cache(ENGINES_MAX)(self._of_discriminators)

    def with_path(self, template: str) -> dict[str, Any]:
        return {**self.document, "paths": {template: self.document["paths"][template]}}

    def _of_path(self, template: str) -> SecondEngine:
        return SecondEngine(self.with_path(template), self.bases)

    def _of_discriminators(self, template: str) -> SecondEngine:
        return SecondEngine(translated(self.with_path(template)), self.bases)

    def changed(self, template: str, request: Request, changes: Collection[Change]) -> SecondEngine:
        """Returns an engine whose operation is changed."""
        operations = self.facts.operations
        operation = copy.deepcopy(operations.operation(request))
        operation["parameters"] = copy.deepcopy(list(operations.parameters(request).values()))
        if "requestBody" in operation:
            body = resolved(self.document, operation["requestBody"])
            operation["requestBody"] = copy.deepcopy(body)
        for change in changes:
            change(self.document, operation, request)
        paths = {template: {request.method.lower(): operation}}
        return SecondEngine({**self.document, "paths": paths}, self.bases)

    def others(self, difference: Difference) -> Iterator[tuple[str, Refusal | None]]:
        """Yields the causes that are possible here, with the verdict that there is without them."""
        request = difference.request
        route = self.facts.operations.route(request)
        if route is None:
            return
        template = route.template.text
        methods = self.facts.operations.methods(request)
        of_path = self.of_path(template)
        name = ""
        if request.method == "HEAD" and "head" not in methods and "get" in methods:
            # An answer to HEAD is that to GET without its body (RFC 9110 section 9.3.2).
            request = request.changed("as GET", method="GET")
            name = "HEAD"
            yield name, self.first.refusal(request)
        if DELIMITERS.search(request.path):
            # Ours cuts the path before it decodes. openapi-core gets a decoded one, in which a
            # value has more slashes, or the text is that of a template.
            yield "encoded delimiters of a path", of_path.refusal(request, route)
        elif request.path.startswith("//"):
            # What follows is no host (RFC 9112 section 3.2.1).
            yield "two slashes at the beginning", of_path.refusal(request, route)
        # Of two paths, ours takes the one that has literal text where the other has a parameter. Of
        # two parameters side by side, it knows which one ends where. A name may have a colon.
        name = f"{name} and another path".removeprefix(" and ")
        yield name, of_path.refusal(request, route)
        if self.has_discriminators:
            yield "discriminator", self.of_discriminators(template).refusal(request, route)
        if request.method.lower() not in methods:
            return
        for name, change in CHANGES.items():
            yield name, self.changed(template, request, [change]).refusal(request, route)
        both = " and ".join(CHANGES)
        yield both, self.changed(template, request, CHANGES.values()).refusal(request, route)

    def cause(self, difference: Difference) -> str | None:
        """Returns the cause without which both agree, or what is left is explained."""
        if difference.status == 204 and self.is_options(difference.request):
            return "OPTIONS"
        for name, theirs in self.others(difference):
            if (theirs is None) == (not difference.ours):
                return name
            if theirs != difference.theirs:
                left = explanation(replace(difference, theirs=theirs))
                if left:
                    return f"{name} and {left}"
        return None

    def is_options(self, request: Request) -> bool:
        """Returns whether ours answers for itself with the methods (RFC 9110 section 9.3.7)."""
        methods = self.facts.operations.methods(request)
        return request.method == "OPTIONS" and bool(methods) and "options" not in methods

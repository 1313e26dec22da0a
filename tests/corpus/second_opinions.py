"""Asks openapi-core once more, without what it is known to do in another way.

If it agrees with ours then, that was the cause of the difference. docs/contract.md says what ours
does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from differences import Difference, Facts, explanation
from discriminators import translated
from mutations import Request
from references import resolved
from second_engine import Refusal, SecondEngine

# This stands for an encoded delimiter of a path, where openapi-core gets a decoded path.
DELIMITERS = {"%2F": "\u2044", "%3F": "\ufe56", "%23": "\ufe5f"}
ENGINES_MAX = 64


class SecondOpinions:
    """openapi-core's verdicts on requests, and on other forms of them."""

    def __init__(self, document: dict[str, Any], base_path: str, facts: Facts) -> None:
        self.document = document
        self.base_path = base_path
        self.facts = facts
        self.has_discriminators = '"discriminator"' in json.dumps(document)
        self.first = SecondEngine(document, base_path)
        self.of_path = lru_cache(ENGINES_MAX)(self._of_path)
        self.of_discriminators = lru_cache(ENGINES_MAX)(self._of_discriminators)

    def _of_path(self, template: str) -> SecondEngine:
        paths = {template: self.document["paths"][template]}
        return SecondEngine({**self.document, "paths": paths}, self.base_path)

    def _of_discriminators(self, template: str) -> SecondEngine:
        paths = {template: self.document["paths"][template]}
        return SecondEngine(translated({**self.document, "paths": paths}), self.base_path)

    def others(self, difference: Difference) -> Iterator[tuple[str, Refusal | None]]:
        """Yields the causes that are possible here, with the verdict that there is without them."""
        request = difference.request
        operations = self.facts.operations
        template = operations.template(request)
        if template is None:
            return
        methods = resolved(self.document, self.document["paths"][template])
        if request.method == "HEAD" and "head" not in methods and "get" in methods:
            # An answer to HEAD is that to GET without its body (RFC 9110 section 9.3.2).
            request = request.changed("as GET", method="GET")
            yield "HEAD", self.of_path(template).refusal(request)
        # Of two paths, ours takes the one that has literal text where the other has a parameter.
        yield "another path", self.of_path(template).refusal(request)
        if any(each in request.path.upper() for each in DELIMITERS):
            # Ours cuts the path before it decodes: a value in it may have these.
            path = request.path
            for encoded, other in DELIMITERS.items():
                path = path.replace(encoded, other).replace(encoded.lower(), other)
            decoded = request.changed("no delimiters", path=path)
            yield "encoded delimiters of a path", self.of_path(template).refusal(decoded)
        if self.has_discriminators:
            yield "discriminator", self.of_discriminators(template).refusal(request)

    def cause(self, difference: Difference) -> str | None:
        """Returns the cause without which both agree, or what is left is explained."""
        if difference.status in (200, 204) and self.is_options(difference.request):
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

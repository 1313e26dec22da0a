"""Finds the operation of a request, by docs/contract.md alone.

It shares nothing with our router, so that it is a witness where ours and openapi-core differ.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote

from mutations import Request
from references import resolved

JSON_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
JSON_TYPE = re.compile(r"(application|text)/json|[^/]+/[^/]+\+json")
UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
DEPTH_MAX = 8

Rank = tuple[tuple[int, int, int], ...]


def normal(segment: str) -> str:
    """Decodes what RFC 3986 calls unreserved, and nothing else."""

    def decoded(found: re.Match[str]) -> str:
        character = chr(int(found[1], 16))
        return character if UNRESERVED.fullmatch(character) else found[0].upper()

    return re.sub(r"%([0-9A-Fa-f]{2})", decoded, segment)


@dataclass(frozen=True)
class Template:
    text: str
    # These are the texts that a parameter may have, if another one is beside it.
    texts: dict[str, list[str]] = field(default_factory=dict, compare=False)

    @cached_property
    def segments(self) -> list[list[str]]:
        """Texts and names in turn, of each segment."""
        return [re.split(r"\{([^}]+)\}", segment) for segment in self.text.split("/")[1:]]

    @property
    def rank(self) -> Rank:
        """The lowest is taken: literals first, then more literal text, then more parameters."""
        return tuple(
            (0, 0, 0) if len(parts) == 1 else (1, -len("".join(parts[::2])), -len(parts[1::2]))
            for parts in self.segments
        )

    def values(self, path: str, value: str = ".+") -> dict[str, str] | None:
        """Returns the values of the parameters, or nothing if the path does not match."""
        segments = [normal(segment) for segment in path.split("/")[1:]]
        if not path.startswith("/") or len(segments) != len(self.segments):
            return None
        found: dict[str, str] = {}
        for segment, parts in zip(segments, self.segments, strict=True):
            pattern = re.escape(normal(parts[0]))
            for name, text in zip(parts[1::2], parts[2::2], strict=True):
                known = "|".join(map(re.escape, self.texts.get(name, [])))
                pattern += f"({known or value}){re.escape(normal(text))}"
            match = re.fullmatch(pattern, segment, re.DOTALL)
            if match is None:
                return None
            found.update(zip(parts[1::2], map(unquote, match.groups()), strict=True))
        return found


@dataclass(frozen=True)
class Route:
    base: str
    template: Template
    values: dict[str, str]  # Those of the path's parameters, decoded.


class Operations:
    def __init__(self, document: Any, bases: Collection[str]) -> None:
        self.document = document
        self.bases = bases
        self.templates = [
            Template(path, self.texts_of_neighbours(path, document["paths"][path]))
            for path in document["paths"]
            if path.startswith("/")
        ]

    def texts_of_neighbours(self, path: str, item: Any) -> dict[str, list[str]]:
        if "}{" not in path:
            return {}
        item = resolved(self.document, item)
        methods = [each for each in item.values() if isinstance(each, dict)]
        found: dict[str, list[str]] = {}
        for each in (item, *methods):
            for parameter in each.get("parameters", []):
                declared = resolved(self.document, parameter)
                schema = self.schema(declared)
                if isinstance(schema, dict) and "enum" in schema:
                    found[declared["name"]] = list(map(str, schema["enum"]))
        return found

    def paths_of(self, request: Request) -> list[tuple[str, str]]:
        """Returns each base path that a request has, and the path below it."""
        segments = request.path.split("/")
        found = []
        for base in self.bases:
            own = base.split("/")
            if list(map(normal, segments[: len(own)])) == list(map(normal, own)):
                found.append((base, "/" + "/".join(segments[len(own) :])))
        return found

    def route(self, request: Request) -> Route | None:
        """Returns the template that a request belongs to."""
        found = [
            Route(base, each, values)
            for base, path in self.paths_of(request)
            for each in self.templates
            if (values := each.values(path)) is not None
        ]
        return min(found, key=lambda route: route.template.rank) if found else None

    def template(self, request: Request) -> str | None:
        found = self.route(request)
        return found.template.text if found else None

    def has_empty_value(self, request: Request) -> bool:
        """Returns whether a template matches if its parameters may be empty, or slashes data."""
        decoded = request.changed("decoded", path=re.sub("%2F", "/", request.path, flags=re.I))
        paths = [*self.paths_of(request), *self.paths_of(decoded)]
        values = [each.values(path, ".*") for _, path in paths for each in self.templates]
        return any("" in each.values() for each in values if each is not None)

    def methods(self, request: Request) -> dict[str, Any]:
        """Returns the path's item of the document."""
        template = self.template(request)
        return {} if template is None else resolved(self.document, self.document["paths"][template])

    def operation(self, request: Request) -> dict[str, Any]:
        methods = self.methods(request)
        method = request.method.lower()
        return methods.get("get" if method == "head" and method not in methods else method, {})

    def parameters(self, request: Request) -> dict[tuple[str, str], dict[str, Any]]:
        """Returns the declared parameters by their place and name."""
        both = [
            *self.methods(request).get("parameters", []),
            *self.operation(request).get("parameters", []),
        ]
        found = [resolved(self.document, each) for each in both]
        return {(each["in"], each["name"]): each for each in found}

    def texts(self, request: Request, place: str, name: str) -> list[str]:
        """Returns the decoded texts that the request has of a parameter."""
        if place == "query":
            return [text for key, text in query_of(request) if key == name]
        if place == "header":
            text = request.header(name.lower())
            return [] if text is None else [text]
        found = self.route(request)
        if place != "path" or found is None:
            return []
        return [text for key, text in found.values.items() if key == name]

    def schema(self, parameter: dict[str, Any]) -> Any:
        return resolved(self.document, parameter.get("schema"))

    def types(self, schema: Any, depth: int = 0) -> set[str]:
        """Returns the types that a schema names, and "any" where one of its parts names none."""
        schema = resolved(self.document, schema)
        if not isinstance(schema, dict) or depth > DEPTH_MAX:
            return {"any"}
        parts = [*schema.get("anyOf", []), *schema.get("oneOf", []), *schema.get("allOf", [])]
        named = schema.get("type", [])
        found = {named} if isinstance(named, str) else set(named)
        for part in parts:
            found |= self.types(part, depth + 1)
        return found or {"any"}

    def body_schema(self, request: Request) -> Any:
        """Returns the schema that the body has for the request's media type."""
        body = resolved(self.document, self.operation(request).get("requestBody", {}))
        sent = media_type(request)
        for wanted in (sent, f"{sent.partition('/')[0]}/*", "*/*"):
            for key, each in body.get("content", {}).items():
                if key.partition(";")[0].strip().lower() == wanted:
                    return resolved(self.document, each.get("schema"))
        return None


def media_type(request: Request) -> str:
    return (request.header("content-type") or "").partition(";")[0].strip().lower()


def is_json(request: Request) -> bool:
    return JSON_TYPE.fullmatch(media_type(request)) is not None


def query_of(request: Request) -> list[tuple[str, str]]:
    return parse_qsl(request.query or "", keep_blank_values=True)

"""Finds the operation of a request, by docs/contract.md alone.

It shares nothing with our router, so that it is a witness where ours and openapi-core differ.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote

from mutations import Request
from references import resolved

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
            texts = [re.escape(normal(text)) for text in parts[::2]]
            match = re.fullmatch(f"({value})".join(texts), segment, re.DOTALL)
            if match is None:
                return None
            found.update(zip(parts[1::2], map(unquote, match.groups()), strict=True))
        return found


class Operations:
    def __init__(self, document: Any, base_path: str) -> None:
        self.document = document
        self.base_path = base_path
        self.templates = [Template(path) for path in document["paths"] if path.startswith("/")]

    def path_of(self, request: Request) -> str | None:
        """Returns the path below the base path."""
        base = self.base_path
        return request.path.removeprefix(base) if request.path.startswith(f"{base}/") else None

    def template(self, request: Request) -> str | None:
        path = self.path_of(request)
        found = [each for each in self.templates if path and each.values(path) is not None]
        return min(found, key=lambda each: each.rank).text if found else None

    def has_empty_value(self, request: Request) -> bool:
        """Returns whether a template matches if one of its parameters may be empty."""
        path = self.path_of(request)
        values = [each.values(path, ".*") for each in self.templates if path]
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
        template = self.template(request)
        path = self.path_of(request)
        if place != "path" or template is None or path is None:
            return []
        values = Template(template).values(path) or {}
        return [text for key, text in values.items() if key == name]

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
        for key, each in body.get("content", {}).items():
            if key.partition(";")[0].strip().lower() == sent:
                return resolved(self.document, each.get("schema"))
        return None


def media_type(request: Request) -> str:
    return (request.header("content-type") or "").partition(";")[0].strip().lower()


def is_json(request: Request) -> bool:
    return JSON_TYPE.fullmatch(media_type(request)) is not None


def query_of(request: Request) -> list[tuple[str, str]]:
    return parse_qsl(request.query or "", keep_blank_values=True)

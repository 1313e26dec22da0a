"""Changes valid requests in the ways that clients get them wrong."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from references import resolved

TEXTS = [
    "", "0", "1", "-1", "1.0", "1.5", "1e2", "007", "99999999999999999999", "abc", "ABC", "true",
    "True", "null", "a,b", "1,2", "a%2Cb", "%20", "+", "a+b", "%7B%7D", "%5B1%5D", "2026-02-30",
    "2026-02-28", "2026-02-28T10:00:00Z", "é", "%C3%A9", "%61", "a" * 300,
    "123e4567-e89b-42d3-a456-426614174000", "a%00b", "a;b", "a|b", "a%20b", "x=1",
]  # fmt: skip
VALUES: list[Any] = [
    None, True, False, 0, 1, -1, 1.0, 1.5, 10**20, "", "abc", "1", "2026-02-30", "é" * 3, [], {},
    [None], [1, 1], ["a"], {"a": 1}, "x" * 300,
]  # fmt: skip
MEDIA_TYPES = [
    "text/plain", "application/xml", "application/JSON", "application/json; charset=utf-8",
    "application/json;charset=UTF-8", "application/json; charset=utf-16",
    "application/problem+json",
    "application/x-www-form-urlencoded", "multipart/form-data", "nonsense", "",
]  # fmt: skip
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"]


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: str | None
    headers: dict[str, str]
    body: bytes | None
    template: str  # The document's path.
    changes: tuple[str, ...] = field(default=())

    @property
    def target(self) -> str:
        return self.path if self.query is None else f"{self.path}?{self.query}"

    def changed(self, name: str, **values: Any) -> Request:
        return replace(self, changes=(*self.changes, name), **values)

    def header(self, name: str) -> str | None:
        return next((text for key, text in self.headers.items() if key.lower() == name), None)


def valid_request(line: dict[str, Any]) -> Request:
    """Returns the request of a line of `penstock_contract requests`."""
    path, mark, query = line["target"].partition("?")
    body = line["body"]
    return Request(
        method=line["method"],
        path=path,
        query=query if mark else None,
        headers=line["headers"],
        body=None if body is None else body.encode(),
        template=line["path"],
    )


def declared(document: Any, request: Request, place: str) -> list[str]:
    """Returns the names of an operation's parameters in a place."""
    item = resolved(document, document["paths"].get(request.template, {}))
    operation = item.get(request.method.lower(), {})
    both = [*item.get("parameters", []), *operation.get("parameters", [])]
    found = [resolved(document, each) for each in both]
    return [each["name"] for each in found if each.get("in") == place]


class Mutator:
    def __init__(self, document: Any, seed: int) -> None:
        self.document = document
        self.random = random.Random(seed)
        self.kinds: list[Callable[[Request], Request]] = [
            self.query_value, self.query_value, self.query_dropped, self.query_twice,
            self.query_added, self.query_declared, self.query_declared, self.segment,
            self.segment_added, self.segment_encoded, self.method, self.header_value,
            self.header_dropped, self.media_type, self.body_dropped, self.body_text,
            *[self.body_value] * 8,
        ]  # fmt: skip

    def mutated(self, request: Request) -> Request:
        """Changes it once, and sometimes twice. A kind that has nothing to change tries again."""
        for _ in range(self.random.choice((1, 1, 1, 2))):
            for _ in range(20):
                made = self.random.choice(self.kinds)(request)
                if made is not request:
                    request = made
                    break
        return request

    def parts(self, request: Request) -> list[str]:
        return request.query.split("&") if request.query else []

    def query_value(self, request: Request) -> Request:
        parts = self.parts(request)
        if not parts:
            return request
        at = self.random.randrange(len(parts))
        name = parts[at].partition("=")[0]
        parts[at] = f"{name}={self.text()}"
        return request.changed("query value", query="&".join(parts))

    def query_dropped(self, request: Request) -> Request:
        parts = self.parts(request)
        if not parts:
            return request
        del parts[self.random.randrange(len(parts))]
        return request.changed("query dropped", query="&".join(parts) or None)

    def query_twice(self, request: Request) -> Request:
        parts = self.parts(request)
        if not parts:
            return request
        return request.changed("query twice", query="&".join([*parts, self.random.choice(parts)]))

    def query_added(self, request: Request) -> Request:
        parts = [*self.parts(request), f"unknown={self.text()}"]
        return request.changed("query added", query="&".join(parts))

    def query_declared(self, request: Request) -> Request:
        given = {part.partition("=")[0] for part in self.parts(request)}
        names = [name for name in declared(self.document, request, "query") if name not in given]
        if not names:
            return request
        parts = [*self.parts(request), f"{self.random.choice(names)}={self.text()}"]
        return request.changed("query declared", query="&".join(parts))

    def text(self) -> str:
        text = self.random.choice(TEXTS)
        return text if text.isascii() else quote(text)

    def segment(self, request: Request) -> Request:
        segments = request.path.split("/")
        segments[self.random.randrange(1, len(segments))] = self.text().replace("#", "%23")
        return request.changed("segment", path="/".join(segments))

    def segment_added(self, request: Request) -> Request:
        more = self.random.choice(("/", "/more", "/%2F", "//"))
        return request.changed("segment added", path=request.path + more)

    def segment_encoded(self, request: Request) -> Request:
        at = self.random.randrange(len(request.path))
        character = request.path[at]
        if not character.isalnum() or request.path[max(0, at - 2) : at].find("%") >= 0:
            return request
        path = f"{request.path[:at]}%{ord(character):02X}{request.path[at + 1 :]}"
        return request.changed("segment encoded", path=path)

    def method(self, request: Request) -> Request:
        return request.changed("method", method=self.random.choice(METHODS))

    def header_value(self, request: Request) -> Request:
        names = [*declared(self.document, request, "header")]
        if not names:
            return request
        name = self.random.choice(names)
        others = {key: text for key, text in request.headers.items() if key.lower() != name.lower()}
        text = self.random.choice(TEXTS)
        return request.changed("header value", headers={**others, name: text})

    def header_dropped(self, request: Request) -> Request:
        names = [name for name in request.headers if name.lower() != "content-type"]
        if not names:
            return request
        gone = self.random.choice(names)
        left = {name: text for name, text in request.headers.items() if name != gone}
        return request.changed("header dropped", headers=left)

    def media_type(self, request: Request) -> Request:
        if request.body is None:
            return request
        left = {key: text for key, text in request.headers.items() if key.lower() != "content-type"}
        media_type = self.random.choice(MEDIA_TYPES)
        headers = {**left, "Content-Type": media_type} if media_type else left
        return request.changed("media type", headers=headers)

    def body_dropped(self, request: Request) -> Request:
        if request.body is None:
            return request
        left = {key: text for key, text in request.headers.items() if key.lower() != "content-type"}
        return request.changed("body dropped", body=None, headers=left)

    def body_text(self, request: Request) -> Request:
        if not request.body:
            return request
        body = self.random.choice(
            (request.body[:-1], request.body + b"x", b"", b"null", b"[]", b'"a"', b"{", b"\xff")
        )
        return request.changed("body text", body=body)

    def body_value(self, request: Request) -> Request:
        try:
            value = json.loads(request.body or b"")
        except ValueError:
            return request
        changed = self.changed_value(value)
        return request.changed("body value", body=json.dumps(changed).encode())

    def changed_value(self, value: Any) -> Any:
        """Changes one place of the value: it goes down at random."""
        if isinstance(value, dict) and value and self.random.random() < 0.8:
            key = self.random.choice(list(value))
            match self.random.randrange(6):
                case 0:
                    return {name: each for name, each in value.items() if name != key}
                case 1:
                    return {**value, "unknown": self.random.choice(VALUES)}
                case _:
                    return {**value, key: self.changed_value(value[key])}
        if isinstance(value, list) and value and self.random.random() < 0.8:
            at = self.random.randrange(len(value))
            match self.random.randrange(4):
                case 0:
                    return value[:at] + value[at + 1 :]
                case 1:
                    return [*value, value[at]]
                case _:
                    return [*value[:at], self.changed_value(value[at]), *value[at + 1 :]]
        return self.random.choice(VALUES)

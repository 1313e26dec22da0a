"""Validates requests with openapi-core.

It is the second engine because it is the one that shares nothing with the other judges' answers: it
reads parameters by their styles itself, and validates with the reference validator of JSON Schema
in Python. It takes a millisecond or two for a request. express-openapi-validator changes schemas
and values while it validates (coercion, defaults), so that its verdicts are about something else.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from mutations import Request
from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from werkzeug.datastructures import Headers, ImmutableMultiDict
from werkzeug.http import parse_cookie

HOST = "http://localhost"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class SecondRequest:
    """A request as openapi-core's frameworks hand it over."""

    def __init__(self, request: Request) -> None:
        self.host_url = HOST
        self.path = unquote(request.path)
        self.full_url_pattern = HOST + self.path
        self.method = request.method.lower()
        self.body = request.body
        self.content_type = request.header("content-type") or ""
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(parse_qsl(request.query or "", keep_blank_values=True)),
            header=Headers(list(request.headers.items())),
            cookie=parse_cookie(request.header("cookie") or ""),
        )


def prepared(document: dict[str, Any], base_path: str) -> dict[str, Any]:
    """Returns a copy with one server, and without security, which ours does not enforce here."""
    made = copy.deepcopy(document)
    made["servers"] = [{"url": HOST + base_path}]
    made.pop("security", None)
    for path, item in made["paths"].items():
        if not path.startswith("/"):
            continue
        item.pop("servers", None)
        for method in METHODS:
            if method in item:
                item[method].pop("security", None)
                item[method].pop("servers", None)
    return made


def json_types(value: Any) -> set[str]:
    """Returns all keys below that are media types of JSON with a suffix."""
    if isinstance(value, list):
        return set().union(*map(json_types, value))
    if not isinstance(value, dict):
        return set()
    found = {key for key in value if "/" in key and key.endswith("+json")}
    return found.union(*map(json_types, value.values()))


def text_of(error: BaseException) -> str:
    try:
        return str(error)
    except ValueError:  # It quotes a body that is not UTF-8.
        return ""


@dataclass(frozen=True)
class Refusal:
    text: str  # Its reasons, each with that which has caused it.
    errors: tuple[str, ...]  # The errors of schemas among them.


class SecondEngine:
    def __init__(self, document: dict[str, Any], base_path: str) -> None:
        # The verdict on the document is another judge's, and it knows few of the JSON types.
        config = Config(
            spec_validator_cls=None,
            extra_media_type_deserializers=dict.fromkeys(json_types(document), json.loads),
        )
        self.engine = OpenAPI.from_dict(prepared(document, base_path), config=config)

    def refusal(self, request: Request) -> Refusal | None:
        """Returns why it refuses the request, or nothing."""
        try:
            self.engine.validate_request(SecondRequest(request))
        except Exception as error:  # What it does not expect is the verdict of a crash.
            reasons: list[str] = []
            errors: list[str] = []
            cause: BaseException | None = error
            while cause is not None:
                reasons.append(f"{type(cause).__name__}: {text_of(cause)[:80]}")
                found = [
                    f"{each.validator} at /{'/'.join(map(str, each.path))}: {each.message}"
                    for each in getattr(cause, "schema_errors", ())
                ]
                reasons += [each[:120] for each in found]
                errors += found
                cause = cause.__cause__ or cause.__context__
            return Refusal(" < ".join(reasons), tuple(errors))
        return None

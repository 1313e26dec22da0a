"""Why two engines may judge a request differently: the rules, with a reason each.

Where ours refuses a request that openapi-core accepts, each fault that ours names needs a rule of
OURS. Where openapi-core refuses a request that ours accepts, each error of its schemas needs a rule
of ERRORS, or its reason one of THEIRS. A rule looks at the document and at the request, not only at
what an engine says of them: a wrong verdict of ours must not pass for a known difference.
second_opinions.py has the differences that another question to openapi-core proves.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import unquote_to_bytes

from mutations import Request
from operations import Operations, is_json, query_of
from references import resolved
from second_engine import Refusal

Fault = dict[str, str]

JSON_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
BOOLEANS = {"y", "yes", "t", "on", "1", "n", "no", "f", "off", "0", "true", "false"}
SEPARATORS = re.compile(r"[,;| ]")


@dataclass
class Facts:
    """What rules need to know of a document."""

    operations: Operations
    # A property that is only for answers is here with its name.
    read_only: set[str] = field(default_factory=set)


def facts_of(document: Any, base_path: str) -> Facts:
    found = Facts(Operations(document, base_path))

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
        if "content" in parameter:
            return True
        return not {"any", "array", "object"} & self.facts.operations.types(parameter.get("schema"))

    def texts(self, fault: Fault) -> list[str]:
        return self.facts.operations.texts(self.request, fault["in"], fault.get("name", ""))

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


def is_undeclared(difference: Difference, fault: Fault) -> bool:
    if fault["keyword"] != "undeclared":
        return False
    if fault["in"] == "body":
        return "requestBody" not in difference.facts.operations.operation(difference.request)
    name = fault["name"]
    return not any(
        place == fault["in"] and (declared == name or name.startswith(f"{declared}["))
        for place, declared in difference.parameters
    )


def has_bad_encoding(difference: Difference, fault: Fault) -> bool:
    request = difference.request
    try:
        sent = unquote_to_bytes(request.target).decode()
    except UnicodeDecodeError:
        return fault["keyword"] == "encoding"
    return fault["keyword"] == "encoding" and "\0" in sent + "".join(
        unquote_to_bytes(each).decode(errors="replace") for each in request.headers.values()
    )


def has_default(difference: Difference, fault: Fault) -> bool:
    parameter = difference.parameters.get((fault["in"], fault.get("name", "")), {})
    schema = difference.facts.operations.schema(parameter)
    return (
        fault["keyword"] == "required"
        and parameter.get("required") is True
        and isinstance(schema, dict)
        and "default" in schema
        and not difference.texts(fault)
    )


def is_word_for_boolean(difference: Difference, fault: Fault) -> bool:
    parts = [part for text in difference.texts(fault) for part in SEPARATORS.split(text)]
    return (
        fault["keyword"] == "type"
        and "true or false" in fault["message"]
        and any(part not in ("true", "false") and part.lower() in BOOLEANS for part in parts)
    )


def is_number_of_python(text: str) -> bool:
    if JSON_NUMBER.fullmatch(text):
        return False
    with suppress(ValueError):
        float(text)
        return True
    return False


def is_other_number(difference: Difference, fault: Fault) -> bool:
    texts = difference.texts(fault)
    parts = [part for text in texts for part in (text, *re.split("[,;|]", text))]
    return (
        fault["keyword"] == "type"
        and re.search("number|integer", fault["message"]) is not None
        and any(map(is_number_of_python, parts))
    )


def is_binary_in_json(difference: Difference, fault: Fault) -> bool:
    schema = difference.facts.operations.body_schema(difference.request)
    return (
        fault["in"] == "body"
        and fault["pointer"] == ""
        and is_json(difference.request)
        and isinstance(schema, dict)
        and schema.get("format") == "binary"
        and ("must be a string" in fault["message"] or "is not JSON" in fault["message"])
    )


OURS = [
    OurRule(
        "undeclared",
        "Ours refuses parameters and bodies that the operation does not declare (docs/contract.md);"
        " openapi-core reads what is declared, and no more.",
        is_undeclared,
    ),
    OurRule(
        "given twice",
        "Ours refuses a parameter that is no array and comes twice, since readers take different"
        " ones of the values; openapi-core takes the first.",
        lambda difference, fault: fault.get("name") in difference.repeated,
    ),
    OurRule(
        "NUL or not UTF-8",
        "Ours refuses these characters in parameters; openapi-core replaces or keeps them.",
        has_bad_encoding,
    ),
    OurRule(
        "default of a required parameter",
        "A required parameter must be there (Parameter Object, required); openapi-core takes its"
        " default instead.",
        has_default,
    ),
    OurRule(
        "words for Booleans",
        "true and false are the only texts of a Boolean; openapi-core reads 1, t, yes, on and their"
        " opposites, in any case.",
        is_word_for_boolean,
    ),
    OurRule(
        "format binary in JSON",
        "Ours reads JSON, and demands its string; openapi-core takes any bytes for the value.",
        is_binary_in_json,
    ),
    OurRule(
        "numbers as Python writes them",
        "A number in a text is written as in JSON; openapi-core reads it as Python does: with"
        " leading zeros, a plus, spaces or underscores.",
        is_other_number,
    ),
]


def has_other_charset(difference: Difference) -> bool:
    found = re.search(r'charset="?([^";]*)', difference.request.header("content-type") or "")
    return difference.status == 415 and found is not None and found[1].lower() != "utf-8"


# These are for answers without a list of faults.
PLAIN = [
    TheirRule(
        "charset",
        "JSON is UTF-8 between systems (RFC 8259 section 8.1), and ours reads no other encoding;"
        " openapi-core ignores the parameter or decodes it.",
        has_other_charset,
    ),
    TheirRule(
        "empty value in a path",
        "No value in a path is empty, as no server can tell such a path from another;"
        " openapi-core takes an empty one.",
        lambda difference: (
            difference.status == 404
            and difference.facts.operations.template(difference.request) is None
            and difference.facts.operations.has_empty_value(difference.request)
        ),
    ),
]

# These are for the errors of schemas that openapi-core finds.
ERRORS = [
    ErrorRule(
        "read-only properties are required",
        "The requirement is about answers only (Schema Object, readOnly); openapi-core demands them"
        " in requests where they are behind a $ref.",
        lambda difference, error: any(
            error.startswith("required ") and error.endswith(f": '{name}' is a required property")
            for name in difference.facts.read_only
        ),
    ),
    ErrorRule(
        "format time",
        "A time of RFC 3339 has an offset; openapi-core knows the time of draft 3, without one.",
        lambda _, error: error.startswith("format ") and error.endswith("is not a 'time'"),
    ),
    ErrorRule(
        "1.0 is an integer",
        "JSON Schema says so since draft 6; openapi-core follows draft 4 for OpenAPI 3.0.",
        lambda _, error: (
            re.search(r": -?\d+(\.0|e\+?\d+) is not of type 'integer'$", error) is not None
        ),
    ),
]


def has_empty_text(difference: Difference) -> bool:
    return any(
        not text
        and {"string", "any"} & difference.facts.operations.types(parameter.get("schema"))
        and f"Value of {name} query"[:40] in difference.theirs_text
        for (_, name), parameter in difference.parameters.items()
        for text in difference.facts.operations.texts(difference.request, "query", name)
    )


def is_allowed_empty_text(difference: Difference) -> bool:
    return any(
        not text and difference.parameters.get(("query", name), {}).get("allowEmptyValue") is True
        for name, text in query_of(difference.request)
    ) and ("base 10: ''" in difference.theirs_text or "boolean format" in difference.theirs_text)


def is_text_or_number(difference: Difference) -> bool:
    operations = difference.facts.operations
    return difference.theirs_text.startswith("InvalidParameter") and any(
        "string" in operations.types(parameter.get("schema"))
        and {"number", "integer"} & operations.types(parameter.get("schema"))
        and any(map(JSON_NUMBER.fullmatch, operations.texts(difference.request, *key)))
        for key, parameter in difference.parameters.items()
    )


THEIRS = [
    TheirRule(
        "empty query value",
        "An empty text is a value, and its schema decides; openapi-core refuses it without"
        " allowEmptyValue, which concerns names without a value.",
        has_empty_text,
    ),
    TheirRule(
        "a body of no bytes",
        "With a media type it is a body, which may be right for bytes and text; openapi-core takes"
        " it for none.",
        lambda difference: (
            difference.request.body == b""
            and not is_json(difference.request)
            and "MissingRequiredRequestBody" in difference.theirs_text
        ),
    ),
    TheirRule(
        "allowEmptyValue",
        "With it a query parameter of any type may be empty (Parameter Object); openapi-core casts"
        " the empty text all the same.",
        is_allowed_empty_text,
    ),
    TheirRule(
        "1.0 is an integer",
        "JSON Schema says so since draft 6; openapi-core reads texts with Python's int().",
        lambda difference: (
            re.search(r"base 10: '-?\d+(\.0+|e\d+)'", difference.theirs_text) is not None
        ),
    ),
    TheirRule(
        "a text that may be a number",
        "A parameter that may be a string or a number is valid as either; openapi-core decides for"
        " the number, whose limits refuse it.",
        is_text_or_number,
    ),
]


def explanation(difference: Difference) -> str | None:
    """Returns the names of the rules that explain a difference, or nothing if one is missing."""
    if not difference.theirs:
        if not difference.faults:
            return next((rule.name for rule in PLAIN if rule.explains(difference)), None)
        return joined(
            next((rule.name for rule in OURS if rule.explains(difference, fault)), None)
            for fault in difference.faults
        )
    by_reason = next((rule.name for rule in THEIRS if rule.explains(difference)), None)
    if by_reason or not difference.theirs.errors:
        return by_reason
    return joined(
        next((rule.name for rule in ERRORS if rule.explains(difference, error)), None)
        for error in difference.theirs.errors
    )


def joined(names: Any) -> str | None:
    found = list(names)
    return None if None in found else " and ".join(sorted(set(found)))

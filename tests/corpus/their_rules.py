"""Why openapi-core refuses requests that ours accepts."""

from __future__ import annotations

import json
import re
from contextlib import suppress

from differences import Difference, ErrorRule, TheirRule
from operations import JSON_NUMBER, is_json, query_of


# These are for the errors of schemas that openapi-core finds.
def is_value_of_enum(difference: Difference, error: str) -> bool:
    operations = difference.facts.operations
    for key, parameter in difference.parameters.items():
        schema = operations.schema(parameter)
        if operations.types(schema) != {"any"} or "enum" not in schema:
            continue
        for text in operations.texts(difference.request, *key):
            with suppress(ValueError):
                if json.loads(text) in schema["enum"]:
                    return error.startswith(f"enum at /: '{text}' is not one of ")
    return False


ERRORS = [
    ErrorRule(
        "readOnly of a parameter",
        "readOnly is for properties (Schema Object); openapi-core refuses the parameter.",
        lambda difference, error: (
            error.startswith("readOnly at /: ")
            and difference.theirs_text.startswith("InvalidParameter")
        ),
    ),
    ErrorRule(
        "a value of an enum without a type",
        "A text is read as a number or a boolean where the schema allows one; openapi-core reads it"
        " as a string where there is no type.",
        is_value_of_enum,
    ),
    ErrorRule(
        "bytes for a string",
        "A body that is neither JSON nor text is a string of bytes; openapi-core knows it by format"
        " binary only.",
        lambda difference, error: (
            not is_json(difference.request)
            and error.startswith("type at /: b")
            and error.endswith(" is not of type 'string'")
        ),
    ),
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
    ) and any(
        part in difference.theirs_text
        for part in ("base 10: ''", "boolean format", "'' is not one of")
    )


def is_text_or_number(difference: Difference) -> bool:
    operations = difference.facts.operations
    return difference.theirs_text.startswith("InvalidParameter") and any(
        "string" in operations.types(parameter.get("schema"))
        and {"number", "integer"} & operations.types(parameter.get("schema"))
        and any(map(JSON_NUMBER.fullmatch, operations.texts(difference.request, *key)))
        for key, parameter in difference.parameters.items()
    )


def is_other_body(difference: Difference) -> bool:
    types = difference.facts.operations.types(
        difference.facts.operations.body_schema(difference.request)
    )
    return (
        not is_json(difference.request)
        and types <= {"object", "array"}
        and "InvalidRequestBody" in difference.theirs_text
    )


THEIRS = [
    TheirRule(
        "charset of a key",
        "A charset of UTF-8 may be left out or be written in capitals; openapi-core compares it.",
        lambda difference: (
            "MediaTypeNotFound" in difference.theirs_text
            and "utf-8" in (difference.request.header("content-type") or "").lower()
            and difference.facts.operations.body_schema(difference.request) is not None
        ),
    ),
    TheirRule(
        "a schema of another body",
        "An object or array cannot describe bytes or text, so that ours does not hold it against"
        " them, which check remarks; openapi-core refuses each body.",
        is_other_body,
    ),
    TheirRule(
        "patterns that Python cannot read",
        "Patterns are of ECMA-262, with \\p{…} and [\\w-.]; openapi-core fails at Python's error.",
        lambda difference: difference.theirs_text.startswith(
            ("error: bad escape", "error: bad character range")
        ),
    ),
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
        " the empty text, or looks for it in the enum, all the same.",
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

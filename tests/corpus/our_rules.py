"""Why ours refuses requests that openapi-core accepts."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from differences import Difference, Fault, OurRule, TheirRule
from operations import JSON_NUMBER, is_json
from references import at

BOOLEANS = {"y", "yes", "t", "on", "1", "n", "no", "f", "off", "0", "true", "false"}
SEPARATORS = re.compile(r"[,;| ]")


def is_undeclared(difference: Difference, fault: Fault) -> bool:
    if fault["keyword"] != "undeclared":
        return False
    if fault["in"] == "body":
        return "requestBody" not in difference.facts.operations.operation(difference.request)
    name = fault["name"]
    return not any(
        place == fault["in"]
        and (
            (declared == name and not has_other_names(difference, parameter))
            or name.startswith(f"{declared}[")
        )
        for (place, declared), parameter in difference.parameters.items()
    )


def has_other_names(difference: Difference, parameter: dict[str, Any]) -> bool:
    """Returns whether it is an object whose properties alone stand in the query."""
    return (
        difference.facts.operations.types(parameter.get("schema")) == {"object"}
        and parameter.get("style", "form") in ("deepObject", "form")
        and parameter.get("explode", True) is True
    )


def has_bad_encoding(difference: Difference, fault: Fault) -> bool:
    request = difference.request
    if fault["keyword"] != "encoding":
        return False
    if fault["in"] == "body":
        sent = [request.body or b""]
    else:
        texts = [request.target, *request.headers.values()]
        sent = [unquote_to_bytes(each) for each in texts]
    return any(b"\0" in each or not is_utf_8(each) for each in sent)


def is_utf_8(sent: bytes) -> bool:
    with suppress(UnicodeDecodeError):
        sent.decode()
        return True
    return False


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


# These are texts of formats that openapi-core does not know, by the beginning of our sentence.
FORMATS = {
    "must be a duration": re.compile(r"P(?=.)(\d+[YMWD])*(T(\d+(\.\d+)?[HMS])+)?"),
    "must be a host name": re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.?"),
    "must be a URI": re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:.*"),
    "must be the digits of a whole number": re.compile(r"-?[0-9]+"),
}


def is_other_format(difference: Difference, fault: Fault) -> bool:
    value: Any = None
    if fault["in"] == "body":
        with suppress(ValueError, KeyError, IndexError, TypeError):
            body = json.loads(difference.request.body or b"")
            value = at(body, f"#{quote(fault['pointer'])}")
    else:
        value = next(iter(difference.texts(fault)), None)
    return (
        fault["keyword"] == "format"
        and isinstance(value, str)
        and any(
            fault["message"].startswith(sentence) and pattern.fullmatch(value) is None
            for sentence, pattern in FORMATS.items()
        )
    )


def is_class_of_unicode(difference: Difference, fault: Fault) -> bool:
    pattern = fault["message"].removeprefix("must match ")
    with suppress(re.error):
        return fault["keyword"] == "pattern" and any(
            re.search(pattern, text) and not re.search(pattern, text, re.ASCII)
            for text in difference.texts(fault)
        )
    return False


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
        "Ours refuses these bytes in parameters and texts; openapi-core replaces or keeps them.",
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
        "formats",
        "Ours asserts uri, duration and texts of 64-bit numbers; openapi-core does not know them.",
        is_other_format,
    ),
    OurRule(
        "classes of Unicode in patterns",
        "\\w and \\d are of ASCII (ECMA-262, which JSON Schema names); Python's are of Unicode.",
        is_class_of_unicode,
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
        "two slashes at the beginning",
        "No template has them; openapi-core takes what follows for a host.",
        lambda difference: (
            difference.status == 404
            and difference.request.path.startswith("//")
            and difference.facts.operations.template(difference.request) is None
        ),
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

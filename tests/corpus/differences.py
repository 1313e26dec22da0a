"""Why two engines may judge a request differently: the rules, with a reason each.

Where ours refuses a request that openapi-core accepts, each fault that ours names needs a rule of
OURS. Where openapi-core refuses a request that ours accepts, its reason needs a rule of THEIRS.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from mutations import Request
from references import resolved

Fault = dict[str, str]


@dataclass
class Facts:
    """What rules need to know of a document, in addition to the request."""

    # A parameter that has a default is here with its place and name.
    defaults: set[tuple[str, str]] = field(default_factory=set)
    # A property that is only for answers is here with its name.
    read_only: set[str] = field(default_factory=set)


def facts_of(document: Any) -> Facts:
    found = Facts()

    def look_at(value: Any) -> None:
        if isinstance(value, list):
            for each in value:
                look_at(each)
        if not isinstance(value, dict):
            return
        schema = value.get("schema")
        if isinstance(value.get("in"), str) and isinstance(schema, dict) and "default" in schema:
            found.defaults.add((value["in"], str(value.get("name"))))
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
    theirs: str  # Why openapi-core refuses it, or nothing.
    facts: Facts

    @cached_property
    def faults(self) -> list[Fault]:
        """The list of faults in our answer."""
        try:
            return json.loads(self.ours).get("errors", [])
        except ValueError:
            return []

    @cached_property
    def repeated(self) -> set[str]:
        return {each["name"] for each in self.faults if each["keyword"] == "repeated"}

    @property
    def group(self) -> str:
        """What differences of one kind have in common."""
        faults = sorted({f"{each['in']} {each['keyword']}" for each in self.faults})
        names = [part.partition(":")[0].partition(" at ")[0] for part in self.theirs.split(" < ")]
        return f"{self.status} {', '.join(faults)} against {' '.join(names) or 'accepted'}"

    def text(self) -> str:
        request = self.request
        return (
            f"{'+'.join(request.changes)}: {request.method} {request.target[:150]} "
            f"{request.headers} {(request.body or b'')[:200]!r}\n"
            f"    ours: {self.status} {json.dumps(self.faults)[:300]}\n"
            f"    theirs: {self.theirs[:400] or 'accepted'}"
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


def is_about_booleans(_: Difference, fault: Fault) -> bool:
    return fault["keyword"] == "type" and "true or false" in fault["message"]


OURS = [
    OurRule(
        "undeclared",
        "Ours refuses parameters and bodies that the operation does not declare (docs/contract.md);"
        " openapi-core reads what is declared, and no more.",
        lambda _, fault: fault["keyword"] == "undeclared",
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
        lambda _, fault: fault["keyword"] == "encoding",
    ),
    OurRule(
        "default of a required parameter",
        "A required parameter must be there (Parameter Object, required); openapi-core takes its"
        " default instead.",
        lambda difference, fault: (
            fault["keyword"] == "required"
            and (fault["in"], fault["name"]) in difference.facts.defaults
        ),
    ),
    OurRule(
        "literal text after a parameter",
        "Of /{name}:cancel and /{name} ours takes the one with more literal text, openapi-core"
        " takes the first that matches.",
        lambda difference, _: ":" in difference.request.path.rpartition("/")[2],
    ),
    OurRule(
        "words for Booleans",
        "true and false are the only texts of a Boolean; openapi-core reads 1, t, yes, on and their"
        " opposites, in any case.",
        is_about_booleans,
    ),
    OurRule(
        "format binary in JSON",
        "Ours reads JSON, and demands its string; openapi-core takes any bytes for the value.",
        lambda _, fault: (
            fault["in"] == "body"
            and fault["pointer"] == ""
            and ("must be a string" in fault["message"] or "is not JSON" in fault["message"])
        ),
    ),
    OurRule(
        "numbers as Python writes them",
        "A number in a text is written as in JSON; openapi-core reads it as Python does: with"
        " leading zeros, a plus, spaces or underscores.",
        lambda difference, fault: (
            fault["in"] in ("query", "path", "header")
            and fault["keyword"] == "type"
            and "number" in fault["message"]
            and re.search(r"\b0\d|[+_ ]|%20|%2B", difference.request.target) is not None
        ),
    ),
]


def has_encoded(delimiters: str) -> Callable[[Difference], bool]:
    pattern = re.compile(f"%({delimiters})", re.IGNORECASE)
    return lambda difference: pattern.search(difference.request.path) is not None


# These are for answers without a list of faults.
PLAIN = [
    TheirRule(
        "charset",
        "JSON is UTF-8 between systems (RFC 8259 section 8.1), and ours reads no other encoding;"
        " openapi-core ignores the parameter or decodes it.",
        lambda difference: (
            difference.status == 415
            and "charset" in (difference.request.header("content-type") or "")
        ),
    ),
    TheirRule(
        "HEAD",
        "An answer to HEAD has no body, so ours cannot say why it refuses the request. The same"
        " reasons are known of GET.",
        lambda difference: difference.request.method == "HEAD" and difference.status == 400,
    ),
    TheirRule(
        "literal paths first",
        "A path without a parameter comes before one with it (Path Templating), whatever their"
        " methods are; openapi-core takes the other one if that has the method.",
        lambda difference: difference.status == 405,
    ),
    TheirRule(
        "slashes in a parameter",
        "A value in a path has no slash (Path Templating); openapi-core finds more slashes in it.",
        lambda difference: difference.status == 404 and "/" in difference.request.path[1:],
    ),
]

THEIRS = [
    TheirRule(
        "read-only properties are sent",
        "A request SHOULD NOT have them (OpenAPI 3.0), or they MAY be ignored (3.1): ours validates"
        " and ignores them, openapi-core refuses them.",
        lambda difference: " < readOnly at /" in difference.theirs,
    ),
    TheirRule(
        "read-only properties are required",
        "The requirement is about answers only (Schema Object, readOnly); openapi-core demands them"
        " in requests where they are behind a $ref.",
        lambda difference: any(
            f"'{name}' is a required property" in difference.theirs
            for name in difference.facts.read_only
        ),
    ),
    TheirRule(
        "format time",
        "A time of RFC 3339 has an offset; openapi-core knows the time of draft 3, without one.",
        lambda difference: "is not a 'time'" in difference.theirs,
    ),
    TheirRule(
        "two slashes at the beginning",
        "openapi-core takes what follows for a host.",
        lambda difference: difference.request.path.startswith("//"),
    ),
    TheirRule(
        "redirected",
        "Ours redirects a path that has a slash too many at its end; openapi-core does not find it,"
        " or finds an empty parameter.",
        lambda difference: difference.status in (307, 308),
    ),
    TheirRule(
        "HEAD and OPTIONS",
        "Ours answers HEAD as it does GET, and OPTIONS with the methods (RFC 9110 section 9);"
        " openapi-core knows declared methods only.",
        lambda difference: (
            difference.request.method in ("HEAD", "OPTIONS")
            and difference.theirs.startswith("OperationNotFound")
        ),
    ),
    TheirRule(
        "empty query value",
        "An empty text is a value, and its schema decides; openapi-core refuses it without"
        " allowEmptyValue, which concerns names without a value.",
        lambda difference: "EmptyQueryParameterValue" in difference.theirs,
    ),
    TheirRule(
        "a body of no bytes",
        "With a media type it is a body, which may be right for bytes and text; openapi-core takes"
        " it for none.",
        lambda difference: (
            difference.request.body == b"" and "MissingRequiredRequestBody" in difference.theirs
        ),
    ),
    TheirRule(
        "allowEmptyValue",
        "With it a query parameter of any type may be empty (Parameter Object); openapi-core casts"
        " the empty text all the same.",
        lambda difference: (
            ("base 10: ''" in difference.theirs or "boolean format" in difference.theirs)
            and re.search(r"=(&|$)", difference.request.query or "") is not None
        ),
    ),
    TheirRule(
        "colons in a template",
        "A name in a template may have a colon; openapi-core takes what follows for a format, and"
        " fails.",
        lambda difference: difference.theirs.startswith("KeyError"),
    ),
    TheirRule(
        "1.0 is an integer",
        "JSON Schema says so since draft 6; openapi-core follows draft 4 for OpenAPI 3.0, and"
        " Python's int() for texts.",
        lambda difference: (
            re.search(r"(\b\d+\.0|\b\d+e\d+)\b.*(not of type 'integer'|int\(\))", difference.theirs)
            is not None
            or re.search(r"base 10: '-?\d+(\.0+|e\d+)'", difference.theirs) is not None
        ),
    ),
    TheirRule(
        "a text that may be a number",
        "A parameter that may be a string or a number is valid as either; openapi-core decides for"
        " the number, whose limits refuse it.",
        lambda difference: (
            difference.theirs.startswith("InvalidParameter")
            and "under any of the given schemas" in difference.theirs
        ),
    ),
    TheirRule(
        "encoded delimiters of a path",
        "Ours cuts the path before it decodes, so that a parameter may hold %2F, %3F and %23;"
        " frameworks hand openapi-core a decoded path.",
        has_encoded("2f|3f|23"),
    ),
]


def explanation(difference: Difference) -> str | None:
    """Returns the names of the rules that explain a difference, or nothing if one is missing."""
    if not difference.ours:
        return next((rule.name for rule in THEIRS if rule.explains(difference)), None)
    if not difference.faults:
        return next((rule.name for rule in PLAIN if rule.explains(difference)), None)
    names: set[str] = set()
    for fault in difference.faults:
        rule = next((rule for rule in OURS if rule.explains(difference, fault)), None)
        if rule is None:
            return None
        names.add(rule.name)
    return " and ".join(sorted(names))

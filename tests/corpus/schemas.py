"""Makes schemas of OpenAPI documents readable for a validator of JSON Schema draft 2020-12.

OpenAPI 3.0 writes some things otherwise: nullable, Boolean exclusive bounds, and a $ref beside
which nothing counts. In both versions, an answer needs no property that is only for requests, and a
request none that is only for answers (Schema Object, readOnly and writeOnly).
"""

from __future__ import annotations

import base64
from typing import Any, Literal
from urllib.parse import quote

import jsonschema_rs
from references import URI_SAFE, resolved

Direction = Literal["request", "answer"]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
ADDRESS = "corpus:///document"
# Their values are instances, in which a key such as `nullable` means nothing.
INSTANCES = ("default", "example", "examples", "enum", "const")
# The validator has formats of texts only.
RANGES = {
    "int32": {"minimum": -(2**31), "maximum": 2**31 - 1},
    "int64": {"minimum": -(2**63), "maximum": 2**63 - 1},
}


class Translation:
    """One document for one direction."""

    def __init__(self, document: dict[str, Any], direction: Direction) -> None:
        self.document = document
        self.is_3_0 = str(document["openapi"]).startswith("3.0")
        self.hidden = "writeOnly" if direction == "answer" else "readOnly"

    def translated(self, value: Any, names: bool = False) -> Any:
        """Translates all below. With `names`, the keys are names of properties or the like."""
        if isinstance(value, list):
            return [self.translated(each) for each in value]
        if not isinstance(value, dict):
            return value
        if names:
            return {name: self.translated(each) for name, each in value.items()}
        if isinstance(value.get("$ref"), str):
            # Some documents write characters that no URI may have.
            value = {**value, "$ref": quote(value["$ref"], safe=URI_SAFE + "#/%?")}
            if self.is_3_0:
                return {"$ref": value["$ref"]}
        made = {
            key: each
            if key in INSTANCES
            else self.translated(each, key in ("properties", "patternProperties", "schemas"))
            for key, each in value.items()
        }
        if self.is_3_0:
            self.translate_3_0(value, made)
        if isinstance(value.get("format"), str) and value["format"] in RANGES:
            made["allOf"] = [*made.get("allOf", []), RANGES[value["format"]]]
        if "discriminator" in value and "oneOf" in made:
            # The property selects one alternative, and another one may match, too.
            made["allOf"] = [*made.get("allOf", []), {"anyOf": made.pop("oneOf")}]
        self.relax(value, made)
        return made

    def translate_3_0(self, value: dict[str, Any], made: dict[str, Any]) -> None:
        made.pop("nullable", None)
        if value.get("nullable") is True and isinstance(value.get("type"), str):
            made["type"] = [value["type"], "null"]
        for bound in ("minimum", "maximum"):
            exclusive = "exclusive" + bound.capitalize()
            if isinstance(value.get(exclusive), bool):
                del made[exclusive]
                if value[exclusive] and bound in made:
                    made[exclusive] = made.pop(bound)

    def relax(self, value: dict[str, Any], made: dict[str, Any]) -> None:
        required = value.get("required")
        properties = value.get("properties")
        if isinstance(required, list) and isinstance(properties, dict):
            made["required"] = [
                name for name in required if not self.is_hidden(properties.get(name))
            ]

    def is_hidden(self, schema: Any) -> bool:
        try:
            found = resolved(self.document, schema)
        except (KeyError, IndexError, ValueError):
            return False
        return isinstance(found, dict) and found.get(self.hidden) is True


def is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except ValueError:
        return False
    return True


class Schemas:
    """Validates values by the schemas of one document, which are named by their pointers."""

    def __init__(self, document: dict[str, Any], direction: Direction) -> None:
        resource = Translation(document, direction).translated(document)
        self.registry = jsonschema_rs.Registry(
            [(ADDRESS, resource)], draft=jsonschema_rs.Draft202012
        )
        self.validators: dict[str, Any] = {}

    def fault(self, where: str, value: Any) -> str | None:
        """Returns what is wrong with the value, or nothing.

        Raises:
            ValueError: the schema itself is beyond the validator, such as one of its patterns.
        """
        if where not in self.validators:
            self.validators[where] = jsonschema_rs.validator_for(
                {"$schema": DIALECT, "$ref": ADDRESS + where},
                registry=self.registry,
                validate_formats=True,
                # The validator has the formats of JSON Schema only.
                formats={"byte": is_base64},
            )
        error = next(self.validators[where].iter_errors(value), None)
        if error is None:
            return None
        place = "/".join(map(str, error.instance_path))
        rule = "/".join(map(str, error.schema_path))
        return f"/{place} by {rule}: {error.message[:200]}"

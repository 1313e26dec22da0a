"""Writes what a discriminator means as JSON Schema, for an engine that reads it otherwise.

openapi-core looks at a discriminator beside oneOf, anyOf and allOf only, not at one of a base. It
takes each value for the name of a schema, even if that is no alternative, and demands objects.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from typing import Any

from references import pointer

SCHEMAS = "#/components/schemas/"
OWN = "--without-discriminator"


def names_of(alternatives: list[str], mapping: dict[str, Any]) -> dict[str, str]:
    """Returns the reference that each value of the property chooses."""
    mapped = {
        value: text if "/" in text or text.startswith("#") else SCHEMAS + text
        for value, text in mapping.items()
        if isinstance(text, str)
    }
    implied = {each.rpartition("/")[2]: each for each in alternatives}
    return {value: each for value, each in {**implied, **mapped}.items() if each in alternatives}


def chosen(property_name: str, names: dict[str, str], otherwise: list[Any]) -> dict[str, Any]:
    """Returns a schema that is that of the alternative which a value chooses."""

    def having(values: list[str]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": [property_name],
            "properties": {property_name: {"enum": values}},
        }

    choices: list[Any] = [
        {"allOf": [having([value]), {"$ref": reference}]} for value, reference in names.items()
    ]
    others = {"allOf": [{"not": having(list(names))}, *otherwise]}
    return {"anyOf": [*choices, others]}


def translated(document: dict[str, Any]) -> dict[str, Any]:
    """Returns a copy of the document, whose discriminators are written as alternatives."""
    made = copy.deepcopy(document)
    schemas = made.get("components", {}).get("schemas", {})
    children: dict[str, set[str]] = defaultdict(set)
    for name, schema in schemas.items():
        for part in schema.get("allOf", []) if isinstance(schema, dict) else []:
            if isinstance(part, dict) and str(part.get("$ref", "")).startswith(SCHEMAS):
                children[part["$ref"]].add(pointer("components", "schemas", name))

    def heirs(base: str) -> list[str]:
        found: list[str] = []
        left = [base]
        while left:
            new = [each for each in sorted(children[left.pop()]) if each not in found]
            found += new
            left += new
        return found

    def is_discriminated(schema: Any) -> bool:
        found = schema.get("discriminator") if isinstance(schema, dict) else None
        return isinstance(found, dict) and isinstance(found.get("propertyName"), str)

    bases = {
        pointer("components", "schemas", name): schema
        for name, schema in schemas.items()
        if is_discriminated(schema) and not {"oneOf", "anyOf"} & schema.keys()
    }

    def look_at(value: Any) -> None:
        if isinstance(value, list):
            for each in value:
                look_at(each)
        if not isinstance(value, dict):
            return
        for each in list(value.values()):
            look_at(each)
        key = next((key for key in ("oneOf", "anyOf") if isinstance(value.get(key), list)), None)
        if is_discriminated(value) and key:
            found = value.pop("discriminator")
            parts = value.pop(key)
            references = [part["$ref"] for part in parts if "$ref" in part]
            names = names_of(references, found.get("mapping", {}))
            # Alternatives without a name are checked as the list says.
            unnamed = [part for part in parts if "$ref" not in part]
            rest = [{key: unnamed}] if unnamed else [{"not": {}}]
            value.setdefault("allOf", []).append(chosen(found["propertyName"], names, rest))

    # What is built on a base has already been chosen.
    for schema in list(schemas.values()):
        for part in schema.get("allOf", []) if isinstance(schema, dict) else []:
            if isinstance(part, dict) and part.get("$ref") in bases:
                part["$ref"] += OWN
    look_at(made)
    for reference, schema in bases.items():
        name = next(name for name in schemas if pointer("components", "schemas", name) == reference)
        found = schema.pop("discriminator")
        names = names_of(heirs(reference), found.get("mapping", {}))
        own = {"$ref": reference + OWN}
        schemas[name + OWN] = schema
        schemas[name] = chosen(found["propertyName"], names, [own])
    return made

#!/usr/bin/env python3
"""Validates AsyncAPI documents from standard input by AsyncAPI's own JSON Schema.

It also follows their references.

asyncapi-3.0.0.schema.json is schemas/3.0.0-without-$id.json of npm's @asyncapi/specs 6.11.1
(Apache-2.0), minified.
"""

import json
import pathlib
import sys
from collections.abc import Iterator
from typing import Any

import jsonschema

SCHEMA = json.loads((pathlib.Path(__file__).parent / "asyncapi-3.0.0.schema.json").read_text())


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def leads_somewhere(document: Any, reference: str) -> bool:
    if not reference.startswith("#/"):
        return False
    at = document
    for token in reference[2:].split("/"):
        token = token.replace("~1", "/").replace("~0", "~")
        if not isinstance(at, dict) or token not in at:
            return False
        at = at[token]
    return True


def main() -> int:
    document = json.load(sys.stdin)
    faults = [
        f"/{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        for error in jsonschema.Draft7Validator(SCHEMA).iter_errors(document)
    ]
    faults += [
        f"{reference} leads nowhere"
        for reference in references(document)
        if not leads_somewhere(document, reference)
    ]
    for fault in faults:
        print(fault)
    print(f"AsyncAPI: {len(document['operations'])} operations, {len(faults)} faults")
    return 1 if faults else 0


sys.exit(main())

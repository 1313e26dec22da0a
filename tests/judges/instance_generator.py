"""Makes instances for a JSON schema. Most of them are valid, or wrong in one place."""

import random
from typing import Any

INSTANCES = 12  # The number for each schema.
NAMES = ["a", "b", "c", "ab", "0", "\u00e9", "x-a", "a/b", "~", ""]
STRINGS = ["", "a", "b", "ab", "aa", "abc", "0", "\u00e9", "\U0001f600", "a\U0001f600", "x-a"]
NUMBERS = [0, 1, 2, 3, -1, -2, 5, 10, 0.5, 1.5, 0.25, -0.5, 1.0, -0.0, 2.0, 1e300]
BIG_NUMBERS = [
    2**53,
    2**53 + 1,
    -(2**53) - 1,
    2**63 - 1,
    2**63,
    -(2**63),
    2**64 - 1,
    float(2**53),
    float(2**64),
    0.1,
]


class Instances:
    """Makes the values of a generator.

    `root` is the schema, and `targets` has the schema to which each reference leads.
    """

    rng: random.Random
    root: Any
    targets: dict[str, Any]

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def number(self) -> float:
        return self.rng.choice(BIG_NUMBERS if self.chance(0.08) else NUMBERS)

    def value(self, depth: int = 2) -> Any:
        kind = self.rng.randrange(7 if depth else 5)
        if kind == 0:
            return self.rng.choice([None, True, False])
        if kind <= 2:
            return self.number()
        if kind <= 4:
            return self.rng.choice(STRINGS)
        if kind == 5:
            return [self.value(depth - 1) for _ in range(self.rng.randrange(4))]
        return {self.rng.choice(NAMES): self.value(depth - 1) for _ in range(self.rng.randrange(4))}

    def of_type(self, name: str) -> Any:
        return {
            "null": lambda: None,
            "boolean": lambda: self.chance(0.5),
            "integer": lambda: self.rng.choice([0, 1, 2, 3, -1, 10, 2.0]),
            "number": self.number,
            "string": lambda: self.rng.choice(STRINGS),
            "array": lambda: [self.value(1) for _ in range(self.rng.randrange(4))],
            "object": lambda: {
                self.rng.choice(NAMES): self.value(1) for _ in range(self.rng.randrange(4))
            },
        }[name]()

    def near(self, schema: Any, depth: int = 5) -> Any:
        """Returns a value that the schema probably accepts."""
        rng = self.rng
        if not isinstance(schema, dict) or depth == 0:
            return self.value(1)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return rng.choice(schema["enum"])
        others = [
            self.targets.get(schema[word]) for word in ("$ref", "$dynamicRef") if word in schema
        ]
        for word in ("allOf", "anyOf", "oneOf"):
            others += schema.get(word, [])
        others += [schema[word] for word in ("if", "then", "else") if word in schema]
        others += schema.get("dependentSchemas", {}).values()
        base = self.near(rng.choice(others), depth - 1) if others and self.chance(0.7) else None
        types = schema.get("type", [])
        types = [types] if isinstance(types, str) else list(types)
        if not types:
            types = [
                kind
                for kind, words in (
                    (
                        "object",
                        (
                            "properties",
                            "patternProperties",
                            "additionalProperties",
                            "required",
                            "unevaluatedProperties",
                            "propertyNames",
                            "minProperties",
                            "maxProperties",
                            "dependentRequired",
                            "dependentSchemas",
                        ),
                    ),
                    (
                        "array",
                        (
                            "items",
                            "prefixItems",
                            "contains",
                            "minItems",
                            "maxItems",
                            "uniqueItems",
                            "unevaluatedItems",
                        ),
                    ),
                    ("string", ("minLength", "maxLength", "pattern")),
                    (
                        "number",
                        (
                            "minimum",
                            "maximum",
                            "exclusiveMinimum",
                            "exclusiveMaximum",
                            "multipleOf",
                        ),
                    ),
                )
                if any(word in schema for word in words)
            ]
        if not types:
            return self.value(2) if base is None else base
        kind = rng.choice(types)
        if kind == "object":
            return {**(base if isinstance(base, dict) else {}), **self.near_object(schema, depth)}
        if kind == "array":
            made = [self.near(part, depth - 1) for part in schema.get("prefixItems", [])]
            made = made[: rng.randint(0, len(made))] if made and self.chance(0.3) else made
            rest = schema.get("items", schema.get("unevaluatedItems", True))
            made += [
                self.near(rest, depth - 1) for _ in range(rng.randrange(3)) if rest is not False
            ]
            if "contains" in schema:
                for _ in range(rng.randint(0, schema.get("minContains", 1) + 1)):
                    made.insert(rng.randint(0, len(made)), self.near(schema["contains"], depth - 1))
            return base if isinstance(base, list) and self.chance(0.5) else made
        if kind in ("number", "integer"):
            bounds = [
                schema[word]
                for word in (
                    "minimum",
                    "maximum",
                    "exclusiveMinimum",
                    "exclusiveMaximum",
                    "multipleOf",
                )
                if isinstance(schema.get(word), (int, float)) and not isinstance(schema[word], bool)
            ]
            made = rng.choice(bounds) if bounds else self.number()
            return made + rng.choice([0, 0, 1, -1, 0.5, 2]) if abs(made) < 2**52 else made
        if kind == "string" and ("minLength" in schema or "maxLength" in schema):
            length = max(
                0,
                rng.choice([schema.get("minLength", 0), schema.get("maxLength", 2)])
                + rng.choice([0, 0, 1, -1]),
            )
            return "".join(rng.choice("ab\u00e9\U0001f600") for _ in range(length))
        return self.of_type(kind)

    def near_object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        rng, made = self.rng, {}
        properties = schema.get("properties", {})
        for name, part in properties.items():
            if self.chance(0.7):
                made[name] = self.near(part, depth - 1)
        for name in schema.get("required", []):
            made.setdefault(name, self.near(properties.get(name), depth - 1))
        for name, needed in schema.get("dependentRequired", {}).items():
            if self.chance(0.4):
                made.update({other: self.value(1) for other in [name, *needed]})
        for part in [
            *schema.get("patternProperties", {}).values(),
            schema.get("additionalProperties", False),
            schema.get("unevaluatedProperties", False),
        ]:
            if part is not False and self.chance(0.6):
                made.setdefault(rng.choice(NAMES), self.near(part, depth - 1))
        return made

    def mutated(self, value: Any) -> Any:
        rng = self.rng
        if self.chance(0.15):
            return self.value()
        if isinstance(value, list) and value:
            at, copy = rng.randrange(len(value)), list(value)
            what = rng.randrange(4)
            if what == 0:
                del copy[at]
            elif what == 1:
                copy.insert(rng.randrange(len(value) + 1), copy[at])
            else:
                copy[at] = self.mutated(copy[at])
            return copy
        if isinstance(value, dict) and value:
            name, copy = rng.choice(list(value)), dict(value)
            what = rng.randrange(4)
            if what == 0:
                del copy[name]
            elif what == 1:
                copy[rng.choice(NAMES)] = self.value(1)
            else:
                copy[name] = self.mutated(copy[name])
            return copy
        if isinstance(value, bool):
            return rng.choice([not value, int(value)])
        if isinstance(value, (int, float)):
            small = abs(value) < 2**52
            return rng.choice(
                [value + 1, value - 1, value + 0.5, float(value), value == 1]
                if small
                else [-value / 2, 0]
            )
        if isinstance(value, str):
            return rng.choice([value + "a", value[1:], value + "\u00e9", [value]])
        return self.value()

    def instances(self) -> list[Any]:
        made = [self.near(self.root) for _ in range(INSTANCES)]
        return [value if i % 2 else self.mutated(value) for i, value in enumerate(made)]

r"""Makes random JSON schemas. instance_generator.py makes the instances for them.

The schemas leave out what the others are known to get wrong, or may decide as they like: multipleOf
that is not a binary fraction; patterns that differ in Python, Rust and RE2 (\d, \w, and $ before a
final line end); lone surrogates; a $ref to a $dynamicAnchor, which both treat as a $dynamicRef; and
references that return to the same schema for the same value.
"""

import random
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from instance_generator import NAMES, Instances

Schema = dict[str, Any] | bool

PATTERNS = [
    "a",
    "^a",
    "b$",
    "^[a-c]*$",
    "^.$",
    "^..?$",
    "[0-9]",
    "^(a|bc)+$",
    "^$",
    "\u00e9",
    "^[^a]",
    "a{2}",
    "^x-",
]
TYPES = ["null", "boolean", "integer", "number", "string", "array", "object"]
DEFINITIONS = ["d", "a/b", "t~e", "p%d", "q\u00e9"]
TREE = "https://example.com/tree"


class Generator(Instances):
    """Makes a schema document (self.root), and instances that it nearly accepts."""

    def __init__(self, rng: random.Random, dialect: str) -> None:
        self.rng, self.dialect = rng, dialect
        self.targets = {}  # The schema to which each reference leads.
        if dialect == "openapi_3_0":
            self.root = self.openapi_schema(3)
            return
        self.names = rng.sample(DEFINITIONS, rng.choice([0, 0, 1, 2, 3]))
        self.anchored = {name for name in self.names if self.chance(0.3)}
        self.dynamic = self.chance(0.15)
        self.root = self.schema(3, -1, False, None)
        if not isinstance(self.root, dict):
            self.root = {"allOf": [self.root]}
        definitions = {}
        for level, name in enumerate(self.names):
            definitions[name] = self.schema(2, level, False, None)
            if name in self.anchored:
                definitions[name] = self.as_object(
                    definitions[name], {"$anchor": f"anchor-{level}"}
                )
        if self.dynamic:
            self.root["$dynamicAnchor"] = "node"
            definitions["tree"] = self.tree()
        if definitions:
            self.root["$defs"] = definitions
        if self.chance(0.5):
            self.root = {"$schema": "https://json-schema.org/draft/2020-12/schema", **self.root}
        if self.chance(0.7 if self.dynamic else 0.2):
            self.root["$id"] = "https://example.com/root"
        for level, name in enumerate(self.names):
            for reference in self.references(level):
                self.targets[reference] = definitions[name]
        self.targets["#"] = self.targets["#node"] = self.root
        if self.dynamic:
            self.targets[TREE] = self.targets["#/$defs/tree"] = definitions["tree"]

    @staticmethod
    def as_object(schema: Any, more: dict[str, Any]) -> dict[str, Any]:
        return {**schema, **more} if isinstance(schema, dict) else {"allOf": [schema], **more}

    # `level` is the number of the present definition, or -1 in the root. A reference may be applied
    # to the same value as its definition (not `consumed`). Then it may lead only to a later
    # definition, so that references do not form a circle.

    def schema(self, depth: int, level: int, consumed: bool, theme: str | None) -> Schema:
        if self.chance(0.07):
            return self.chance(0.6)
        theme = (
            theme
            if theme and self.chance(0.85)
            else self.rng.choice(["object", "object", "array", "array", "scalar"])
        )
        groups = {
            "object": [
                "properties",
                "properties",
                "patterns",
                "additional",
                "names",
                "required",
                "sizes",
                "dependent",
            ],
            "array": ["items", "items", "items", "contains", "lengths", "unique"],
            "scalar": ["number", "number", "string", "enum", "const"],
        }[theme] + ["type"]
        if depth > 0:
            groups += ["logic", "logic", "conditional", "reference"]
            groups += {
                "object": ["unevaluatedProperties"] * 2,
                "array": ["unevaluatedItems"] * 2,
            }.get(theme, [])
        schema = {}
        for group in self.rng.sample(groups, self.rng.choice([1, 1, 2, 2, 3, 4])):

            def below(inner_theme: str | None = None) -> Schema:
                return (
                    self.schema(depth - 1, level, True, inner_theme) if depth > 0 else self.leaf()
                )

            def beside() -> Schema:
                return self.schema(depth - 1, level, consumed, theme) if depth > 0 else self.leaf()

            schema.update(self.group(group, level, consumed, below, beside))
        keys = list(schema)
        self.rng.shuffle(keys)
        return {key: schema[key] for key in keys}

    def leaf(self) -> Schema:
        return self.rng.choice(
            [
                lambda: True,
                lambda: False,
                dict,
                lambda: {"type": self.rng.choice(TYPES)},
                lambda: {"const": self.value(1)},
                lambda: {"minimum": self.number()},
                lambda: {"pattern": self.rng.choice(PATTERNS)},
            ]
        )()

    def subset(self, pool: list[Any], low: int, high: int) -> list[Any]:
        return self.rng.sample(pool, self.rng.randint(low, high))

    def group(
        self,
        name: str,
        level: int,
        consumed: bool,
        below: Callable[..., Schema] | None,
        beside: Callable[[], Schema] | None,
    ) -> dict[str, Any]:
        rng = self.rng
        if name == "type":
            return {"type": rng.choice(TYPES) if self.chance(0.6) else self.subset(TYPES, 1, 4)}
        if name == "enum":
            return {"enum": [self.value() for _ in range(rng.randint(1, 4))]}
        if name == "const":
            return {"const": self.value()}
        if name == "number":
            bounds = [
                ("minimum", self.number()),
                ("maximum", self.number()),
                ("exclusiveMinimum", self.number()),
                ("exclusiveMaximum", self.number()),
                ("multipleOf", rng.choice([1, 2, 3, 5, 0.5, 0.25, 2.0])),
            ]
            return dict(self.subset(bounds, 1, 2))
        if name == "string":
            bounds = [
                ("minLength", rng.randrange(4)),
                ("maxLength", rng.randrange(4)),
                ("pattern", rng.choice(PATTERNS)),
            ]
            return dict(self.subset(bounds, 1, 2))
        if name == "items":
            made = {}
            if self.chance(0.6):
                made["prefixItems"] = [below() for _ in range(rng.randint(1, 3))]
            if not made or self.chance(0.5):
                made["items"] = below()
            return made
        if name == "contains":
            made = {"contains": below("scalar")}
            if self.chance(0.4):
                made["minContains"] = rng.randrange(4)
            if self.chance(0.4):
                made["maxContains"] = rng.randrange(4)
            return made
        if name == "lengths":
            return dict(
                self.subset([("minItems", rng.randrange(4)), ("maxItems", rng.randrange(5))], 1, 2)
            )
        if name == "unique":
            return {"uniqueItems": self.chance(0.9)}
        if name == "properties":
            return {"properties": {key: below() for key in self.subset(NAMES, 1, 3)}}
        if name == "patterns":
            return {"patternProperties": {key: below() for key in self.subset(PATTERNS, 1, 2)}}
        if name == "additional":
            return {"additionalProperties": below()}
        if name == "names":
            return {
                "propertyNames": rng.choice(
                    [below("scalar"), {"pattern": rng.choice(PATTERNS)}, {"maxLength": 1}]
                )
            }
        if name == "required":
            return {"required": self.subset(NAMES, 0, 2)}
        if name == "sizes":
            return dict(
                self.subset(
                    [("minProperties", rng.randrange(3)), ("maxProperties", rng.randrange(5))], 1, 2
                )
            )
        if name == "dependent":
            if self.chance(0.5):
                return {
                    "dependentRequired": {
                        key: self.subset(NAMES, 0, 2) for key in self.subset(NAMES, 1, 2)
                    }
                }
            return {"dependentSchemas": {key: beside() for key in self.subset(NAMES, 1, 2)}}
        if name == "logic":
            word = rng.choice(["allOf", "anyOf", "oneOf", "not"])
            return {
                word: beside() if word == "not" else [beside() for _ in range(rng.randint(1, 3))]
            }
        if name == "conditional":
            return {word: beside() for word in ["if", *self.subset(["then", "else"], 1, 2)]}
        if name in ("unevaluatedProperties", "unevaluatedItems"):
            return {name: False if self.chance(0.6) else below("scalar")}
        return self.reference(level, consumed)

    def references(self, level: int) -> list[str]:
        name = self.names[level]
        pointer = name.replace("~", "~0").replace("/", "~1")
        return ["#/$defs/" + quote(pointer, safe="~")] + (
            [f"#anchor-{level}"] if name in self.anchored else []
        )

    def reference(self, level: int, consumed: bool) -> dict[str, str]:
        levels = list(range(len(self.names)))
        choices = [
            {"$ref": self.rng.choice(self.references(to))}
            for to in (levels if consumed else levels[level + 1 :])
        ]
        if consumed:
            choices.append({"$ref": "#"})
            if self.dynamic:
                choices += [{"$dynamicRef": "#node"}, {"$ref": TREE}, {"$ref": "#/$defs/tree"}]
        if self.dynamic and level == -1:
            choices.append({"$ref": TREE})
        return self.rng.choice(choices) if choices else {}

    def tree(self) -> dict[str, Any]:
        """Returns a resource with an `$id`. Its `node` may be a dynamic anchor, as in the root.

        If it is one in both, the root's node applies to the resource.
        """
        saved, self.names = self.names, []  # It cannot refer to the root's definitions.
        self.dynamic = False
        anchor = self.rng.choice(["$dynamicAnchor", "$dynamicAnchor", "$anchor"])
        to_self = [{"$dynamicRef": "#node"}, {"$ref": "#"}] + (
            [{"$ref": "#node"}] if anchor == "$anchor" else []
        )
        made = {
            "$id": TREE,
            anchor: "node",
            "properties": {"a": self.rng.choice(to_self), "b": self.leaf()},
            "items": {"$dynamicRef": "#node"},
            **self.rng.choice(
                [
                    {},
                    {"type": ["object", "array"]},
                    {"required": ["b"]},
                    {"unevaluatedProperties": False},
                ]
            ),
        }
        self.names, self.dynamic = saved, True
        return made

    # The following makes schemas of OpenAPI 3.0.

    def openapi_schema(self, depth: int) -> dict[str, Any]:
        rng, kind = self.rng, self.rng.choice(TYPES[1:])

        def below() -> dict[str, Any]:
            if depth > 0:
                return self.openapi_schema(depth - 1)
            return {"type": rng.choice(["integer", "string"])}

        schema = {"type": kind} if self.chance(0.85) else {}
        if "type" in schema and self.chance(0.2):  # Without a type the member would be refused.
            schema["nullable"] = self.chance(0.8)
        if self.chance(0.1):
            schema["enum"] = [self.of_type(kind) for _ in range(rng.randint(1, 3))] + self.subset(
                [None], 0, 1
            )
        if kind in ("integer", "number"):
            schema.update(
                self.subset(
                    [
                        ("minimum", self.number()),
                        ("maximum", self.number()),
                        ("multipleOf", rng.choice([1, 2, 3, 0.5])),
                    ],
                    0,
                    2,
                )
            )
            for bound in ("Minimum", "Maximum"):
                if bound.lower() in schema and self.chance(0.4):
                    schema["exclusive" + bound] = self.chance(0.7)
        elif kind == "string":
            schema.update(self.group("string", -1, False, None, None))
        elif kind == "array":
            schema["items"] = below()
            for group in self.subset(["lengths", "unique"], 0, 2):
                schema.update(self.group(group, -1, False, None, None))
        elif kind == "object":
            if self.chance(0.8):
                schema["properties"] = {key: below() for key in self.subset(NAMES, 1, 3)}
            if self.chance(0.4):
                schema["additionalProperties"] = rng.choice([True, False, below()])
            if self.chance(0.3):
                schema["required"] = self.subset(NAMES, 1, 2)
            if self.chance(0.2):
                schema.update(self.group("sizes", -1, False, None, None))
        if depth > 0 and self.chance(0.3):
            word = rng.choice(["allOf", "anyOf", "oneOf", "not"])
            schema[word] = below() if word == "not" else [below() for _ in range(rng.randint(1, 3))]
        if self.chance(0.1):
            schema["description"] = "d"
        return schema

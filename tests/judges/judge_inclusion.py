#!/usr/bin/env python3
"""Holds what `penstock_contract diff` says of two schemas against values.

    judge_inclusion.py PROGRAM [--pairs 4000] [--seed N]

PROGRAM is build/dev/bin/inclusion_verdicts. Each pair is a random schema and another one that was
made from it by a few changes. If no difference is found, every value that the old schema allows
must be allowed by the new one: one that is not is a fault, and the exit status is 1. For a
difference that is called certain, a value is searched that shows it; those are counted, since a
value may be hard to guess.
"""

import argparse
import collections
import copy
import json
import random
import secrets
import sys
from typing import Any

sys.dont_write_bytecode = True  # The work tree stays clean.
from judge_schemas import Program, shrink
from schema_generator import PATTERNS, Generator

NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
COUNTS = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
MAPS = ("properties", "patternProperties", "$defs", "dependentSchemas")
LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
SINGLE = ("items", "not", "additionalProperties", "contains", "if", "then", "else", "propertyNames")


def schemas_in(schema: Any) -> list[dict[str, Any]]:
    """Returns the schema, and all inside of it, that are objects."""
    if not isinstance(schema, dict):
        return []
    inner = [part for key in MAPS for part in schema.get(key, {}).values()]
    inner += [part for key in LISTS for part in schema.get(key, [])]
    inner += [schema[key] for key in SINGLE if key in schema]
    return [schema] + [found for part in inner for found in schemas_in(part)]


def change(rng: random.Random, made: Generator, schema: dict[str, Any]) -> None:
    """Changes one keyword of the schema."""
    three = made.dialect == "openapi_3_0"
    known = [key for key in schema if not key.startswith("$")]
    key = rng.choice(known) if known and rng.random() < 0.8 else "new"
    value = schema.get(key)
    if key in NUMBERS and not isinstance(value, bool):
        schema[key] = value + rng.choice([-1, 1, 0.5]) if abs(value) < 2**52 else value
    elif key in COUNTS:
        schema[key] = max(0, value + rng.choice([-1, 1]))
    elif key == "enum":
        values = [one for one in value if rng.random() < 0.8] or value[:1]
        schema[key] = values + ([made.value()] if rng.random() < 0.4 else [])
    elif key == "required":
        schema[key] = [name for name in value if rng.random() < 0.5] or [rng.choice(["a", "b"])]
    elif key == "properties" and value:
        if rng.random() < 0.5:
            value.pop(rng.choice(list(value)))
        else:
            value[rng.choice(["a", "b", "c"])] = {"type": rng.choice(["string", "integer"])}
    elif key in ("anyOf", "oneOf", "allOf", "prefixItems") and value:
        if rng.random() < 0.5 and len(value) > 1:
            value.pop(rng.randrange(len(value)))
        else:
            value.append({"type": rng.choice(["string", "integer", "object"])})
    elif key == "pattern":
        schema[key] = rng.choice(PATTERNS)
    elif key == "type" and not three:
        schema[key] = rng.sample(["null", "integer", "number", "string", "object", "array"], 2)
    elif key != "new" and key not in ("type", "nullable", "items") and rng.random() < 0.6:
        del schema[key]
        for bound in ("Minimum", "Maximum"):
            if three and key == bound.lower():
                schema.pop("exclusive" + bound, None)
    else:
        word = rng.choice([*COUNTS, "minimum", "maximum", "pattern", "required", "readOnly"])
        schema[word] = {"pattern": "a", "required": ["a"], "readOnly": True}.get(
            word, rng.randrange(3)
        )


def with_one_way(rng: random.Random, root: Any) -> Any:
    """Makes some properties read-only, and requires some from beside their schemas."""
    for schema in schemas_in(root):
        for name, part in schema.get("properties", {}).items():
            if isinstance(part, dict) and rng.random() < 0.3:
                part["readOnly"] = True
            if rng.random() < 0.1:
                schema["required"] = [name]
    if isinstance(root, dict) and "$id" not in root and rng.random() < 0.4:
        names = [name for schema in schemas_in(root) for name in schema.get("properties", {})]
        beside = {"required": [rng.choice(names)]} if names else {}
        inner = {key: value for key, value in root.items() if not key.startswith("$")}
        outer = {key: value for key, value in root.items() if key.startswith("$")}
        return {**outer, "allOf": [inner, beside]}
    return root


class Judge:
    def __init__(self, command: str) -> None:
        self.program = Program(command)

    def ask(self, dialect: str, direction: str, pair: Any, instances: list[Any]) -> dict[str, Any]:
        question = {
            "dialect": dialect,
            "direction": direction,
            "old": pair["old"],
            "new": pair["new"],
            "instances": instances,
        }
        print(json.dumps(question), file=self.program.process.stdin, flush=True)
        line = self.program.process.stdout.readline()
        if not line:
            sys.exit(f"the program has died of {json.dumps(question)}")
        return json.loads(line)

    def contradicts(self, dialect: str, direction: str, pair: Any, instance: Any) -> bool:
        if not isinstance(pair, dict) or set(pair) != {"old", "new"}:
            return False
        answer = self.ask(dialect, direction, pair, [instance])
        return answer.get("differences") == [] and answer["old"][0] and not answer["new"][0]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("program")
    parser.add_argument("--pairs", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--shown", type=int, default=0, help="print so many without a witness")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    judge = Judge(options.program)
    counts: collections.Counter[str] = collections.Counter()
    kinds: collections.Counter[str] = collections.Counter()
    faults = shown = 0
    for number in range(options.pairs):
        rng = random.Random(f"{options.seed}/{number}")
        dialect = rng.choice(["draft_2020_12"] * 2 + ["openapi_3_0"])
        direction = rng.choice(["neither", "request"])
        made = Generator(rng, dialect)
        if direction == "request":
            made.root = with_one_way(rng, made.root)
        pair = {"old": made.root, "new": copy.deepcopy(made.root)}
        for _ in range(rng.choice([0, 1, 1, 1, 2, 3])):
            change(rng, made, rng.choice(schemas_in(pair["new"]) or [{}]))
        if rng.random() < 0.5:
            pair = {"old": pair["new"], "new": pair["old"]}
        instances = [made.mutated(one) for _ in range(3) for one in made.instances()]
        made.root = pair["new"]
        instances += [one for _ in range(3) for one in made.instances()]
        answer = judge.ask(dialect, direction, pair, instances)
        if "refused" in answer:
            counts["refused"] += 1
            continue
        verdicts = list(zip(instances, answer["old"], answer["new"], strict=True))
        witness = [one for one, before, after in verdicts if before and not after]
        certain = [one for one in answer["differences"] if one["certain"]]
        what = "breaks" if certain else "may break" if answer["differences"] else "not breaking"
        counts[what] += 1
        if what == "not breaking" and pair["old"] != pair["new"]:
            counts["not breaking, but changed"] += 1
        if witness:
            counts[what + ", with a witness"] += 1
        if what == "not breaking" and witness:
            faults += 1
            small = shrink(
                lambda less: judge.contradicts(dialect, direction, less, witness[0]), pair
            )
            value = shrink(
                lambda less: judge.contradicts(dialect, direction, small, less), witness[0]
            )
            print(
                f"a contradiction ({dialect}, {direction}):", json.dumps(small), json.dumps(value)
            )
        if what == "breaks" and not witness:
            kinds.update({one["kind"] for one in certain})
            if shown < options.shown:
                shown += 1
                print("no witness:", json.dumps(pair), json.dumps(certain), sep="\n  ")
        if faults == 5:
            break
    print("inclusion: " + ", ".join(f"{count} {what}" for what, count in sorted(counts.items())))
    print("without a witness:", dict(kinds.most_common(12)))
    sys.exit(1 if faults or not counts["not breaking, but changed"] else 0)


if __name__ == "__main__":
    main()

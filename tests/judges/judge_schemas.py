#!/usr/bin/env python3
"""Compares our verdicts on random schemas and instances with those of two other validators.

    judge_schemas.py PROGRAM [--seconds 60] [--seed N] [--dialect draft_2020_12|openapi_3_0]

PROGRAM is build/dev/bin/schema_verdicts, or any command that answers as it does. The others are
jsonschema, in Python, and jsonschema_rs, in Rust; requirements.txt has their versions. Verdicts on
which these two differ are only counted, and printed with --splits. They are about multipleOf with
numbers beyond 2**53, and about $dynamicAnchor in a root without $id. On the first disagreement it
prints a small schema and instance, and exits with 1.

schema_generator.py says what is not generated, and why. Schemas of OpenAPI 3.0 are translated for
the others (to_2020_12).
"""

import argparse
import json
import random
import secrets
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, Never

import jsonschema
import jsonschema_rs

sys.dont_write_bytecode = True  # The work tree stays clean.
from schema_generator import Generator

ANSWER_SECONDS = 20

# It is {"verdicts": [...]}, {"refused": why} or {"died": how}.
Answer = dict[str, Any]


def to_2020_12(schema: dict[str, Any]) -> dict[str, Any]:
    """Translates a schema of OpenAPI 3.0.3 to draft 2020-12."""
    made = {}
    for key, value in schema.items():
        if key in ("exclusiveMinimum", "exclusiveMaximum", "nullable"):
            continue
        if key in ("items", "not", "additionalProperties"):
            value = to_2020_12(value) if isinstance(value, dict) else value
        elif key == "properties":
            value = {name: to_2020_12(part) for name, part in value.items()}
        elif key in ("allOf", "anyOf", "oneOf"):
            value = [to_2020_12(part) for part in value]
        made[key] = value
    for bound in ("Minimum", "Maximum"):
        if schema.get("exclusive" + bound) is True and bound.lower() in made:
            made["exclusive" + bound] = made.pop(bound.lower())
    if (
        schema.get("nullable") is True and "type" in schema
    ):  # Without a type, null is allowed anyway.
        made["type"] = [schema["type"], "null"]
    return made


class Program:
    def __init__(self, command: str) -> None:
        self.process = subprocess.Popen(
            shlex.split(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def ask(self, dialect: str, schema: Any, instances: list[Any]) -> Answer:
        def too_late(*_: object) -> Never:
            raise TimeoutError

        signal.signal(signal.SIGALRM, too_late)
        signal.alarm(ANSWER_SECONDS)
        try:
            print(
                json.dumps({"dialect": dialect, "schema": schema, "instances": instances}),
                file=self.process.stdin,
                flush=True,
            )
            line = self.process.stdout.readline()
        except TimeoutError:
            return {"died": f"no answer within {ANSWER_SECONDS} s"}
        except BrokenPipeError:
            line = ""
        finally:
            signal.alarm(0)
        return json.loads(line) if line else {"died": f"it ended, with code {self.process.wait()}"}


def oracles(dialect: str, schema: Any, instances: list[Any]) -> tuple[list[bool], list[bool]]:
    """Returns the verdicts of jsonschema and of jsonschema_rs."""
    schema = to_2020_12(schema) if dialect == "openapi_3_0" else schema
    python = jsonschema.Draft202012Validator(schema)
    rust = jsonschema_rs.Draft202012Validator(schema)
    return [python.is_valid(value) for value in instances], [
        rust.is_valid(value) for value in instances
    ]


def smaller(value: Any) -> Iterator[Any]:
    """Yields each value without one of its parts, and each schema inside of it."""
    if isinstance(value, dict):
        for key in value:
            yield {other: part for other, part in value.items() if other != key}
        for word in ("allOf", "anyOf", "oneOf"):
            yield from value[word] if isinstance(value.get(word), list) else []
        yield from (value[word] for word in ("not", "if", "then", "else") if word in value)
        for key, part in value.items():
            for less in smaller(part):
                yield {**value, key: less}
    elif isinstance(value, list):
        for at in range(len(value)):
            yield value[:at] + value[at + 1 :]
        for at, part in enumerate(value):
            for less in smaller(part):
                yield [*value[:at], less, *value[at + 1 :]]
    if isinstance(value, (dict, list, str)) and value:
        yield from ([True] if isinstance(value, dict) else [])
        yield from ([value[:-1]] if isinstance(value, str) else [])


def shrink(holds: Callable[[Any], bool], value: Any) -> Any:
    """Makes the value smaller as long as the condition is true, and returns it."""
    while True:
        for less in smaller(value):
            if holds(less):
                value = less
                break
        else:
            return value


class Judge:
    def __init__(self, command: str) -> None:
        self.command, self.program = command, Program(command)

    def ours(self, dialect: str, schema: Any, instances: list[Any]) -> Answer:
        answer = self.program.ask(dialect, schema, instances)
        if "died" in answer:
            self.program.process.kill()
            self.program = Program(self.command)
        return answer

    def fault(self, dialect: str, schema: Any, instance: Any) -> str | None:
        """Returns the kind of disagreement ("refused", "died", "verdict"), or None."""
        try:
            jsonschema.Draft202012Validator.check_schema(
                to_2020_12(schema) if dialect == "openapi_3_0" else schema
            )
            (python,), (rust,) = oracles(dialect, schema, [instance])
        except Exception:  # The smaller value is not a schema.
            return None
        answer = self.ours(dialect, schema, [instance])
        if "verdicts" not in answer:
            return next(iter(answer))
        return "verdict" if python == rust != answer["verdicts"][0] else None

    def report(self, dialect: str, schema: Any, instance: Any, seed: int) -> None:
        kind = self.fault(dialect, schema, instance)
        if kind:
            deadline = time.monotonic() + 60

            def holds(schema: Any, instance: Any) -> bool:
                in_time = time.monotonic() < deadline
                return in_time and self.fault(dialect, schema, instance) == kind

            instance = shrink(lambda less: holds(schema, less), instance)
            schema = shrink(lambda less: holds(less, instance), schema)
            instance = shrink(lambda less: holds(schema, less), instance)
        answer = self.ours(dialect, schema, [instance])
        said = answer["verdicts"][0] if "verdicts" in answer else answer
        print(
            f"\nA disagreement ({dialect}, --seed {seed}):",
            "schema:   " + json.dumps(schema, ensure_ascii=False),
            "instance: " + json.dumps(instance, ensure_ascii=False),
            f"the program says {json.dumps(said)}, "
            f"the others {json.dumps(oracles(dialect, schema, [instance])[0][0])}",
            sep="\n",
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("program")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument(
        "--dialect", choices=["draft_2020_12", "openapi_3_0"], help="only this dialect (both)"
    )
    parser.add_argument(
        "--splits", action="store_true", help="print verdicts on which the others differ"
    )
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    judge, deadline, number = Judge(options.program), time.monotonic() + options.seconds, 0
    verdicts = accepted = splits = disagreements = 0
    try:
        while time.monotonic() < deadline and not disagreements:
            rng = random.Random(f"{options.seed}/{number}")
            dialect = options.dialect or rng.choice(["draft_2020_12"] * 3 + ["openapi_3_0"])
            made = Generator(rng, dialect)
            instances = made.instances()
            python, rust = oracles(dialect, made.root, instances)
            answer = judge.ours(dialect, made.root, instances)
            ours = answer.get("verdicts", [None] * len(instances))
            number += 1
            for instance, theirs, others, verdict in zip(
                instances, python, rust, ours, strict=True
            ):
                verdicts += 1
                accepted += theirs
                if theirs != others:
                    splits += 1
                    if options.splits:
                        print(
                            "split:",
                            json.dumps(made.root),
                            json.dumps(instance),
                            f"jsonschema {theirs}",
                            sep="\n  ",
                        )
                elif theirs != verdict:
                    disagreements = 1
                    judge.report(dialect, made.root, instance, options.seed)
                    break
    except KeyboardInterrupt:
        pass
    print(
        f"{number} schemas, {verdicts} verdicts ({accepted} that accept, "
        f"{splits} on which the others differ), "
        f"{disagreements} disagreements"
    )
    sys.exit(1 if disagreements else 0)


if __name__ == "__main__":
    main()

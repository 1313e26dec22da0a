#!/usr/bin/env python3
"""Writes AWS's model of an event source mapping, as botocore has it, as a table in C++.

    scripts/esm_model.py                      writes src/local/model/model_table.cpp
    scripts/esm_model.py --check              fails if that file differs from what would be written
    scripts/esm_model.py --against VERSION    shows what another botocore changes in the table, and
                                              fails if that is something; `latest` is a VERSION, too

The version of botocore is pinned in tests/judges/requirements.txt. pip fetches its wheel, unless
the Python that runs this has that version. To go to a newer one, change the pin, run this script,
and read the difference.
"""

from __future__ import annotations

import argparse
import difflib
import gzip
import importlib.util
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "src/local/model/model_table.cpp"
REQUIREMENTS = ROOT / "tests/judges/requirements.txt"
MODEL = "data/lambda/2015-03-31/service-2.json.gz"

# A Kafka cannot have these members of the request, by botocore's documentation of them.
OTHER_SOURCES = {
    "DocumentDBEventSourceConfig": "DocumentDB only",
    "ParallelizationFactor": "Kinesis and DynamoDB streams only",
    "Queues": "Amazon MQ only",
    "ScalingConfig": "Amazon SQS only",
    "TumblingWindowInSeconds": "Kinesis and DynamoDB streams only",
}
# These say what the pattern of a shape means, in words that follow "must".
FORMS = {
    "Arn": "be an ARN",
    "DestinationArn": "be the ARN of an SQS queue or an S3 bucket, or kafka://TOPIC",
    "Endpoint": "be HOST:PORT",
    "KMSKeyArn": "be the ARN of a KMS key",
    "NamespacedFunctionName": "be the name or the ARN of a function",
    "ProvisionedPollerGroupName": "have only letters, digits, - and _",
    "SchemaRegistryUri": "be the address or the ARN of a schema registry",
    "TagKey": "have only letters, digits, spaces and _.:/=+-@",
    "TagValue": "have only letters, digits, spaces and _.:/=+-@",
    "Topic": "have two or more of a-z, A-Z, 0-9, '.', '_' and '-', and not begin with '.'",
    "URI": "have only letters, digits, spaces and -/*:_+=.@",
}
REQUEST = "CreateEventSourceMappingRequest"
UNKNOWN_FORM = "TODO: FORMS says nothing of this pattern"
ANY_TEXT = r"[\s\S]*"
TYPES = {
    "boolean": "boolean",
    "integer": "whole",
    "list": "list",
    "map": "map",
    "string": "text",
    "structure": "structure",
    "timestamp": "timestamp",
}
LINE_MAX = 100


def pinned_version() -> str:
    """Returns the version of botocore that the judges have."""
    pin = re.search(r"^botocore==(\S+)$", REQUIREMENTS.read_text(encoding="utf-8"), re.MULTILINE)
    if pin is None:
        raise SystemExit(f"{REQUIREMENTS} does not pin botocore")
    return pin[1]


def load_model(version: str) -> dict[str, Any]:
    """Returns botocore's model of Lambda."""
    spec = importlib.util.find_spec("botocore")
    if spec is not None and spec.origin is not None:
        package = Path(spec.origin).parent
        if f"__version__ = '{version}'" in (package / "__init__.py").read_text(encoding="utf-8"):
            return json.loads(gzip.decompress((package / MODEL).read_bytes()))
    wanted = "botocore" if version == "latest" else f"botocore=={version}"
    with tempfile.TemporaryDirectory() as folder:
        options = ["--quiet", "--no-deps", "--only-binary", ":all:", "--dest", folder]
        fetched = subprocess.run(
            [sys.executable, "-m", "pip", "download", *options, wanted],
            capture_output=True,
            check=False,
        )
        if fetched.returncode != 0:
            last = fetched.stderr.decode(errors="replace").strip().splitlines()[-1:]
            raise SystemExit(f"pip cannot fetch {wanted}: {' '.join(last)}")
        [wheel] = Path(folder).glob("botocore-*.whl")
        print(f"read {wheel.name}", file=sys.stderr)
        with zipfile.ZipFile(wheel) as archive:
            return json.loads(gzip.decompress(archive.read(f"botocore/{MODEL}")))


def literals(name: str, parts: list[str], raw: bool) -> str:
    """Returns a field whose value is the parts as texts of C++, as many on a line as it holds."""
    lines = [f"     .{name} ="]
    for part in parts:
        literal = f'R"re({part})re"' if raw else json.dumps(part)
        if len(lines[-1]) + len(literal) + 2 > LINE_MAX:
            lines.append("        ")
        lines[-1] += " " + literal
    return "\n".join(lines)


def pieces(text: str) -> list[str]:
    """Cuts a long text, so that each part fits on a line."""
    return [text[i : i + 78] for i in range(0, len(text), 78)]


class Table:
    """Collects the rows for a shape of the model and for all that is in it, each shape once."""

    def __init__(self, shapes: dict[str, Any]) -> None:
        self.all = shapes
        self.shapes: dict[str, str] = {}
        self.members: list[str] = []

    def add(self, name: str, left_out: set[str]) -> None:
        if name in self.shapes:
            return
        shape = self.all[name]
        kind = TYPES[shape["type"]]
        first = f'    {{.name = "{name}", .type = ModelType::{kind}'
        first += "".join(
            f", .{bound} = {shape[bound]}" for bound in ("min", "max") if bound in shape
        )
        fields = [first if len(first) < LINE_MAX else first.replace(", .type", ",\n     .type")]
        inner = [shape[part]["shape"] for part in ("key", "value", "member") if part in shape]
        if kind == "map":
            fields.append(f'     .key = "{inner[0]}"')
        if kind in ("list", "map"):
            fields.append(f'     .element = "{inner[-1]}"')
        if "enum" in shape:
            words = shape["enum"]
            spaced = [word + " " for word in words[:-1]] + words[-1:]
            fields.append(literals("words", spaced, raw=False))
        pattern = shape.get("pattern", ANY_TEXT)
        if pattern != ANY_TEXT:
            fields.append(literals("pattern", pieces(pattern), raw=True))
            fields.append(literals("form", [FORMS.get(name, UNKNOWN_FORM)], raw=False))
        self.shapes[name] = ",\n".join(fields) + "},"
        members = {
            member: target["shape"]
            for member, target in shape.get("members", {}).items()
            if member not in left_out
        }
        for member, target in members.items():
            required = ", true" if member in shape.get("required", []) else ""
            row = f'    {{"{name}", "{member}", "{target}"{required}}},'
            self.members.append(row if len(row) <= LINE_MAX else row.replace(", ", ",\n     ", 1))
        for target in [*inner, *members.values()]:
            self.add(target, set())


def table_of(model: dict[str, Any]) -> str:
    """Returns the source in C++."""
    shapes = model["shapes"]
    table = Table(shapes)
    table.add(REQUEST, set(OTHER_SOURCES))
    gone = set(OTHER_SOURCES) - set(shapes[REQUEST]["members"])
    if gone:
        raise SystemExit(f"OTHER_SOURCES: the model has no {', '.join(sorted(gone))}")
    limits = []
    for member in ("Timeout", "MemorySize"):
        target = shapes[shapes["CreateFunctionRequest"]["members"][member]["shape"]]
        most = target.get("max", "ModelShape::kNone")
        limits.append(f"{{.min = {target['min']}, .max = {most}}}")
    return TEMPLATE.format(
        include=INCLUDE,
        shapes="\n".join(table.shapes.values()),
        members="\n".join(table.members),
        others="\n".join(f'    {{"{name}", "{whose}"}},' for name, whose in OTHER_SOURCES.items()),
        limits=", ".join(limits),
    )


INCLUDE = '#include "local/model/request_model.h"'
TEMPLATE = """\
// This file is written by scripts/esm_model.py, from the model of AWS that botocore has.
{include}

// clang-format off: a program writes these tables, one shape or member after the other.
namespace penstock::local {{
namespace {{

constexpr ModelShape kShapes[] = {{
{shapes}
}};

constexpr ModelMember kMembers[] = {{
{members}
}};

constexpr OtherSourceMember kOtherSources[] = {{
{others}
}};

}}  // namespace

std::span<const ModelShape> model_shapes() {{ return kShapes; }}

std::span<const ModelMember> model_members() {{ return kMembers; }}

std::span<const OtherSourceMember> other_source_members() {{ return kOtherSources; }}

FunctionLimits function_limits() {{ return {{{limits}}}; }}

}}  // namespace penstock::local
"""


def show_changes(before: str, after: str) -> bool:
    """Prints the difference between two tables, and says whether there is one."""
    changes = list(
        difflib.unified_diff(before.splitlines(), after.splitlines(), "checked in", "new", n=1)
    )
    print("\n".join(changes) if changes else "the model of a mapping is the same")
    return bool(changes)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="write nothing; compare the table")
    parser.add_argument("--against", metavar="VERSION", help="write nothing; show what it changes")
    arguments = parser.parse_args()
    written = table_of(load_model(arguments.against or pinned_version()))
    if arguments.check or arguments.against:
        return int(show_changes(TABLE.read_text(encoding="utf-8"), written))
    if UNKNOWN_FORM in written:
        raise SystemExit("FORMS must say what each pattern means; --against shows which are new")
    TABLE.write_text(written, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Compares what terraform/ uses with the newest provider: is anything gone, or renamed?

MODELS=cdktn_provider_aws-….whl SOURCES=FOLDER python -m unittest newest_test

The lock files pin the version that the other tests run with. versions.tf also allows newer ones,
which cannot be run here. Their models tell which types, arguments, blocks and attributes they have,
but neither which values they accept nor what they deprecate. So what the provider's
pages call deprecated is a table below.
"""

import os
import re
import unittest
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hcl2
from models import META_ARGUMENTS, Models

NEWEST = "6.69.1"
SOURCES = Path(os.environ["SOURCES"]) / "terraform"
# The provider's pages call these deprecated, of what we use or might.
DEPRECATED = {
    ("data", "aws_region", "name"): "use id or region",
    ("resource", "aws_s3_bucket", "acl"): "use aws_s3_bucket_acl",
    ("resource", "aws_s3_bucket", "policy"): "use aws_s3_bucket_policy",
    ("resource", "aws_s3_bucket", "lifecycle_rule"): "use aws_s3_bucket_lifecycle_configuration",
}
# It finds TYPE.NAME.ATTRIBUTE, with or without an index.
REFERENCE = re.compile(r"(?<![\w.])(data\.)?(aws_\w+)\.\w+(?:\[[^]]*\])?\.(\w+)")

Used = tuple[str, str, Any, str]  # kind, type, content, file


def files() -> list[Path]:
    found = [
        path
        for path in sorted(SOURCES.rglob("*"))
        if path.name.endswith((".tf", ".tf.example")) and ".terraform" not in path.parts
    ]
    assert len(found) > 30, found
    return found


def used() -> Iterator[Used]:
    for path in files():
        with path.open() as text:
            content = hcl2.load(text)
        for kind in ("resource", "data"):
            for each in content.get(kind, []):
                for tf_type, named in each.items():
                    if tf_type.startswith("aws_"):
                        for body in named.values():
                            yield kind, tf_type, body, str(path.relative_to(SOURCES))


def parts(body: dict[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yields each argument of a body, and to a block its bodies."""
    for name, value in body.items():
        if name.startswith("__") or name in META_ARGUMENTS:
            continue
        if name == "dynamic":
            for each in value:
                for block, dynamic in each.items():
                    yield block, dynamic["content"]
        else:
            yield name, [each for each in value if isinstance(each, dict)]


class Newest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.models = Models(Path(os.environ["MODELS"]))

    def test_the_models_are_of_this_version(self) -> None:
        model = self.models.get("resource", "aws_lb")
        self.assertEqual(model and model.version, NEWEST)

    def test_a_name_that_is_not_there_is_noticed(self) -> None:
        self.assertIsNone(self.models.get("resource", "aws_opsworks_stack"))  # 6.0 removed it.
        self.assertEqual(
            self.unknown("resource", "aws_lb", {"title": ["x"]}, "f"), ["f: aws_lb.title"]
        )
        block = {"destination_config": [{"on_failure": [{"destination": ["x"]}]}]}
        self.assertEqual(
            self.unknown("resource", "aws_lambda_event_source_mapping", block, "f"),
            ["f: aws_lambda_event_source_mapping.destination_config.on_failure.destination"],
        )

    def unknown(self, kind: str, tf_type: str, body: dict[str, Any], file: str) -> list[str]:
        model = self.models.get(kind, tf_type)
        if not model:
            return [f"{file}: {kind} {tf_type}"]

        def look(body: dict[str, Any], block: str | None, place: str) -> Iterator[str]:
            known = model.arguments(block)
            for name, bodies in parts(body):
                if name not in known:
                    yield f"{place}.{name}"
                elif known[name]:
                    for each in bodies:
                        yield from look(each, known[name], f"{place}.{name}")

        return list(look(body, None, f"{file}: {tf_type}"))

    def test_every_type_argument_and_block_is_there(self) -> None:
        everything = list(used())
        self.assertGreater(len({(kind, tf_type) for kind, tf_type, _, _ in everything}), 40)
        self.assertEqual([name for each in everything for name in self.unknown(*each)], [])

    def test_every_attribute_that_is_read_is_there(self) -> None:
        found = {
            (data == "data.", tf_type, attribute): path.name
            for path in files()
            for data, tf_type, attribute in REFERENCE.findall(path.read_text())
        }
        self.assertGreater(len(found), 40)
        missing = []
        for (is_data, tf_type, attribute), file in found.items():
            kind = "data" if is_data else "resource"
            model = self.models.get(kind, tf_type)
            if not model or attribute not in model.attributes():
                missing.append(f"{file}: {kind} {tf_type}.{attribute}")
        self.assertEqual(missing, [])

    def test_nothing_that_is_used_is_deprecated(self) -> None:
        arguments = {
            (kind, tf_type, name) for kind, tf_type, body, _ in used() for name, _ in parts(body)
        }
        read = {
            ("data" if data else "resource", tf_type, attribute)
            for path in files()
            for data, tf_type, attribute in REFERENCE.findall(path.read_text())
        }
        self.assertEqual((arguments | read) & DEPRECATED.keys(), set())


if __name__ == "__main__":
    unittest.main()

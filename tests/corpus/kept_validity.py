"""The verdicts of openapi-spec-validator that validity.py has kept."""

from __future__ import annotations

from dataclasses import dataclass

from documents import HERE

FILE = HERE / "validity.txt"


@dataclass(frozen=True)
class Validity:
    verdict: str
    digest: str
    name: str
    reason: str = ""

    def line(self) -> str:
        return " | ".join(filter(None, (self.verdict, self.digest, self.name, self.reason)))


def read_validity() -> dict[str, Validity]:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    found = (Validity(*line.split(" | ", 3)) for line in lines)
    return {each.name: each for each in found}

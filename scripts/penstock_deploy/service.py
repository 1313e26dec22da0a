"""Reads the names in hello/service.env, which the shell, CMake and Terraform read, too."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from penstock_deploy.commands import Failure

ASSIGNMENT = re.compile(r"([A-Z_][A-Z0-9_]*)=(.*)")
# The shell reads this as one word, unchanged. The shell would expand $, ` and \ in double quotes.
WORD = re.compile(r"[A-Za-z0-9_./:=,@%+-]*")
QUOTED = re.compile(r"'([^']*)'" r'|"([^"$`\\]*)"')


@dataclass(frozen=True)
class Service:
    """Holds the names that a deployment needs."""

    name: str
    api_program: str
    function_program: str
    # Paths with their queries, to be asked of the API after a deployment.
    examples: tuple[str, ...]

    @property
    def certificate_domain(self) -> str:
        """Returns the subject of deploy's certificate; ICANN reserves .internal for private use."""
        return f"{self.name}.internal"

    @property
    def local_image(self) -> str:
        """Returns the image's name on this machine, without its tag."""
        return self.api_program.replace("_", "-")

    @staticmethod
    def read(path: Path) -> Service:
        """Reads the file; raises Failure if it is unreadable, malformed or lacks a name."""
        shown = "/".join(path.parts[-2:])
        try:
            values = parse_assignments(path.read_text(encoding="utf-8"), shown)
        except (OSError, UnicodeDecodeError) as error:
            raise Failure(f"{shown} cannot be read: {error}") from None
        for name in ("SERVICE", "API_PROGRAM", "FUNCTION_PROGRAM", "EXAMPLES"):
            if not values.get(name):
                raise Failure(f"{shown} must set {name}=…")
        return Service(
            name=values["SERVICE"],
            api_program=values["API_PROGRAM"],
            function_program=values["FUNCTION_PROGRAM"],
            examples=tuple(values["EXAMPLES"].split()),
        )


def parse_assignments(text: str, name: str) -> dict[str, str]:
    """Reads lines of the form KEY=value, KEY="value" or KEY='value', comments and empty lines.

    `name` is the file's name for messages. Raises Failure with the line's number for anything else,
    so that nothing is read differently from how the shell reads it.
    """
    values: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        assignment = ASSIGNMENT.fullmatch(line)
        if not assignment:
            raise Failure(f"{name}, line {number}: expected KEY=value or a comment, not: {line}")
        key, value = assignment.groups()
        quoted = QUOTED.fullmatch(value)
        if not quoted and not WORD.fullmatch(value):
            raise Failure(
                f"{name}, line {number}: put the value of {key} in single quotes, with nothing "
                f"behind them: {value}"
            )
        if key in values:
            raise Failure(f"{name}, line {number}: {key} is set a second time")
        values[key] = quoted[1] or quoted[2] or "" if quoted else value
    return values

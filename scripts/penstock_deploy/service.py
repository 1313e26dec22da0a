"""Reads the names in a service.env, which the shell, CMake and Terraform read, too."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from penstock_deploy.commands import Failure

ASSIGNMENT = re.compile(r"([A-Z_][A-Z0-9_]*)=(.*)")
# scripts/service.sh has the same grammar. The shell would expand $, ` and \ in double quotes, and
# CMake would take what is around a semicolon for two elements of a list.
WORD = re.compile(r"[A-Za-z0-9_./:=,@%+-]*")
QUOTED = re.compile(r"'([^';]*)'" r'|"([^"$`\\;]*)"')
NAMES = ("SERVICE", "API_PROGRAM", "FUNCTION_PROGRAM", "VARIABLE_PREFIX", "CONTRACT")
OPTIONAL = ("EXAMPLES", "HEALTHCHECK", "TABLES", "DATABASE")
HEALTHCHECK = "/healthcheck"
HEALTH_PATH = re.compile(r"/[A-Za-z0-9._~/-]*")
TABLES = re.compile(r"[A-Za-z0-9_.@+-][A-Za-z0-9_./@+-]*")
DATABASE = re.compile(r"[a-z][a-z0-9_]{0,62}")
# A load balancer's name and an ECR repository are called after the program. A role is called after
# SERVICE_FUNCTION and the region, and may have 64 characters.
API_PROGRAM = re.compile(r"[a-z][a-z0-9_]{0,30}[a-z0-9]")
FUNCTION_NAME_MAX = 49


@dataclass(frozen=True)
class Service:
    """Holds the names that a deployment needs."""

    name: str
    api_program: str
    function_program: str
    # Paths with their queries, to be asked of the API after a deployment.
    examples: tuple[str, ...]
    # The path that the load balancer, ECS and `… healthcheck` ask.
    healthcheck: str = HEALTHCHECK
    # This file in the service's folder declares its tables. It is empty without any.
    tables: str = ""
    # This is PostgreSQL's database of the service, or empty.
    database: str = ""

    @property
    def certificate_domain(self) -> str:
        """Returns the subject of deploy's certificate; ICANN reserves .internal for private use."""
        return f"{self.name.replace('_', '-')}.internal"

    @property
    def local_image(self) -> str:
        """Returns the image's name on this machine, without its tag."""
        return self.api_program.replace("_", "-")

    @staticmethod
    def read(path: Path) -> Service:
        """Reads the file; raises Failure if it is unreadable, malformed or lacks a name."""
        shown = "/".join(path.parts[-2:])
        try:
            text = path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Failure(f"{shown} cannot be read: {error}") from None
        values = parse_assignments(text, shown)
        for name in NAMES:
            if not values.get(name):
                raise Failure(f"{shown} must set {name}=…")
        for name, value in values.items():
            problem = problem_of(name, value)
            if problem:
                raise Failure(f"{shown}:{line_of(text, name)}: {problem}")
        service = Service(
            name=values["SERVICE"],
            api_program=values["API_PROGRAM"],
            function_program=values["FUNCTION_PROGRAM"],
            examples=tuple(values.get("EXAMPLES", "").split()),
            healthcheck=values.get("HEALTHCHECK", HEALTHCHECK),
            tables=values.get("TABLES", ""),
            database=values.get("DATABASE", ""),
        )
        function = f"{service.name}_{service.function_program}"
        if len(function) > FUNCTION_NAME_MAX:
            raise Failure(
                f"{shown}:{line_of(text, 'FUNCTION_PROGRAM')}: SERVICE and FUNCTION_PROGRAM name a "
                f"role, so {function} may have {FUNCTION_NAME_MAX} characters, and it has "
                f"{len(function)}"
            )
        return service


def problem_of(name: str, value: str) -> str:
    """Returns what is wrong with a setting for a deployment, as a sentence, or nothing."""
    if name not in NAMES + OPTIONAL:
        return f"there is no setting {name}. The settings are: {' '.join(NAMES + OPTIONAL)}"
    if name == "API_PROGRAM" and not API_PROGRAM.fullmatch(value):
        return (
            "API_PROGRAM names a load balancer, so it needs 2 to 32 small letters, digits and '_', "
            f"not '{value}'"
        )
    if name == "HEALTHCHECK" and not HEALTH_PATH.fullmatch(value):
        return (
            "HEALTHCHECK needs a path that begins with /, of letters, digits, '.', '_', '~' and "
            f"'-', not '{value}'"
        )
    if name == "TABLES" and (not TABLES.fullmatch(value) or ".." in value.split("/")):
        return f"TABLES needs the path of one JSON file inside the service's folder, not '{value}'"
    if name == "DATABASE" and not DATABASE.fullmatch(value):
        return (
            "DATABASE needs small letters, digits and '_', with a letter first, 63 at the most, "
            f"not '{value}'"
        )
    return ""


def line_of(text: str, name: str) -> int:
    """Returns the number of the line that sets the name."""
    lines = text.split("\n")
    return next(i for i, line in enumerate(lines, 1) if line.startswith(f"{name}="))


def parse_assignments(text: str, name: str) -> dict[str, str]:
    """Reads lines of the form KEY=value, KEY="value" or KEY='value', comments and empty lines.

    `name` is the file's name for messages. Raises Failure with the line's number for anything else,
    so that nothing is read differently from how the shell reads it.
    """
    values: dict[str, str] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        assignment = ASSIGNMENT.fullmatch(line)
        if not assignment:
            raise Failure(f"{name}:{number}: expected KEY=value or a comment, not: {line}")
        key, value = assignment.groups()
        quoted = QUOTED.fullmatch(value)
        if not quoted and not WORD.fullmatch(value):
            raise Failure(
                f"{name}:{number}: put the value of {key} in single quotes, with nothing behind "
                f"them and no semicolon: {value}"
            )
        if key in values:
            raise Failure(f"{name}:{number}: {key} is set a second time")
        values[key] = quoted[1] or quoted[2] or "" if quoted else value
    return values

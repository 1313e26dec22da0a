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
NAMES = ("SERVICE", "API_PROGRAM", "FUNCTION_PROGRAM", "VARIABLE_PREFIX", "CONTRACT", "EXAMPLES")
OPTIONAL = ("HEALTHCHECK",)
HEALTHCHECK = "/healthcheck"
HEALTH_PATH = re.compile(r"/[A-Za-z0-9._~/-]*")
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
            values = parse_assignments(path.read_bytes().decode("utf-8"), shown)
        except (OSError, UnicodeDecodeError) as error:
            raise Failure(f"{shown} cannot be read: {error}") from None
        for name in values:
            if name not in NAMES + OPTIONAL:
                names = " ".join(NAMES + OPTIONAL)
                raise Failure(f"{shown}: there is no setting {name}. The settings are: {names}")
        for name in NAMES:
            if not values.get(name):
                raise Failure(f"{shown} must set {name}=…")
        service = Service(
            name=values["SERVICE"],
            api_program=values["API_PROGRAM"],
            function_program=values["FUNCTION_PROGRAM"],
            examples=tuple(values["EXAMPLES"].split()),
            healthcheck=values.get("HEALTHCHECK", HEALTHCHECK),
        )
        service.check_names(shown)
        return service

    def check_names(self, shown: str) -> None:
        """Raises Failure if AWS would refuse a name; `shown` is the file's name for messages."""
        if not API_PROGRAM.fullmatch(self.api_program):
            raise Failure(
                f"{shown}: API_PROGRAM names a load balancer, so it needs 2 to 32 small letters, "
                f"digits and '_', not '{self.api_program}'"
            )
        function = f"{self.name}_{self.function_program}"
        if len(function) > FUNCTION_NAME_MAX:
            raise Failure(
                f"{shown}: SERVICE and FUNCTION_PROGRAM name a role, so {function} may have "
                f"{FUNCTION_NAME_MAX} characters, and it has {len(function)}"
            )
        if not HEALTH_PATH.fullmatch(self.healthcheck):
            raise Failure(
                f"{shown}: HEALTHCHECK needs a path that begins with /, of letters, digits, '.', "
                f"'_', '~' and '-', not '{self.healthcheck}'"
            )


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

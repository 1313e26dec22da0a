"""Gives the tests of scripts/penstock_deploy programs that answer what a test says.

Importing this module makes the package importable, so it comes before it.
"""

from __future__ import annotations

import contextlib
import io
import sys
import tempfile
import unittest
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "scripts"))

from penstock_deploy.commands import Commands, Ended, Output, typed  # noqa: E402
from penstock_deploy.service import Service  # noqa: E402

# `terraform state list` of Terraform 1.12 ends so before the first apply.
NO_STATE = Ended(1, "No state file was found!\n\nState management commands require a state file.")
SERVICE = Service("hello", "hello_api", "kafka_consumer", ("/hello", "/time?name=Paul"))


class FakeCommands(Commands):
    """Starts nothing: a command gets the first answer whose key it contains, or an empty one.

    An answer that is a list is for that many calls, the last one for all that follow. `calls` has
    the commands in their order.
    """

    def __init__(
        self,
        answers: dict[str, str | Ended | list[str | Ended]] | None = None,
        root: Path = PROJECT,
        machinery: Path | None = None,
    ) -> None:
        super().__init__(root, environment={}, machinery=machinery or root)
        self.answers = answers or {}
        self.calls: list[str] = []

    def execute(self, command: tuple[str, ...], output: Output) -> Ended:  # noqa: ARG002
        call = typed(command)
        self.calls.append(call)
        for key, answer in self.answers.items():
            if key in call:
                if isinstance(answer, list):
                    answer = answer.pop(0) if len(answer) > 1 else answer[0]
                return answer if isinstance(answer, Ended) else Ended(0, answer)
        return Ended(0)

    def pipe(self, source: tuple[str, ...], sink: tuple[str, ...]) -> None:
        self.calls.append(f"{typed(source)} | {typed(sink)}")


class TestCase(unittest.TestCase):
    """Keeps what is said off the screen, and has a folder for each test."""

    def setUp(self) -> None:
        self.said = io.StringIO()
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        stack.enter_context(contextlib.redirect_stderr(self.said))
        self.folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))

    def lines(self) -> list[str]:
        """Returns what was said, line by line."""
        return self.said.getvalue().splitlines()

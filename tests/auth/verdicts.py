"""Runs issuer_verdicts, which keeps the keys of an issuer and judges tokens by them."""

from __future__ import annotations

import base64
import json
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any

PATIENCE_S = 90


class Verdicts:
    """Is a program of ours that trusts one issuer."""

    def __init__(self, program: Path, issuer: str, audience: str, log: Path) -> None:
        self.log = log
        with log.open("w") as errors:
            self.process = subprocess.Popen(
                [program, issuer, audience],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def __enter__(self) -> Verdicts:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: object, __: TracebackType | None
    ) -> None:
        self.process.communicate(timeout=PATIENCE_S)
        if kind:
            print(self.log.read_text())

    def of(self, token: str) -> dict[str, Any]:
        """Returns what the program says of the token."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(token + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def expect(self, token: str, verdict: str) -> dict[str, Any]:
        """Ends the test if the program says anything else of the token."""
        answer = self.of(token)
        assert answer["verdict"] == verdict, f"{answer} instead of {verdict}"
        return answer

    def becomes(self, token: str, verdict: str, problem: str = "") -> None:
        """Waits until the program says so of the token, and has this problem."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            answer = self.of(token)
            found = answer["problem"]
            if answer["verdict"] == verdict and (problem in found if problem else not found):
                return
            assert time.monotonic() < deadline, f"{answer} instead of {verdict}, {problem!r}"
            time.sleep(0.1)  # Until the next look.


def decoded(part: str) -> dict[str, Any]:
    """Reads the header or the claims of a token."""
    document: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return document


def encoded(document: dict[str, Any]) -> str:
    """Does the opposite."""
    return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()


def with_header(token: str, **members: str) -> str:
    """Returns a token with other members in its header, so that its signature is wrong."""
    header, rest = token.split(".", 1)
    return encoded(decoded(header) | members) + "." + rest


def with_wrong_signature(token: str) -> str:
    """Returns the token with one changed bit in its signature."""
    text, signature = token.rsplit(".", 1)
    other = "B" if signature[9] == "A" else "A"
    return f"{text}.{signature[:9]}{other}{signature[10:]}"

#!/usr/bin/env python3
"""Judges the test credentials that the mock makes and shows.

judge_mock.py BIN_FOLDER CONTRACT
"""

import json
import re
import sys
import tempfile
from pathlib import Path

from program import Shown, expect, mock, run

BIN, CONTRACT = Path(sys.argv[1]), Path(sys.argv[2])
# Beside the usual claims, some that no token of a desk would have by itself.
CLAIMS = {
    "type": "object",
    "required": ["sub", "tenant", "aud"],
    "properties": {
        "sub": {"type": "string"},
        "aud": {"type": "string", "enum": ["orders"]},
        "tenant": {"type": "integer", "minimum": 3},
        "roles": {"type": "array", "items": {"type": "string", "enum": ["buyer", "seller"]}},
    },
}


def contract_with_claims(folder: Path, claims: dict) -> Path:
    """Writes a contract whose scheme `login` has these claims, and `key` none."""
    login = {"type": "http", "scheme": "bearer", "x-penstock-claims": claims}
    key = {"type": "apiKey", "in": "header", "name": "X-Api-Key"}
    paths = {
        f"/{scheme}": {
            "get": {
                "operationId": scheme,
                "security": [{scheme: scopes}],
                "responses": {"200": {"description": "It is well."}},
            }
        }
        for scheme, scopes in (("login", ["read"]), ("key", []))
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "claims", "version": "1"},
        "paths": paths,
        "components": {"securitySchemes": {"login": login, "key": key}},
    }
    file = folder / "claims.json"
    file.write_text(json.dumps(document))
    return file


def shown_by(line: dict) -> tuple[str, Shown]:
    """Returns the target of a command that the mock shows, and what it has of a credential."""
    words = re.findall(r"'([^']*)'", line["curl"])
    headers = dict(word.split(": ", 1) for word in words[:-1])
    return "/" + words[-1].split("/", 3)[3], Shown(headers)


def test_credentials() -> None:
    """The mock prints a command for each scheme, and each works."""
    with mock(BIN, CONTRACT) as program:
        lines = program.all("test_credential")
        schemes = {line["scheme"] for line in lines}
        expect(len(schemes) == 8, f"there are commands for {schemes}")
        for line in lines:
            target, shown = shown_by(line)
            status = program.ask(target, shown).status
            expect(status == 200, f"{line['scheme']}: {status} for {target}")


def test_claims() -> None:
    """The mock's tokens have the claims that the contract requires, or it says that none has."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with mock(BIN, contract_with_claims(folder, CLAIMS)) as program:
            lines = program.all("test_credential")
            expect({line["scheme"] for line in lines} == {"login", "key"}, f"it shows {lines}")
            for line in lines:
                target, shown = shown_by(line)
                answer = program.ask(target, shown)
                expect(answer.status == 200, f"{line['scheme']}: {answer.status} {answer.body!r}")
            expect(not program.line("no_test_credential"), "a scheme is without")
        impossible = {"type": "object", "required": ["exp"], "properties": {"exp": {"maximum": 9}}}
        with mock(BIN, contract_with_claims(folder, impossible)) as program:
            schemes = [line["scheme"] for line in program.all("test_credential")]
            expect(schemes == ["key"], f"there are commands for {schemes}")
            line = program.line("no_test_credential", scheme="login")
            expect("exp" in line.get("reason", ""), f"the log has {line}")
            expect(program.ask("/login").status == 401, "the scheme is not enforced")


if __name__ == "__main__":
    sys.exit(run("mock", [test_credentials, test_claims]))

#!/usr/bin/env python3
"""Judges what becomes of files that the deployer changes while the mock runs.

judge_files.py BIN_FOLDER CONTRACT
"""

import json
import sys
import tempfile
from pathlib import Path

from credentials import Deployment, Issuer, basic, bearer, entry, header_key, new_key, scrypt
from load import Load
from program import Program, expect, mock, run, until

BIN, CONTRACT = Path(sys.argv[1]), Path(sys.argv[2])


class Served:
    """Runs the mock with keys, users and a key set in files, of which the block ends it."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.place = Path(self.folder.name)
        document = Deployment().document()
        schemes = document["schemes"]
        schemes["header_key"] = {"keys": {"file": str(self.place / "keys.json")}}
        schemes["staff"] = {"users": {"file": str(self.place / "users.json")}}
        schemes["token"]["keys"] = {"file": str(self.place / "jwks.json")}
        self.write("keys.json", {"keys": []})
        self.write("users.json", {"users": []})
        self.write("jwks.json", {"keys": [Issuer("unused").jwk()]})
        self.write("authentication.json", document)

    def write(self, name: str, document: dict) -> None:
        """Replaces a file as a deployment does: there is no moment with half of it."""
        new = self.place / f"{name}.new"
        new.write_text(json.dumps(document))
        new.replace(self.place / name)

    def __enter__(self) -> "Served":
        settings = self.place / "authentication.json"
        self.program: Program = mock(BIN, CONTRACT, "--authentication", settings)
        self.program.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.program.__exit__(*error)
        self.folder.cleanup()


def keys() -> None:
    """API keys are rotated under load, and an old one ends."""
    with Served() as served:
        old, new = new_key(), new_key()
        program = served.program
        served.write("keys.json", {"keys": [entry("shop", old)]})
        taken = lambda key: program.ask("/v1/default", header_key(key)).status == 200  # noqa: E731
        until(lambda: taken(old), "the first key")
        used = [old]
        with Load(program, "/v1/default", lambda: header_key(used[-1])) as load:
            served.write("keys.json", {"keys": [entry("shop", old), entry("shop", new)]})
            until(lambda: taken(new), "the second key")
            used.append(new)
            load.go_on(100)
            served.write("keys.json", {"keys": [entry("shop", new)]})
            until(lambda: not taken(old), "the end of the first key")
            load.go_on(100)


def mistakes() -> None:
    """A file with a mistake changes nothing, and the log says where it is."""
    with Served() as served:
        key = new_key()
        program = served.program
        served.write("keys.json", {"keys": [entry("shop", key)]})
        until(lambda: program.ask("/v1/default", header_key(key)).status == 200, "the key")
        served.write("keys.json", {"keys": [{"name": "shop", "sha256": "no hash"}]})
        until(
            lambda: [line for line in program.lines if "/keys/0/sha256" in line],
            "a line of the log with the place of the mistake",
        )
        expect(program.ask("/v1/default", header_key(key)).status == 200, "the key is gone")


def passwords() -> None:
    """A password that was changed ends, though the old one was remembered."""
    with Served() as served:
        old, new = new_key(), new_key()
        program = served.program
        served.write("users.json", {"users": [{"name": "ann", "scrypt": scrypt(old)}]})
        until(lambda: program.ask("/v1/staff", basic("ann", old)).status == 200, "the password")
        served.write("users.json", {"users": [{"name": "ann", "scrypt": scrypt(new)}]})
        until(lambda: program.ask("/v1/staff", basic("ann", new)).status == 200, "the new one")
        expect(program.ask("/v1/staff", basic("ann", old)).status == 401, "the old one")


def key_set() -> None:
    """A key set in a file is rotated under load, and the token of an old key ends."""
    with Served() as served:
        old, new = Issuer("old"), Issuer("new")
        program = served.program
        tokens = [old.token("orders"), new.token("orders")]
        served.write("jwks.json", {"keys": [old.jwk()]})
        until(lambda: program.ask("/v1/token", bearer(tokens[0])).status == 200, "the first key")
        used = [tokens[0]]
        with Load(program, "/v1/token", lambda: bearer(used[-1])) as load:
            served.write("jwks.json", {"keys": [old.jwk(), new.jwk()]})
            until(lambda: program.ask("/v1/token", bearer(tokens[1])).status == 200, "the second")
            used.append(tokens[1])
            load.go_on(100)
            served.write("jwks.json", {"keys": [new.jwk()]})
            until(lambda: program.ask("/v1/token", bearer(tokens[0])).status == 401, "its end")


if __name__ == "__main__":
    sys.exit(run("files", [keys, mistakes, passwords, key_set]))

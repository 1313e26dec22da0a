#!/usr/bin/env python3
"""Judges `penstock_contract keys` by a program that takes what it makes.

judge_keys.py BIN_FOLDER CONTRACT
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from credentials import Deployment, basic, header_key, new_key
from load import Load
from program import Program, expect, mock, run, until

BIN, CONTRACT = Path(sys.argv[1]), Path(sys.argv[2])
KEY = re.compile(r"psk_[0-9A-Za-z]{49}\n")


class Operated:
    """Runs the mock with one file of keys and users, which `keys` makes and changes meanwhile."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.file = Path(self.folder.name) / "clients.json"

    def keys(self, verb: str, *options: str, typed: str = "") -> str:
        """Runs a verb of `keys`, and returns its standard output."""
        command = [BIN / "penstock_contract", "keys", verb, self.file, *options]
        done = subprocess.run(command, input=typed, capture_output=True, text=True, check=False)
        expect(done.returncode == 0, f"keys {verb}: {done.stderr}")
        return done.stdout

    def new(self, *options: str) -> str:
        printed = self.keys("new", *options)
        expect(KEY.fullmatch(printed) is not None, "keys new prints a key, and nothing else")
        return printed.strip()

    def password(self, name: str, *options: str) -> str:
        password = new_key()
        self.keys("password", "--name", name, *options, typed=f"{password}\n")
        return password

    def __enter__(self) -> "Operated":
        document = Deployment().document()
        document["schemes"]["header_key"] = {"keys": {"file": str(self.file)}}
        document["schemes"]["staff"] = {"users": {"file": str(self.file)}}
        settings = Path(self.folder.name) / "authentication.json"
        settings.write_text(json.dumps(document))
        self.program: Program = mock(BIN, CONTRACT, "--authentication", settings)
        self.program.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.program.__exit__(*error)
        self.folder.cleanup()

    def status(self, key: str) -> int:
        return self.program.ask("/v1/default", header_key(key)).status

    def staff_status(self, name: str, password: str) -> int:
        return self.program.ask("/v1/staff", basic(name, password)).status


def replaced() -> None:
    """A key is replaced under load in the three steps of the recipe, without a failed request."""
    operated = Operated()
    old = operated.new("--name", "shop")
    operated.password("somebody")
    with operated:
        expect(operated.status(old) == 200, "the first key is not taken")
        expect(operated.status(old[:-1] + "x") == 401, "a key with another checksum is taken")
        used = [old]
        with Load(operated.program, "/v1/default", lambda: header_key(used[-1])) as load:
            new = operated.new("--name", "shop")
            until(lambda: operated.status(new) == 200, "the second key")
            expect(operated.status(old) == 200, "both are valid")
            used.append(new)
            load.go_on(100)
            expect(
                operated.keys("remove", "--name", "shop", "--old") == "1 entry removed\n", "rest"
            )
            until(lambda: operated.status(old) == 401, "the end of the first key")
            load.go_on(100)


def leaked() -> None:
    """A key that has leaked ends when it is replaced."""
    operated = Operated()
    old = operated.new("--name", "shop")
    operated.password("somebody")
    with operated:
        expect(operated.status(old) == 200, "the first key is not taken")
        new = operated.new("--name", "shop", "--replace", "--expires", "30d")
        until(lambda: operated.status(new) == 200, "the second key")
        expect(operated.status(old) == 401, "the first key goes on")


def changed_password() -> None:
    """A password that was changed ends, though the old one was remembered."""
    operated = Operated()
    operated.new("--name", "shop")
    old = operated.password("ann")
    with operated:
        expect(operated.staff_status("ann", old) == 200, "the first password is not taken")
        expect(operated.staff_status("ann", old) == 200, "it is not remembered")
        new = operated.password("ann", "--replace")
        until(lambda: operated.staff_status("ann", new) == 200, "the second password")
        expect(operated.staff_status("ann", old) == 401, "the first password goes on")
        expect(operated.staff_status("bob", new) == 401, "another name has this password")


if __name__ == "__main__":
    sys.exit(run("keys", [replaced, leaked, changed_password]))

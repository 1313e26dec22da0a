#!/usr/bin/env python3
"""Lets `issuer_verdicts` judge the tokens of Keycloak, whose key set has a key for encryption, too.

judge_keycloak.py ISSUER_VERDICTS_PROGRAM BUILD

BUILD is the folder in which Keycloak is unpacked: 360 MB, which Maven fetches once. It needs 1 GB
of memory, and from one minute to ten for its start.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from verdicts import Verdicts, decoded, with_wrong_signature

VERSION = "26.7.3"
ARTIFACT = f"org.keycloak:keycloak-quarkus-dist:{VERSION}:zip"
# Under load it has taken eight minutes to build itself and to start.
START_PATIENCE_S = 900
PATIENCE_S = 60
PASSWORD = "only-for-this-test"  # Of an administrator on the loopback address.


def install(build: Path) -> Path:
    """Unpacks Keycloak, unless that was done before, and returns its folder."""
    folder = build / f"keycloak-{VERSION}"
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        fetch = ["mvn", "--quiet", "--batch-mode", "dependency:copy", f"-Dartifact={ARTIFACT}"]
        subprocess.run([*fetch, f"-DoutputDirectory={build}"], timeout=600, check=True)
        archive = build / f"keycloak-quarkus-dist-{VERSION}.zip"
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(build)
        archive.unlink()
        (folder / "complete").touch()
    return folder


def free_port() -> int:
    """Returns a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def keycloak(folder: Path, log: Path) -> Iterator[str]:
    """Runs Keycloak with an empty database, and gives its URL."""
    shutil.rmtree(folder / "data", ignore_errors=True)
    url = f"http://127.0.0.1:{(port := free_port())}"
    options = ["--http-host", "127.0.0.1", "--http-port", str(port), "--cache", "local"]
    options += ["--http-management-port", str(free_port())]
    environment = {
        "KC_BOOTSTRAP_ADMIN_USERNAME": "admin",
        "KC_BOOTSTRAP_ADMIN_PASSWORD": PASSWORD,
        "JAVA_OPTS_KC_HEAP": "-Xms64m -Xmx512m",
    }
    with log.open("w") as out:
        process = subprocess.Popen(
            ["bash", folder / "bin" / "kc.sh", "start-dev", *options],
            stdout=out,
            stderr=out,
            env=os.environ | environment,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + START_PATIENCE_S
        while not answers(f"{url}/realms/master"):
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"FAILED: Keycloak has not started\n{log.read_text()[-5000:]}")
            time.sleep(1)  # Until the next look.
        yield url
    finally:
        # The script has started another process, which has its group.
        os.killpg(process.pid, 15)
        process.wait(PATIENCE_S)


def answers(url: str) -> bool:
    """Says whether there is an answer with status 200."""
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except OSError:
        return False


def call(url: str, token: str = "", **form: str) -> dict[str, Any]:
    """Posts a form, and returns the answer."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    request = urllib.request.Request(url, urllib.parse.urlencode(form).encode(), headers)
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
        document: dict[str, Any] = json.load(answer)
    return document


class Admin:
    """Calls the administrator's API of Keycloak."""

    def __init__(self, url: str) -> None:
        self.url = url

    def post(self, path: str, document: dict[str, Any]) -> None:
        """Creates something. A token ends after a minute, so that each call has its own."""
        token = call(
            f"{self.url}/realms/master/protocol/openid-connect/token",
            grant_type="password",
            client_id="admin-cli",
            username="admin",
            password=PASSWORD,
        )["access_token"]
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        request = urllib.request.Request(
            f"{self.url}/admin/realms{path}", json.dumps(document).encode(), headers
        )
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            assert answer.status == 201, answer.status

    def make_realm(self) -> None:
        """Makes the realm `orders`, with a client that gets tokens for itself."""
        self.post("", {"realm": "orders", "enabled": True, "defaultSignatureAlgorithm": "ES256"})
        robot = {"clientId": "robot", "secret": "robot-secret", "serviceAccountsEnabled": True}
        self.post("/orders/clients", robot)

    def rotate(self) -> None:
        """Adds a key, with which the next tokens are signed. The old one stays in the set."""
        kind = "org.keycloak.keys.KeyProvider"
        config = {"priority": ["200"], "ecdsaEllipticCurveKey": ["P-256"]}
        key = {"name": "next", "providerId": "ecdsa-generated", "providerType": kind}
        self.post("/orders/components", key | {"config": config})


def judge(program: Path, url: str, log: Path) -> None:
    """Judges tokens before and after a rotation."""
    admin = Admin(url)
    admin.make_realm()
    issuer = f"{url}/realms/orders"

    def token() -> str:
        form = {"client_id": "robot", "client_secret": "robot-secret"}
        place = f"{issuer}/protocol/openid-connect/token"
        return str(call(place, grant_type="client_credentials", **form)["access_token"])

    # Keycloak makes the key of an algorithm when it is needed, which is a rotation, too.
    old = token()
    with Verdicts(program, issuer, "account", log) as ours:
        header = decoded(old.split(".")[0])
        assert (header["alg"], header["typ"]) == ("ES256", "JWT"), header
        claims = ours.expect(old, "accepted")["claims"]
        assert claims["aud"] == "account", claims
        assert claims["typ"] == "Bearer", claims
        ours.expect(with_wrong_signature(old), "signature")
        admin.rotate()
        new = token()
        assert decoded(new.split(".")[0])["kid"] != header["kid"]
        assert ours.expect(new, "accepted")["asked"] is True
        ours.expect(old, "accepted")
    text = log.read_text()
    assert "left out" in text, text
    assert "cannot read a document" not in text, text
    with Verdicts(program, issuer, "orders", log) as ours:
        ours.expect(new, "audience")
    # Keycloak's master realm is another issuer, although its server is the same.
    with Verdicts(program, f"{url}/realms/master", "account", log) as ours:
        ours.expect(new, "unknown_key")


def main() -> None:
    """Runs all of it."""
    program, build = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    build.mkdir(parents=True, exist_ok=True)
    folder = install(build)
    with (
        tempfile.TemporaryDirectory() as logs,
        keycloak(folder, Path(logs) / "keycloak.log") as url,
    ):
        judge(program, url, Path(logs) / "log")
    print(f"Keycloak {VERSION}: its tokens, its key for encryption, and a rotation")


if __name__ == "__main__":
    main()

"""Starts and stops provider.mjs, a real OpenID provider, and gets tokens from it."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PATIENCE_S = 60
# These clients sign by the algorithm of their name. The tokens of a sixth, "opaque", are no JWTs.
CLIENTS = ("es256", "rs256", "ps256", "eddsa")


def install(build: Path) -> Path:
    """Installs into the folder what package-lock.json says, unless that was done before."""
    build.mkdir(parents=True, exist_ok=True)
    lock = (HERE / "package-lock.json").read_bytes()
    wanted = hashlib.sha256(lock).hexdigest()
    mark = build / "installed"
    if not mark.exists() or mark.read_text() != wanted:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, build)
        command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
        subprocess.run(command, cwd=build, timeout=300, check=True)
        mark.write_text(wanted)
    return build


class Provider:
    """Is a provider that runs until stop(). Each start() makes new keys.

    With `keys` its keys of before stay in the set, behind the new ones.
    """

    def __init__(self, build: Path, keys: Path | None = None, token_seconds: int = 600) -> None:
        self.build = install(build)
        self.keys = keys
        self.token_seconds = token_seconds
        self.port = 0
        self.issuer = ""
        self.process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Provider:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Starts it, on the port that it had before if there was one."""
        command = ["node", str(HERE / "provider.mjs"), str(self.build), str(self.port)]
        command += [str(self.keys)] if self.keys else []
        environment = os.environ | {"TOKEN_SECONDS": str(self.token_seconds)}
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("FAILED: the OpenID provider did not start")
        self.issuer = json.loads(line)["issuer"]
        self.port = urllib.parse.urlsplit(self.issuer).port or 0

    def stop(self) -> None:
        """Stops it, as an issuer that is down."""
        if self.process:
            self.process.terminate()
            self.process.wait(PATIENCE_S)
            self.process = None

    def rotate(self) -> None:
        """Goes on with new keys, on the same port."""
        self.stop()
        self.start()

    def token(
        self, client: str = "es256", resource: str = "https://orders.example", scope: str = "read"
    ) -> str:
        """Gets an access token by the grant client_credentials."""
        form = {"grant_type": "client_credentials", "resource": resource, "scope": scope}
        secret = base64.b64encode(f"{client}:{client}-secret".encode()).decode()
        request = urllib.request.Request(
            f"{self.issuer}/token",
            urllib.parse.urlencode(form).encode(),
            {"Authorization": f"Basic {secret}"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            document: dict[str, Any] = json.load(answer)
        return str(document["access_token"])

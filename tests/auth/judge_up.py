#!/usr/bin/env python3
"""Judges what a developer has of `up` with a contract that requires credentials.

The service is the fixture's, whose contract gets security. The credentials are those that `up`
makes and prints. The event that a request publishes must say to the function who has called.

judge_up.py BIN_FOLDER
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from fixture import CALLER_PATHS, SERVICE_ENV, SERVICE_FOLDER, STAMP_PATH, VARIABLE_PREFIX
from program import PATIENCE_S, Answer, Program, Shown, expect, free_ports, run, until

BIN = Path(sys.argv[1])
FUNCTION = Path(__file__).resolve().parent / "function.py"
SCHEMES = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "login": {
        "type": "oauth2",
        "flows": {
            "clientCredentials": {"tokenUrl": "https://id.example/", "scopes": {"stamp": ""}}
        },
    },
}
SECURITY = [{"key": []}, {"login": ["stamp"]}]


def secured_service(folder: Path) -> Path:
    """Copies the fixture's service, and lets its operations require credentials."""
    service = folder / "service"
    shutil.copytree(SERVICE_FOLDER, service)
    document = service / SERVICE_ENV["CONTRACT"].split()[0]
    bundle = subprocess.run(
        [BIN / "penstock_contract", "bundle", document], stdout=subprocess.PIPE, check=True
    )
    contract = json.loads(bundle.stdout)
    contract.setdefault("components", {})["securitySchemes"] = SCHEMES
    for item in contract["paths"].values():
        for name, operation in item.items():
            if isinstance(operation, dict) and not name.startswith("x-"):
                operation["security"] = SECURITY
                if "x-event" in operation:
                    operation["x-event"]["auth_context"] = True
    document.write_text(json.dumps(contract))
    return service


class Up:
    """Runs the whole system, of which the block ends it."""

    def __init__(self, **settings: str) -> None:
        self.settings = {VARIABLE_PREFIX + name: value for name, value in settings.items()}

    def __enter__(self) -> "Up":
        self.folder = tempfile.TemporaryDirectory()
        service = secured_service(Path(self.folder.name))
        self.port, self.admin_port, self.console_port = free_ports(3)
        ports = [f"--port={self.port}", f"--admin-port={self.admin_port}"]
        self.process = subprocess.Popen(
            [
                BIN / "penstock_local",
                f"--service={service}",
                "--broker=memory",
                *ports,
                f"--console-port={self.console_port}",
                f"--function={FUNCTION}",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=os.environ | self.settings,
            cwd=self.folder.name,
            text=True,
        )
        self.program = Program([])
        self.program.process = self.process
        self.program.port = self.port
        self.program.start_reading()
        until(lambda: self.said("Ctrl-C stops") or self.process.poll() is not None, "ready")
        expect(self.process.poll() is None, f"it has ended: {self.program.lines[-5:]}")
        return self

    def __exit__(self, *error: object) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE_S)
        self.folder.cleanup()

    def said(self, text: str) -> list[str]:
        return [line for line in self.program.lines if text in line]

    def ask(self, *arguments: object) -> Answer:
        return self.program.ask(*arguments)

    def credentials(self) -> dict[tuple[str, str], dict[str, str]]:
        """Returns what the console's API gives to who has its token."""
        address = re.search(r"#token=([\w-]+)", "".join(self.said("#token=")))
        expect(address is not None, "there is no address of the console")
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.console_port}/api/clients",
            method="POST",
            headers={"x-penstock-token": address.group(1)},
        )
        with urllib.request.urlopen(request) as answer:
            found = json.load(answer)["credentials"]
        return {(one["scheme"], one["subject"]): one for one in found}


def shown(credential: dict[str, str]) -> Shown:
    expect(credential["in"] == "header", f"it is in {credential['in']}")
    return Shown({credential["name"]: credential["value"]})


def printed_commands() -> None:
    """The commands that are printed work, and without their header they do not."""
    with Up() as up:
        commands = up.said("curl -H")
        expect(len(commands) >= 2, f"the commands are {up.said('curl')}")
        for line in commands:
            header, url = re.search(r"-H '([^']*)'.* '(http[^']*)'", line).groups()
            target = "/" + url.split("/", 3)[3]
            name, value = header.split(": ", 1)
            body = re.search(r"--json '([^']*)'", line)
            method = "POST" if body else "GET"
            data = body.group(1).encode() if body else None
            status = up.ask(target, Shown({name: value}), method, data).status
            expect(status in (200, 201), f"{status} for {line}")
            expect(up.ask(target, Shown(), method, data).status == 401, f"without for {line}")


def limited_client() -> None:
    """The console's credential without a scope gets 403."""
    with Up() as up:
        limited = up.credentials()["login", "test-without-scopes"]
        expect(up.ask(STAMP_PATH + "Ann", shown(limited)).status == 403, "it has the scope")


def event() -> None:
    """The function learns from the record who has called."""
    with Up() as up:
        found = up.credentials()
        for scheme in SCHEMES:
            status = up.ask(STAMP_PATH + "Ann", shown(found[scheme, "test"])).status
            expect(status == 200, f"{scheme}: {status}")
        lines = until(
            lambda: len(up.said('"ce_authid": "test"')) >= 2 and up.said('"ce_authtype"'),
            "two records with the subject",
        )
        kinds = {re.search(r'"ce_authtype": "(\w+)"', line).group(1) for line in lines}
        expect("api_key" in kinds and len(kinds) == 2, f"the kinds are {kinds}")


def principal() -> None:
    """A handler, untyped or typed, sees who has called, and by which scheme."""
    wanted = {
        "key": {"scheme": "key", "subject": "test", "scopes": []},
        "login": {"scheme": "login", "subject": "test", "scopes": ["stamp"]},
    }
    with Up() as up:
        found = up.credentials()
        for path in CALLER_PATHS:
            for scheme, caller in wanted.items():
                answer = up.ask(path, shown(found[scheme, "test"]))
                expect(answer.status == 200, f"{scheme}: {answer.status} for {path}")
                expect(json.loads(answer.body) == caller, f"{path}, {scheme}: {answer.body!r}")
            expect(up.ask(path).status == 401, f"{path} without credentials")


def own_settings() -> None:
    """With the deployer's word there are no test credentials."""
    with Up(SECURITY="external") as up:
        expect(not up.credentials(), "there are credentials")
        expect(up.ask(STAMP_PATH + "Ann").status == 200, "who is in front checks")
        for path in CALLER_PATHS:
            expect(json.loads(up.ask(path).body)["subject"] == "", f"{path} has a caller")


if __name__ == "__main__":
    sys.exit(run("up", [printed_commands, limited_client, event, principal, own_settings]))

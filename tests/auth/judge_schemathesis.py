#!/usr/bin/env python3
"""Lets schemathesis ask the mock, with and without credentials.

Without, no operation whose security is required may answer with 2xx, which the mock's log shows.
With credentials the mock must conform to its contract, and must refuse those that schemathesis
takes away.

judge_schemathesis.py BIN_FOLDER CONTRACT SCHEMATHESIS
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import needs
from credentials import (
    AUDIENCES,
    PASSWORD,
    Deployment,
    basic,
    bearer,
    cookie_key,
    header_key,
    partner,
    query_key,
)
from program import NOTHING, Program, Shown, expect, mock, run

BIN, CONTRACT, SCHEMATHESIS = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
JUDGES = Path(__file__).resolve().parent.parent / "judges"
BASE_PATH = "/v1"


def bundle() -> dict:
    made = subprocess.run(
        [BIN / "penstock_contract", "bundle", CONTRACT], stdout=subprocess.PIPE, check=True
    )
    contract = json.loads(made.stdout)
    # How often one may call is no matter of the contract's form.
    for _, _, operation in needs.operations(contract):
        operation.pop("x-penstock-rate", None)
    return contract


def shown_for(deployment: Deployment, need: dict[str, list[str]]) -> Shown:
    keys = deployment.keys
    shown = NOTHING
    for scheme, scopes in need.items():
        if scheme in AUDIENCES:
            token = deployment.issuer.token(AUDIENCES[scheme], " ".join(scopes))
            shown += bearer(token)
        else:
            shown += {
                "header_key": header_key(keys["auditor"]),
                "query_key": query_key(keys["query"]),
                "cookie_key": cookie_key(keys["cookie"]),
                "staff": basic("ann", PASSWORD),
                "partner": partner("CN=partner,O=X"),
            }[scheme]
    return shown


def settings_of(contract: dict, deployment: Deployment) -> str:
    """Returns schemathesis.toml with the headers of each operation."""
    text = (JUDGES / "schemathesis.toml").read_text()
    text = text.replace("ignored_auth.enabled = false", "ignored_auth.enabled = true")
    # schemathesis takes keys for parameters, of which it leaves out some: that is 401, not 400.
    text = text.replace("[400, 404,", "[400, 401, 404,")
    for _, _, operation in needs.operations(contract):
        need = needs.alternatives(contract, operation)[0]
        headers = shown_for(deployment, need).headers
        text += f'\n[[operations]]\ninclude-operation-id = "{operation["operationId"]}"\n'
        pairs = ", ".join(f'"{name}" = "{value}"' for name, value in headers.items())
        text += f"headers = {{{pairs}}}\n"
        # It does not see that the header has the cookie that it means to leave out.
        if "cookie_key" in need:
            text += "checks.negative_data_rejection.enabled = false\n"
        # And it thinks that an empty key is one.
        if "query_key" in need:
            text += 'checks.positive_data_acceptance.expected-statuses = ["2xx", 401]\n'
    return text + f'\n[auth.openapi.query_key]\napi_key = "{deployment.keys["query"]}"\n'


class Judged:
    """Runs schemathesis against the mock."""

    def __init__(self, settings: str | None, *options: str) -> None:
        self.contract = bundle()
        self.deployment = Deployment()
        if settings is None:
            settings = settings_of(self.contract, self.deployment)
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            (place / "contract.json").write_text(json.dumps(self.contract))
            (place / "authentication.json").write_text(json.dumps(self.deployment.document()))
            (place / "schemathesis.toml").write_text(settings)
            self.program: Program = mock(
                BIN, place / "contract.json", "--authentication", place / "authentication.json"
            )
            with self.program:
                url = f"http://127.0.0.1:{self.program.port}{BASE_PATH}"
                self.ended = subprocess.run(
                    [
                        SCHEMATHESIS,
                        f"--config-file={place / 'schemathesis.toml'}",
                        "run",
                        place / "contract.json",
                        f"--url={url}",
                        *options,
                    ],
                    check=False,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    cwd=place,
                    env=os.environ,
                    text=True,
                )
        self.lines = [json.loads(one) for one in self.program.lines if '"request"' in one]


def without() -> None:
    """Without credentials no operation answers with 2xx that requires some."""
    judged = Judged((JUDGES / "schemathesis.toml").read_text(), "--checks", "not_a_server_error")
    expect(judged.ended.returncode == 0, judged.ended.stdout[-2000:])
    required = {
        (method, path)
        for path, method, operation in needs.operations(judged.contract)
        if not any(needs.meets(need, {}) for need in needs.alternatives(judged.contract, operation))
    }
    expect(len(required) > 10, f"only {len(required)} operations require credentials")
    asked = {(line["method"], line["route"].removeprefix(BASE_PATH)) for line in judged.lines}
    expect(required <= asked, f"these were not asked: {required - asked}")
    for line in judged.lines:
        place = (line["method"], line["route"].removeprefix(BASE_PATH))
        expect(place not in required or line["status"] >= 400, f"{line['status']} for {place}")


def conforms() -> None:
    """With credentials the mock conforms, and refuses those that are taken away."""
    judged = Judged(None)
    expect(judged.ended.returncode == 0, judged.ended.stdout[-3000:])
    good = [line for line in judged.lines if line["status"] == 200 and line.get("auth_scheme")]
    expect(len(good) > 100, f"only {len(good)} requests with credentials got 200")


if __name__ == "__main__":
    sys.exit(run("schemathesis", [without, conforms]))

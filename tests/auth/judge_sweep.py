#!/usr/bin/env python3
"""Sends each operation of a contract with each set of credentials, and judges the answers.

An answer of 2xx must mean that the contract's requirement is met, which needs.py says, and a met
requirement must be answered with 2xx.

judge_sweep.py BIN_FOLDER CONTRACT
"""

import itertools
import json
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
from program import NOTHING, Fault, Program, Shown, expect, mock, run

NONE: frozenset[str] = frozenset()
BODY = json.dumps({"name": "tea"}).encode()
# The first place of each is without a credential. What one request cannot show twice is together.
Choice = tuple[Shown, dict[str, frozenset[str]]]


def choices(deployment: Deployment) -> list[list[Choice]]:
    keys = deployment.keys
    nothing: Choice = (NOTHING, {})
    token = deployment.issuer.token
    authorization: list[Choice] = [nothing, (basic("ann", PASSWORD), {"staff": NONE})]
    authorization.append((basic("ann", "wrong" + PASSWORD), {}))
    for scheme, scope in (
        ("token", ""),
        ("login", ""),
        ("login", "read"),
        ("login", "write"),
        ("login", "read write other"),
        ("oidc", "reader"),
        ("oidc", "admin"),
    ):
        held = {scheme: frozenset(scope.split())}
        authorization.append((bearer(token(AUDIENCES[scheme], scope)), held))
    authorization.append((bearer(token("somebody-else", "read write admin")), {}))
    return [
        authorization,
        [
            nothing,
            (header_key(keys["plain"]), {"header_key": NONE}),
            (header_key(keys["auditor"]), {"header_key": frozenset({"auditor"})}),
            (header_key(keys["expired"]), {}),
            (header_key(keys["query"]), {}),
        ],
        [nothing, (query_key(keys["query"]), {"query_key": NONE})],
        [nothing, (cookie_key(keys["cookie"]), {"cookie_key": NONE})],
        [nothing, (partner("CN=partner,O=X"), {"partner": NONE})],
    ]


def judge(
    alternatives: list[dict[str, list[str]]], held: needs.Held, anything: bool, status: int
) -> str:
    """Returns why the status is wrong, or an empty text."""
    met = [need for need in alternatives if needs.meets(need, held)]
    if not met:
        lacks = any(needs.lacks_scopes_only(need, held) for need in alternatives)
        if status == 403 and not lacks:
            return "403, though no scope alone is missing"
        return "" if status in (401, 403) else f"{status}, though it is not met"
    # Who needs to show nothing and shows something wrong may be refused.
    if not any(met) and anything:
        return "" if status in (200, 401) else f"{status} for what is optional"
    return "" if status == 200 else f"{status}, though it is met"


def sweep(program: Program, contract: dict, deployment: Deployment) -> tuple[int, list[str]]:
    count, faults = 0, []
    for path, method, operation in needs.operations(contract):
        if "x-penstock-rate" in operation:
            continue
        alternatives = needs.alternatives(contract, operation)
        for chosen in itertools.product(*choices(deployment)):
            shown = NOTHING
            held: dict[str, frozenset[str]] = {}
            for one, gives in chosen:
                shown += one
                held |= gives
            body = BODY if method == "POST" else None
            answer = program.ask("/v1" + path, shown, method, body)
            count += 1
            anything = bool(shown.headers or shown.query)
            # A key that the operation does not name is an undeclared parameter.
            is_declared = any("query_key" in need for need in alternatives)
            if shown.query and not is_declared and answer.status == 400:
                continue
            if fault := judge(alternatives, held, anything, answer.status):
                faults.append(
                    f"{method} {path} with {sorted(held)} {sorted(shown.headers)}: {fault}"
                )
            if answer.status == 401 and not answer.all("www-authenticate"):
                faults.append(f"{method} {path}: 401 without WWW-Authenticate")
    return count, faults


def main() -> int:
    bin_folder, document = Path(sys.argv[1]), Path(sys.argv[2])
    bundle = subprocess.run(
        [bin_folder / "penstock_contract", "bundle", document], stdout=subprocess.PIPE, check=True
    )
    contract = json.loads(bundle.stdout)

    def each_set() -> None:
        """Each operation with each set of credentials."""
        deployment = Deployment()
        with tempfile.TemporaryDirectory() as folder:
            settings = Path(folder) / "authentication.json"
            settings.write_text(json.dumps(deployment.document()))
            with mock(bin_folder, document, "--authentication", settings) as program:
                count, faults = sweep(program, contract, deployment)
        print(f"sweep: {count} requests, {len(faults)} faults")
        expect(count > 1000, "it was no sweep")
        if faults:
            raise Fault("\n  ".join(faults[:10]))

    return run("sweep", [each_set])


if __name__ == "__main__":
    sys.exit(main())

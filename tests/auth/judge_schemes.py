#!/usr/bin/env python3
"""Judges what the mock answers for each scheme, and what its log says.

judge_schemes.py BIN_FOLDER CONTRACT
"""

import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from credentials import (
    AUDIENCES,
    PASSWORD,
    Deployment,
    basic,
    bearer,
    cookie_key,
    header_key,
    new_key,
    partner,
    query_key,
)
from program import NOTHING, PATIENCE_S, Answer, Program, Shown, expect, mock, run, until

BIN, CONTRACT = Path(sys.argv[1]), Path(sys.argv[2])
DEPLOYMENT = Deployment()


def asked(program: Program, target: str, shown: Shown = NOTHING) -> tuple[Answer, dict]:
    """Sends a request, and returns the answer with its line of the log."""
    before = len(program.all("request"))
    answer = program.ask(target, shown)
    line = until(lambda: program.all("request")[before:], f"the line of {target}")[0]
    expect(line["status"] == answer.status, f"the log says {line['status']} for {answer.status}")
    return answer, line


class Served:
    """Runs the mock with a document of the deployer, of which the block ends it."""

    def __init__(self, document: dict) -> None:
        self.folder = tempfile.TemporaryDirectory()
        settings = Path(self.folder.name) / "authentication.json"
        settings.write_text(json.dumps(document))
        self.program = mock(BIN, CONTRACT, "--authentication", settings)

    def __enter__(self) -> Program:
        return self.program.__enter__()

    def __exit__(self, *error: object) -> None:
        self.program.__exit__(*error)
        self.folder.cleanup()


def token(scheme: str, scope: str = "", **claims: object) -> Shown:
    return bearer(DEPLOYMENT.issuer.token(AUDIENCES[scheme], scope, **claims))


def each_scheme() -> None:
    """Each scheme lets in, and the log says who came."""
    keys = DEPLOYMENT.keys
    accepted = {
        "/v1/default": (header_key(keys["plain"]), "header_key", "plain"),
        "/v1/query-key": (query_key(keys["query"]), "query_key", "query"),
        "/v1/cookie-key": (cookie_key(keys["cookie"]), "cookie_key", "cookie"),
        "/v1/staff": (basic("ann", PASSWORD), "staff", "ann"),
        "/v1/token": (token("token"), "token", "ann"),
        "/v1/items": (token("login", "read"), "login", "ann"),
        "/v1/oidc": (token("oidc", "admin"), "oidc", "ann"),
        "/v1/partner": (partner("CN=partner,O=X"), "partner", "partner"),
    }
    with Served(DEPLOYMENT.document()) as program:
        for target, (shown, scheme, subject) in accepted.items():
            answer, line = asked(program, target, shown)
            expect(answer.status == 200, f"{scheme}: {answer.status} {answer.body!r}")
            expect(line.get("auth_scheme") == scheme, f"{scheme}: the log has {line}")
            expect(line.get("subject") == subject, f"{scheme}: the log has {line}")


def missing() -> None:
    """401 says by which scheme to come back, and a problem document what is missing."""
    challenges = {"/v1/staff": "basic", "/v1/token": "bearer", "/v1/items": "bearer"}
    with Served(DEPLOYMENT.document()) as program:
        for target in ("/v1/default", "/v1/query-key", "/v1/cookie-key", "/v1/staff", "/v1/token"):
            answer, line = asked(program, target)
            expect(answer.status == 401, f"{target}: {answer.status}")
            challenge = answer.one("www-authenticate")
            expect(
                challenge.lower().startswith(challenges.get(target, "")),
                f"{target}: WWW-Authenticate: {challenge}",
            )
            expect("error=" not in challenge, "RFC 6750 section 3.1: no error without a token")
            problem = json.loads(answer.body)
            expect(problem["status"] == 401 and problem["detail"] != "", f"{target}: {problem}")
            expect(line.get("auth") == "missing", f"{target}: the log has {line}")


def wrong() -> None:
    """401 for what is wrong, with the reason in the log alone."""
    now = int(time.time())
    other = Deployment().issuer.token(AUDIENCES["token"])
    wrong_ones = {
        "of a key that nobody has": ("/v1/default", header_key(new_key())),
        "of a key that has expired": ("/v1/default", header_key(DEPLOYMENT.keys["expired"])),
        "of a password": ("/v1/staff", basic("ann", new_key())),
        "of a user": ("/v1/staff", basic("bob", PASSWORD)),
        "of another issuer's key": ("/v1/token", bearer(other)),
        "of an audience": ("/v1/token", token("login", "read")),
        "of an issuer": ("/v1/token", token("token", iss="https://other.test")),
        "that has expired": ("/v1/token", token("token", exp=now - 61)),
        "that is not valid yet": ("/v1/token", token("token", nbf=now + 63)),
        "that never ends": ("/v1/token", token("token", exp=None)),
        "of no token": ("/v1/token", bearer("no.token.atall")),
        "of a certificate": ("/v1/partner", partner("CN=partner,O=Y")),
    }
    details = set()
    with Served(DEPLOYMENT.document()) as program:
        for name, (target, shown) in wrong_ones.items():
            answer, line = asked(program, target, shown)
            expect(answer.status == 401, f"{name}: {answer.status}")
            expect(line.get("auth") in ("refused", "malformed"), f"{name}: the log has {line}")
            expect(line.get("reason", "") != "", f"{name}: the log has no reason")
            if target == "/v1/token":
                expect("invalid_token" in answer.one("www-authenticate"), f"{name}: no error")
            if name in ("of another issuer's key", "of an audience", "of an issuer"):
                details.add(json.loads(answer.body)["detail"])
    expect(len(details) == 1, f"the client learns too much: {details}")


def skew() -> None:
    """A clock that is wrong by less than the leeway does not matter."""
    now = int(time.time())
    document = DEPLOYMENT.document()
    document["schemes"]["token"]["leeway_seconds"] = 30
    cases = [
        ({"exp": now - 10}, 200),
        ({"exp": now - 32}, 401),
        ({"nbf": now + 20}, 200),
        ({"nbf": now + 50}, 401),
        ({"iat": now + 20}, 200),
        ({"iat": now + 50}, 401),
    ]
    with Served(document) as program:
        for claims, status in cases:
            found = program.ask("/v1/token", token("token", **claims)).status
            ages = {name: value - now for name, value in claims.items()}
            expect(found == status, f"{ages}: {found} instead of {status}")


def scopes() -> None:
    """403 says which scope is missing, and the log who lacks it."""
    with Served(DEPLOYMENT.document()) as program:
        answer, line = asked(program, "/v1/items", token("login", "write other"))
        expect(answer.status == 403, f"{answer.status}")
        challenge = answer.one("www-authenticate")
        expect('error="insufficient_scope"' in challenge, f"WWW-Authenticate: {challenge}")
        expect('scope="read"' in challenge, f"WWW-Authenticate: {challenge}")
        expect(line.get("auth") == "insufficient_scope", f"the log has {line}")
        expect((line["auth_scheme"], line["subject"]) == ("login", "ann"), f"the log has {line}")


def failures() -> None:
    """429 after too many wrong credentials of one address, and others are not shut out."""
    document = DEPLOYMENT.document() | {"failures_per_minute": 5}
    with Served(document) as program:
        client = {"X-Forwarded-For": "192.0.2.1"}
        statuses = []
        for _ in range(10):
            wrong_key = header_key(new_key())
            statuses.append(program.ask("/v1/default", wrong_key, headers=client))
        found = [answer.status for answer in statuses]
        expect(found[:5] == [401] * 5 and set(found[6:]) == {429}, f"the answers are {found}")
        expect(1 <= int(statuses[-1].one("retry-after")) <= 60, "Retry-After")
        line = until(lambda: program.line("request", status=429), "the line of a 429")
        expect(line.get("auth") == "too_many_failures", f"the log has {line}")
        good = header_key(DEPLOYMENT.keys["plain"])
        other = program.ask("/v1/default", good, headers={"X-Forwarded-For": "192.0.2.2"})
        expect(other.status == 200, f"another client gets {other.status}")


def rates() -> None:
    """429 of a rate limit, with Retry-After and RateLimit, for each principal apart."""
    with Served(DEPLOYMENT.document()) as program:
        key = header_key(DEPLOYMENT.keys["plain"])
        answers = [program.ask("/v1/limited", key) for _ in range(5)]
        found = [answer.status for answer in answers]
        expect(found == [200, 200, 200, 429, 429], f"the answers are {found}")
        left = [re.search(r";r=(\d+)", one.one("ratelimit")) for one in answers]
        counts = [int(one.group(1)) for one in left if one]
        expect(counts == [2, 1, 0, 0, 0], f"RateLimit says {counts}")
        policy = answers[0].one("ratelimit-policy")
        expect(";q=3" in policy and ";w=60" in policy, f"RateLimit-Policy: {policy}")
        expect(1 <= int(answers[-1].one("retry-after")) <= 60, "Retry-After")
        expect(program.ask("/v1/limited", token("token")).status == 200, "another principal")
        by_address = [program.ask("/v1/limited-by-address").status for _ in range(3)]
        expect(by_address == [200, 200, 429], f"by address: {by_address}")


def open_doors() -> None:
    """Nobody needs a credential where the contract requires none, nor with --security external."""
    with Served(DEPLOYMENT.document()) as program:
        for target in ("/v1/public", "/v1/optional"):
            expect(asked(program, target)[0].status == 200, target)
        answer, line = asked(program, "/v1/optional", token("token"))
        expect(answer.status == 200 and line.get("subject") == "ann", f"the log has {line}")
    with mock(BIN, CONTRACT, "--security", "external") as program:
        for target in ("/v1/default", "/v1/staff", "/v1/pairs"):
            expect(program.ask(target).status == 200, target)
        expect(not program.line("test_credential"), "there are test credentials")


def documents_that_are_wrong() -> None:
    """The mock does not start with a document that is empty or wrong, and says what and where."""
    wrong_key = DEPLOYMENT.document()
    wrong_key["schemes"]["query_key"]["keys"]["keys"][0]["sha256"] = "guess"
    for text, sentence in {
        "": "the settings of authentication cannot be read",
        "{}": "the settings of authentication must say at /schemes",
        json.dumps(wrong_key): "the API keys of query_key: /keys/0/sha256: must be",
    }.items():
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write(text)
            file.flush()
            program = [BIN / "penstock_contract", "mock", CONTRACT, "--port", "0"]
            ended = subprocess.run(
                [*program, "--authentication", file.name],
                capture_output=True,
                check=False,
                text=True,
                timeout=PATIENCE_S,
            )
        expect(ended.returncode == 1, f"{sentence}: it has ended with {ended.returncode}")
        expect(sentence in ended.stderr, f"{sentence}: it says {ended.stderr}")


if __name__ == "__main__":
    sys.exit(
        run(
            "schemes",
            [
                each_scheme,
                missing,
                wrong,
                skew,
                scopes,
                failures,
                rates,
                open_doors,
                documents_that_are_wrong,
            ],
        )
    )

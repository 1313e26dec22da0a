#!/usr/bin/env python3
"""Judges the mock beside a real OpenID provider: discovery, rotation, an issuer that is down.

judge_issuer.py BIN_FOLDER CONTRACT PROVIDER_FOLDER
"""

import json
import sys
import tempfile
import time
from pathlib import Path

from credentials import Deployment, bearer
from load import Load
from program import PATIENCE_S, Fault, Program, expect, mock, run, until
from provider import CLIENTS, Provider

BIN, CONTRACT, BUILD = (Path(argument) for argument in sys.argv[1:4])
AUDIENCE = "https://orders.example"


class Served:
    """Runs the mock for one issuer, of which the block ends it."""

    def __init__(self, issuer: str) -> None:
        document = Deployment().document()
        document["schemes"]["login"] = {"issuer": issuer, "audience": [AUDIENCE]}
        self.folder = tempfile.TemporaryDirectory()
        settings = Path(self.folder.name) / "authentication.json"
        settings.write_text(json.dumps(document))
        self.program = mock(BIN, CONTRACT, "--authentication", settings)

    def __enter__(self) -> Program:
        return self.program.__enter__()

    def __exit__(self, *error: object) -> None:
        self.program.__exit__(*error)
        self.folder.cleanup()


def ready(program: Program, token: str) -> None:
    until(lambda: program.ask("/v1/items", bearer(token)).status == 200, "the keys are there")


def each_algorithm() -> None:
    """A client's token is taken, whatever the algorithm of its key."""
    with Provider(BUILD) as provider, Served(provider.issuer) as program:
        ready(program, provider.token("es256"))
        for client in CLIENTS:
            token = provider.token(client)
            status = program.ask("/v1/items", bearer(token)).status
            expect(status == 200, f"{client}: {status}")


def audience_and_scope() -> None:
    """A token for another service is refused with 401, one without the scope with 403."""
    with Provider(BUILD) as provider, Served(provider.issuer) as program:
        ready(program, provider.token())
        other = provider.token(resource="https://other.example")
        expect(program.ask("/v1/items", bearer(other)).status == 401, "another audience")
        admin = provider.token(scope="admin")
        expect(program.ask("/v1/items", bearer(admin)).status == 403, "another scope")
        opaque = provider.token("opaque")
        answer = program.ask("/v1/items", bearer(opaque))
        expect(answer.status == 401, f"a token that is no JWT: {answer.status}")
        body = json.dumps({"name": "tea"}).encode()
        both = bearer(provider.token(scope="read write"))
        expect(program.ask("/v1/items", both, "POST", body).status == 200, "both scopes")


def rotation() -> None:
    """Keys are rotated under load without a failed request."""
    with tempfile.TemporaryDirectory() as folder:
        keys = Path(folder) / "keys.json"
        with Provider(BUILD, keys) as provider, Served(provider.issuer) as program:
            used = [provider.token()]
            ready(program, used[0])
            with Load(program, "/v1/items", lambda: bearer(used[-1])) as load:
                for _ in range(2):
                    provider.rotate()
                    load.go_on(50)
                    used.append(provider.token())
                    load.go_on(50)
                    # What an unknown key asks for, it may ask once in ten seconds.
                    ended = time.monotonic() + 11
                    until(lambda: time.monotonic() > ended, "ten seconds")


def down_at_start() -> None:
    """503 while the issuer has never answered, and 200 soon after it comes."""
    with Provider(BUILD) as provider:
        token = provider.token()
        provider.stop()
        with Served(provider.issuer) as program:
            answer = program.ask("/v1/items", bearer(token))
            expect(answer.status == 503, f"{answer.status}")
            expect(int(answer.one("retry-after")) >= 1, "Retry-After")
            line = until(lambda: program.line("request", status=503), "the log")
            expect(line.get("auth") == "no_keys", f"the log has {line}")
            expect(program.ask("/v1/public").status == 200, "what needs no keys")
            provider.start()
            began = time.monotonic()
            # It has new keys, and so needs a new token.
            ready(program, provider.token())
            print(f"issuer: taken up {time.monotonic() - began:.1f} s after it came")
            expect(time.monotonic() - began < PATIENCE_S, "it took too long")


def down_later() -> None:
    """An issuer that is down changes nothing for tokens of known keys."""
    with Provider(BUILD) as provider, Served(provider.issuer) as program:
        token = provider.token()
        ready(program, token)
        with Load(program, "/v1/items", lambda: bearer(token)) as load:
            provider.stop()
            load.go_on(200)
            # An unknown key's token asks in vain, and the others do not wait for it.
            stranger = Deployment().issuer.token(AUDIENCE, "read", iss=provider.issuer)
            status = program.ask("/v1/items", bearer(stranger)).status
            if status not in (401, 503):
                raise Fault(f"an unknown key: {status}")
            load.go_on(200)


if __name__ == "__main__":
    sys.exit(
        run("issuer", [each_algorithm, audience_and_scope, rotation, down_at_start, down_later])
    )

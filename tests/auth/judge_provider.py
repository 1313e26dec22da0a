#!/usr/bin/env python3
"""Lets `issuer_verdicts` judge the tokens of a real OpenID provider: rotation, and when it is down.

judge_provider.py ISSUER_VERDICTS_PROGRAM BUILD

BUILD is the folder into which npm installs.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from provider import CLIENTS, Provider
from verdicts import Verdicts, with_header, with_wrong_signature

AUDIENCE = "https://orders.example"


def judge_tokens(provider: Provider, ours: Verdicts) -> None:
    """Judges a token of each algorithm, and some that must be refused."""
    for client in CLIENTS:
        token = provider.token(client, AUDIENCE, "read write")
        claims = ours.expect(token, "accepted")["claims"]
        assert claims["sub"] == client, claims
        assert claims["scope"] == "read write", claims
        ours.expect(with_wrong_signature(token), "signature")
        ours.expect(with_header(token, typ="dpop+jwt"), "type")
        ours.expect(provider.token(client, "https://other.example"), "audience")
    ours.expect(provider.token("opaque", AUDIENCE), "malformed")
    ours.expect(with_header(provider.token(), alg="none"), "algorithm")


def judge_rotation(provider: Provider, ours: Verdicts) -> None:
    """Judges new keys: the first token with one has the provider asked, and is accepted."""
    old = provider.token()
    ours.expect(old, "accepted")
    provider.rotate()
    new = provider.token()
    assert ours.expect(new, "accepted")["asked"] is True
    assert ours.expect(new, "accepted")["asked"] is False
    ours.expect(old, "accepted")  # The old key is still in the set.
    ours.expect(with_header(new, kid="nobody"), "unknown_key")


def judge_outage(provider: Provider, ours: Verdicts) -> None:
    """Judges while the provider is down: what is known is accepted, and what is new after it."""
    known = provider.token()
    ours.expect(known, "accepted")
    provider.stop()
    ours.becomes(with_header(known, kid="nobody"), "unknown_key", "no connection to")
    ours.expect(known, "accepted")
    provider.start()
    ours.becomes(provider.token(), "accepted")


def main() -> None:
    """Runs all of it."""
    program, build = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        keys, log = Path(folder) / "keys.json", Path(folder) / "log"
        with (
            Provider(build, keys) as provider,
            Verdicts(program, provider.issuer, AUDIENCE, log) as ours,
        ):
            judge_tokens(provider, ours)
            judge_rotation(provider, ours)
            judge_outage(provider, ours)
        text = log.read_text()
        assert '"content":"4 keys"' in text, text
        assert text.count("cannot read a document") == 1, text
        assert "a document can be read again" in text, text
    print("Issuers: tokens of four algorithms, a rotation, and an outage of a real OpenID provider")


if __name__ == "__main__":
    main()

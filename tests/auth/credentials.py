"""Makes credentials for tests/contracts/secured.openapi.yaml, and the deployer's document.

Nothing of the program makes them, so that two implementations must agree.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from program import Shown

ISSUER = "https://id.test"
AUDIENCES = {"token": "orders", "login": "items", "oidc": "admins"}
PASSWORD = secrets.token_hex(16)


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Issuer:
    """Signs tokens with Ed25519."""

    def __init__(self, kid: str = "one") -> None:
        self.kid = kid
        self.key = Ed25519PrivateKey.generate()

    def jwk(self) -> dict[str, str]:
        x = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return {"kty": "OKP", "crv": "Ed25519", "kid": self.kid, "x": base64url(x), "use": "sig"}

    def token(self, audience: str, scope: str = "", **claims: Any) -> str:
        """Makes a token that ends in an hour. A claim is left out by None."""
        now = int(time.time())
        payload = {"iss": ISSUER, "aud": audience, "sub": "ann", "iat": now, "exp": now + 3600}
        payload |= {"scope": scope, **claims}
        payload = {name: value for name, value in payload.items() if value is not None}
        header = {"alg": "EdDSA", "typ": "at+jwt", "kid": self.kid}
        text = ".".join(base64url(json.dumps(part).encode()) for part in (header, payload))
        return text + "." + base64url(self.key.sign(text.encode()))


def scrypt(password: str, log_n: int = 14) -> str:
    salt = secrets.token_bytes(16)
    made = hashlib.scrypt(password.encode(), salt=salt, n=2**log_n, r=8, p=1, maxmem=2**26)
    parts = [base64.b64encode(part).rstrip(b"=").decode() for part in (salt, made)]
    return f"$scrypt$ln={log_n},r=8,p=1${parts[0]}${parts[1]}"


def new_key() -> str:
    return secrets.token_urlsafe(24)


def entry(name: str, key: str, *scopes: str, **more: str) -> dict[str, Any]:
    sha256 = hashlib.sha256(key.encode()).hexdigest()
    return {"name": name, "sha256": sha256, "scopes": list(scopes), **more}


def bearer(token: str) -> Shown:
    # The signature alone would do harm in a log, too.
    return Shown(
        {"Authorization": f"Bearer {token}"}, secrets=(token, token.rsplit(".", maxsplit=1)[-1])
    )


def basic(user: str, password: str) -> Shown:
    text = base64.b64encode(f"{user}:{password}".encode()).decode()
    return Shown({"Authorization": f"Basic {text}"}, secrets=(text, password))


def header_key(key: str) -> Shown:
    return Shown({"X-Api-Key": key}, secrets=(key,))


def query_key(key: str) -> Shown:
    return Shown(query=f"api_key={key}", secrets=(key,))


def cookie_key(key: str) -> Shown:
    return Shown({"Cookie": f"session={key}"}, secrets=(key,))


def partner(subject: str) -> Shown:
    return Shown({"X-Amzn-Mtls-Clientcert-Subject": subject})


class Deployment:
    """Holds all credentials of the contract, and the document that accepts them."""

    def __init__(self) -> None:
        self.issuer = Issuer()
        self.keys = {name: new_key() for name in ("plain", "auditor", "query", "cookie", "expired")}

    def document(self) -> dict[str, Any]:
        tokens = {
            scheme: {
                "issuer": ISSUER,
                "audience": [audience],
                "keys": {"keys": [self.issuer.jwk()]},
            }
            for scheme, audience in AUDIENCES.items()
        }
        keys = self.keys
        return {
            "trusted_proxies": ["127.0.0.0/8"],
            "failures_per_minute": 100_000,
            "schemes": tokens
            | {
                "header_key": {
                    "keys": {
                        "keys": [
                            entry("plain", keys["plain"]),
                            entry("auditor", keys["auditor"], "auditor"),
                            entry("expired", keys["expired"], expires="2020-01-01T00:00:00Z"),
                        ]
                    }
                },
                "query_key": {"keys": {"keys": [entry("query", keys["query"])]}},
                "cookie_key": {"keys": {"keys": [entry("cookie", keys["cookie"])]}},
                "staff": {"users": {"users": [{"name": "ann", "scrypt": scrypt(PASSWORD)}]}},
                "partner": {"clients": [{"subject": "CN=partner,O=X", "name": "partner"}]},
            },
        }

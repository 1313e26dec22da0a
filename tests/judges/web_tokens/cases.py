"""The table of tokens that must be accepted or refused, each with its rule.

The keys are new in each run. A case says which word our program must answer, and why another judge
may differ: a reason that is not needed any more is a failure, too.
"""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

NOW = 1_800_000_000
ISSUER = "https://id.example"
CURVES = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}
NAMES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}

Json = dict[str, Any]


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def number(value: int, size: int = 0) -> str:
    return text(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


class Key:
    """A key pair for one algorithm."""

    def __init__(self, algorithm: str, kid: str) -> None:
        self.algorithm = algorithm
        self.kid = kid
        if algorithm in CURVES:
            self.pair: Any = ec.generate_private_key(CURVES[algorithm])
        elif algorithm == "EdDSA":
            self.pair = ed25519.Ed25519PrivateKey.generate()
        else:
            self.pair = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def jwk(self) -> Json:
        public = self.pair.public_key()
        jwk = {"kid": self.kid, "use": "sig", "alg": self.algorithm}
        if self.algorithm == "EdDSA":
            return jwk | {"kty": "OKP", "crv": "Ed25519", "x": text(public.public_bytes_raw())}
        numbers = public.public_numbers()
        if self.algorithm not in CURVES:
            return jwk | {"kty": "RSA", "n": number(numbers.n), "e": number(numbers.e)}
        size = (CURVES[self.algorithm].key_size + 7) // 8
        point = {"x": number(numbers.x, size), "y": number(numbers.y, size)}
        return jwk | {"kty": "EC", "crv": NAMES[self.algorithm]} | point

    def signature(self, data: bytes) -> bytes:
        if self.algorithm == "EdDSA":
            return self.pair.sign(data)
        digest = HASHES[self.algorithm[2:]]
        if self.algorithm in CURVES:
            r, s = utils.decode_dss_signature(self.pair.sign(data, ec.ECDSA(digest)))
            size = (CURVES[self.algorithm].key_size + 7) // 8
            return r.to_bytes(size, "big") + s.to_bytes(size, "big")
        if self.algorithm.startswith("PS"):
            pss = padding.PSS(padding.MGF1(digest), digest.digest_size)
            return self.pair.sign(data, pss, digest)
        return self.pair.sign(data, padding.PKCS1v15(), digest)

    def token(self, claims: Json | str, **header: Any) -> str:
        """Signs claims. A member of the header without a value is left out."""
        members = {"alg": self.algorithm, "kid": self.kid, "typ": "at+jwt"} | header
        kept = {name: value for name, value in members.items() if value is not None}
        return self.raw(json.dumps(kept), claims)

    def raw(self, header: str, claims: Json | str) -> str:
        body = claims if isinstance(claims, str) else json.dumps(claims)
        signed = text(header.encode()) + "." + text(body.encode())
        return signed + "." + text(self.signature(signed.encode()))


@dataclass
class Case:
    rule: str  # A section, and what it says of this token.
    token: str
    verdict: str  # Our program's word.
    rules: Json = field(default_factory=dict)  # Those that differ from RULES.
    differs: Json = field(default_factory=dict)  # A judge's name, and why it answers otherwise.


RULES: Json = {
    "now": NOW,
    "padded": False,
    "in_header": False,
    "issuer": ISSUER,
    "audiences": ["orders"],
    "audience_claim": "aud",
    "algorithms": [],
    "types": ["at+jwt", "jwt", ""],
    "leeway": 60,
    "required": {},
}

KEYS = {
    name: Key(name, "of-" + name)
    for name in ("RS256", "RS512", "PS256", "PS384", "ES256", "ES384", "ES512", "EdDSA")
}
KEY = KEYS["ES256"]


def good(**changed: Any) -> Json:
    """Returns good claims with changes. One without a value is left out."""
    claims = {"iss": ISSUER, "aud": "orders", "sub": "ann", "exp": NOW + 300} | changed
    return {name: value for name, value in claims.items() if value is not None}


def of_headers() -> Iterator[Case]:
    for name, key in KEYS.items():
        yield Case(f"RFC 7518 3.1: {name}", key.token(good()), "accepted")
    none = text(b'{"alg":"none"}') + "." + text(json.dumps(good()).encode()) + "."
    yield Case("RFC 8725 3.2: none", none, "algorithm")
    yield Case("RFC 8725 3.1: HS256", KEY.token(good(), alg="HS256"), "algorithm")
    yield Case("RFC 8725 3.1: a key of another family", KEY.token(good(), alg="RS256"),
               "unknown_key")  # fmt: skip
    yield Case("RFC 8725 3.1: not allowed", KEY.token(good()), "algorithm",
               {"algorithms": ["RS256"]})  # fmt: skip
    yield Case("RFC 7515 4.1.1: case of alg", KEY.token(good(), alg="es256"), "algorithm")
    yield Case("RFC 7515 4.1.1: alg is missing", KEY.token(good(), alg=None), "malformed")
    yield Case("RFC 7515 4.1.4: unknown kid", KEY.token(good(), kid="other"), "unknown_key")
    yield Case("RFC 7515 4.1.4: kid is a number", KEY.token(good(), kid=1), "malformed")
    yield Case("RFC 7515 4.1.4: kid of 600 bytes", KEY.token(good(), kid="k" * 600), "malformed")
    yield Case("RFC 7515 4.1.11: crit", KEY.token(good(), crit=["x"], x=1), "critical_header")
    yield Case("RFC 7515 4.1.11: crit is empty", KEY.token(good(), crit=[]), "critical_header")
    yield Case("RFC 7797 6: b64 without crit", KEY.token(good(), b64=False), "critical_header",
               differs={"jose": "it ignores b64 that crit does not name"})  # fmt: skip
    yield Case("RFC 7519 5.2: cty", KEY.token(good(), cty="JWT"), "nested", differs={
        "PyJWT": "it reads the claims, whatever cty says",
        "jose": "it reads the claims, whatever cty says"})  # fmt: skip
    twice = '{"alg":"ES256","kid":"of-RS256","kid":"of-ES256","typ":"at+jwt"}'
    yield Case("RFC 7515 4: a member twice", KEY.raw(twice, good()), "malformed", differs={
        "PyJWT": "the last of two members counts (allowed by section 4)",
        "jose": "the last of two members counts (allowed by section 4)"})  # fmt: skip
    for kind in ("at+jwt", "AT+JWT", "application/at+jwt", "JWT", None):
        yield Case(f"RFC 9068 4: typ {kind}", KEY.token(good(), typ=kind), "accepted")
    for kind in ("dpop+jwt", "secevent+jwt"):
        yield Case(f"RFC 8725 3.11: typ {kind}", KEY.token(good(), typ=kind), "type")
    yield Case("RFC 9068 4: only at+jwt", KEY.token(good(), typ="JWT"), "type",
               {"types": ["at+jwt"]})  # fmt: skip
    other = Key("ES256", "of-ES256")
    yield Case("RFC 8725 3.10: a key in the header", other.token(good(), jwk=other.jwk()),
               "signature")  # fmt: skip
    yield Case("RFC 8725 3.10: jku is not asked", KEY.token(good(), jku="http://127.0.0.1:9/"),
               "accepted")  # fmt: skip
    yield Case("RFC 7515 4.1.7: x5t is not used", KEY.token(good(), x5t="AAAA"), "accepted")


def of_forms() -> Iterator[Case]:
    token = KEY.token(good())
    head, body, signature = token.split(".")
    yield Case("RFC 7515 5.2: another signature", Key("ES256", "of-ES256").token(good()),
               "signature")  # fmt: skip
    yield Case("RFC 7515 5.2: other claims", f"{head}.{text(json.dumps(good(sub='eve')).encode())}"
               f".{signature}", "signature")  # fmt: skip
    yield Case("RFC 7515 5.2: no signature", f"{head}.{body}.", "signature")
    yield Case("RFC 7515 2: padding", token + "==", "malformed", differs={
        "PyJWT": "its base64 takes padding", "jose": "its base64 takes padding"})  # fmt: skip
    yield Case("RFC 7515 7.1: two parts", f"{head}.{body}", "malformed")
    yield Case("RFC 7515 7.1: four parts", token + ".x", "malformed")
    yield Case("RFC 7516 7.1: five parts", f"{head}.{body}.x.y.z", "encrypted")
    yield Case("RFC 7515 5.2: empty", "", "malformed")
    yield Case("RFC 7515 5.2: a space in front", " " + token, "malformed")
    # The last character has four bits that no byte uses.
    loose = token[:-1] + chr(ord(token[-1]) + 1)
    yield Case("RFC 4648 3.5: bits that are left over", loose, "malformed", differs={
        "jose": "it drops the bits"})  # fmt: skip
    der = KEY.pair.sign(f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256()))
    yield Case("RFC 7518 3.4: a signature in DER", f"{head}.{body}.{text(der)}", "signature")
    zeros = text(bytes(64))
    yield Case("RFC 7518 3.4: r and s are 0", f"{head}.{body}.{zeros}", "signature")
    yield Case("RFC 7519 7.2: claims are a list", KEY.token("[]"), "malformed")
    yield Case("RFC 7519 7.2: claims are no JSON", KEY.token("{"), "malformed")
    twice = json.dumps(good())[:-1] + ', "sub": "eve"}'
    yield Case("RFC 7519 4: a claim twice", KEY.token(twice), "malformed", differs={
        "PyJWT": "the last of two claims counts (allowed by section 4)",
        "jose": "the last of two claims counts (allowed by section 4)"})  # fmt: skip
    long = KEY.token(good(x="x" * 16_000))
    yield Case("our limit: 16 KiB", long, "too_long", differs={
        "PyJWT": "it has no limit", "jose": "it has no limit"})  # fmt: skip
    deep = json.dumps(good())[:-1] + ', "x": ' + "[" * 20 + "]" * 20 + "}"
    yield Case("our limit: 16 levels", KEY.token(deep), "malformed", differs={
        "PyJWT": "its limit is larger", "jose": "it has no limit"})  # fmt: skip


def of_claims() -> Iterator[Case]:
    def case(rule: str, verdict: str, differs: Json | None = None, **changed: Any) -> Case:
        return Case(rule, KEY.token(good(**changed)), verdict, differs=differs or {})

    yield case("RFC 7519 4.1.1: another iss", "issuer", iss="https://other.example")
    yield case("RFC 7519 4.1.1: a slash more", "issuer", iss=ISSUER + "/")
    yield case("RFC 7519 4.1.1: no iss", "issuer", iss=None)
    yield case("RFC 7519 4.1.1: iss is a list", "claims", iss=[ISSUER])
    yield case("RFC 7519 4.1.3: another aud", "audience", aud="other")
    yield case("RFC 7519 4.1.3: no aud", "audience", aud=None)
    yield case("RFC 7519 4.1.3: aud is a list", "accepted", aud=["other", "orders"])
    yield case("RFC 7519 4.1.3: aud is an empty list", "audience", aud=[])
    yield case("RFC 7519 4.1.3: aud has a number", "claims", aud=["orders", 1], differs={
        "jose": "it looks for one that fits"})  # fmt: skip
    yield case("RFC 7519 4.1.3: aud is a part of ours", "audience", aud="order")
    yield case("RFC 9068 2.2: no exp", "claims", exp=None)
    yield case("RFC 7519 4.1.4: exp now", "accepted", exp=NOW)
    yield case("RFC 7519 4.1.4: exp a leeway ago", "expired", exp=NOW - 60)
    yield case("RFC 7519 4.1.4: exp almost a leeway ago", "accepted", exp=NOW - 59)
    yield case("RFC 7519 2: exp has a fraction", "accepted", exp=NOW + 0.5)
    yield case("RFC 7519 2: exp is a text", "claims", exp=str(NOW + 300), differs={
        "PyJWT": "int() reads a text"})  # fmt: skip
    yield case("RFC 7519 2: exp is true", "claims", exp=True)
    yield case("RFC 7519 2: exp is negative", "expired", exp=-1)
    yield case("RFC 7519 2: exp is huge", "accepted", exp=10**18)
    yield case("RFC 7519 2: exp is 1e300", "accepted", exp=1e300)
    yield case("RFC 7519 4.1.5: nbf in a leeway", "accepted", nbf=NOW + 60)
    yield case("RFC 7519 4.1.5: nbf after it", "not_yet_valid", nbf=NOW + 61)
    yield case("RFC 7519 4.1.5: nbf is a text", "claims", nbf="now")
    yield case("RFC 7519 4.1.6: iat in the future", "not_yet_valid", iat=NOW + 61, differs={
        "jose": "it looks at iat only with its option maxTokenAge"})  # fmt: skip
    yield case("RFC 7519 4.1.2: sub is a number", "claims", sub=7, differs={
        "jose": "it compares sub only with its option subject"})  # fmt: skip
    yield case("RFC 7519 4.1.7: jti is a number", "claims", jti=7, differs={
        "jose": "it does not look at jti"})  # fmt: skip


def of_amazon() -> Iterator[Case]:
    """Yields tokens in the shapes of Amazon Cognito and of the Application Load Balancer."""
    key = KEYS["RS256"]
    pool = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI"
    access = {
        "sub": "f3a4c8e2-1001-7029-5a4b-0d6a2f0e9b17",
        "cognito:groups": ["buyers"],
        "iss": pool,
        "version": 2,
        "client_id": "1example23456789",
        "origin_jti": "b2d5c1de-9f2a-4c55-8a8f-7b2f1c2f60e5",
        "event_id": "5a4c53e6-7d4b-4f0c-9a90-2f6b4c2b8b11",
        "token_use": "access",
        "scope": "openid orders/read",
        "auth_time": NOW - 100,
        "exp": NOW + 3500,
        "iat": NOW - 100,
        "jti": "e9a0a1b5-6f5d-4c58-9d0d-5b3b4d2a7c01",
        "username": "ann",
    }
    identity = {
        "sub": "f3a4c8e2-1001-7029-5a4b-0d6a2f0e9b17",
        "email_verified": True,
        "iss": pool,
        "cognito:username": "ann",
        "aud": "1example23456789",
        "event_id": "5a4c53e6-7d4b-4f0c-9a90-2f6b4c2b8b11",
        "token_use": "id",
        "auth_time": NOW - 100,
        "exp": NOW + 3500,
        "iat": NOW - 100,
        "email": "ann@example.org",
    }
    rules = {"issuer": pool, "audiences": ["1example23456789"]}
    by_client = rules | {"audience_claim": "client_id", "required": {"token_use": "access"}}
    yield Case("Cognito: an access token by client_id", key.token(access, typ=None), "accepted",
               by_client)  # fmt: skip
    yield Case("Cognito: an access token has no aud", key.token(access, typ=None), "audience",
               rules)  # fmt: skip
    yield Case("Cognito: an ID token", key.token(identity, typ=None), "accepted", rules)
    yield Case("Cognito: an ID token for an access token", key.token(identity, typ=None),
               "audience", by_client)  # fmt: skip
    yield Case("Cognito: token_use", key.token(access | {"token_use": "id"}, typ=None), "claims",
               by_client)  # fmt: skip
    yield Case("Cognito: another client", key.token(access | {"client_id": "x"}, typ=None),
               "audience", by_client)  # fmt: skip
    yield from of_balancer()


def of_balancer() -> Iterator[Case]:
    name = "loadbalancer/app/orders/0123456789abcdef"
    header = {
        "typ": "JWT",
        "kid": KEY.kid,
        "alg": "ES256",
        "iss": ISSUER,
        "client": "1example23456789",
        "signer": f"arn:aws:elasticloadbalancing:eu-central-1:123456789012:{name}",
        "exp": NOW + 120,
    }
    claims = {"sub": "ann", "email": "ann@example.org", "email_verified": "true"}

    def padded(header: Json) -> str:
        def part(data: bytes) -> str:
            return base64.urlsafe_b64encode(data).decode()

        signed = part(json.dumps(header).encode()) + "." + part(json.dumps(claims).encode())
        return signed + "." + part(KEY.signature(signed.encode()))

    rules = {
        "padded": True,
        "in_header": True,
        "audience_claim": "client",
        "audiences": ["1example23456789"],
    }
    alone = "the claims are in the header, where it does not look"
    both = {"PyJWT": alone, "jose": alone}
    yield Case("ALB: x-amzn-oidc-data", padded(header), "accepted", rules, both)
    yield Case("ALB: exp of the header", padded(header | {"exp": NOW - 60}), "expired", rules)
    yield Case("ALB: iss of the header", padded(header | {"iss": "x"}), "issuer", rules)
    yield Case("ALB: client of the header", padded(header | {"client": "x"}), "audience", rules)
    yield Case("ALB: padding is its alone", padded(header), "malformed", rules | {"padded": False})


def cases() -> list[Case]:
    return [*of_headers(), *of_forms(), *of_claims(), *of_amazon()]

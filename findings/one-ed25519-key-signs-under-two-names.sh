#!/usr/bin/env bash
# A token's algorithm for Ed25519 was "EdDSA". RFC 9864 deprecates that name for "Ed25519": the key
# and the signature are the same. jose (npm) and joserfc write both, and joserfc warns of the old
# name. PyJWT, golang-jwt and go-jose do not know the new one, and PyJWT leaves a key that has it
# out of a set of keys.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "pyjwt[crypto]==2.15.1" joserfc==1.8.0
npm install --silent --no-audit --no-fund jose@6.2.18

cat > sign.mjs <<'JS'
import { writeFileSync } from 'node:fs';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
const { privateKey, publicKey } = await generateKeyPair('Ed25519');
const result = { key: await exportJWK(publicKey) };
for (const alg of ['EdDSA', 'Ed25519']) {
  result[alg] = await new SignJWT({ sub: 'ann' }).setProtectedHeader({ alg }).sign(privateKey);
}
writeFileSync('signed.json', JSON.stringify(result));
JS
cat > verify.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { importJWK, jwtVerify } from 'jose';
const signed = JSON.parse(readFileSync('signed.json'));
for (const alg of ['EdDSA', 'Ed25519']) {
  const verdict = await jwtVerify(signed[alg], await importJWK(signed.key, alg)).then(
    () => 'verified', () => 'refused');
  console.log('jose', alg, verdict);
}
JS
cat > verify.py <<'PY'
import json
import warnings

import joserfc.jwt
import jwt
from joserfc.jwk import OKPKey

warnings.simplefilter("ignore")
signed = json.load(open("signed.json"))
names = ["EdDSA", "Ed25519"]


def attempt(what, call):
    try:
        call()
        print(what, "verified")
    except Exception as error:
        print(what, "refused:", type(error).__name__)


for alg in names:
    attempt(f"joserfc {alg}",
            lambda: joserfc.jwt.decode(signed[alg], OKPKey.import_key(signed["key"]), names))
for alg in names:
    attempt(f"PyJWT {alg}",
            lambda: jwt.decode(signed[alg], jwt.PyJWK(signed["key"]), algorithms=names))
for alg in names:
    keys = [signed["key"] | {"alg": alg, "kid": alg}, signed["key"] | {"kid": "another"}]
    kept = [key.key_id for key in jwt.PyJWKSet.from_dict({"keys": keys}).keys]
    print("PyJWT's set of", alg, "and another:", *kept)
PY
cat > go.mod <<'MOD'
module finding
go 1.25
require (
	github.com/go-jose/go-jose/v4 v4.1.9
	github.com/golang-jwt/jwt/v5 v5.3.1
)
MOD
cat > verify.go <<'GO'
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"
)

func main() {
	text, _ := os.ReadFile("signed.json")
	var signed struct {
		Key            jose.JSONWebKey
		EdDSA, Ed25519 string
	}
	if err := json.Unmarshal(text, &signed); err != nil {
		panic(err)
	}
	print := func(what string, err error) {
		if err != nil {
			fmt.Println(what, "refused:", err)
		} else {
			fmt.Println(what, "verified")
		}
	}
	names := []string{"EdDSA", "Ed25519"}
	for i, token := range []string{signed.EdDSA, signed.Ed25519} {
		_, err := jwt.Parse(token, func(*jwt.Token) (any, error) { return signed.Key.Key, nil })
		print("golang-jwt "+names[i], err)
	}
	for i, token := range []string{signed.EdDSA, signed.Ed25519} {
		object, err := jose.ParseSigned(token, []jose.SignatureAlgorithm{"EdDSA", "Ed25519"})
		if err == nil {
			_, err = object.Verify(signed.Key)
		}
		print("go-jose "+names[i], err)
	}
}
GO

node sign.mjs
seen=$(node verify.mjs; venv/bin/python verify.py; GOFLAGS=-mod=mod go run . 2> go.log)
echo "guess: what verifies a signature of Ed25519 does so under both names"
echo "seen, jose 6.2.18, joserfc 1.8.0, PyJWT 2.15.1, golang-jwt 5.3.1 and go-jose 4.1.9:"
echo "$seen"
[[ $seen == "jose EdDSA verified
jose Ed25519 verified
joserfc EdDSA verified
joserfc Ed25519 verified
PyJWT EdDSA verified
PyJWT Ed25519 refused: InvalidAlgorithmError
PyJWT's set of EdDSA and another: EdDSA another
PyJWT's set of Ed25519 and another: another
golang-jwt EdDSA verified
golang-jwt Ed25519 refused: token is unverifiable: signing method (alg) is unavailable
go-jose EdDSA verified
go-jose Ed25519 refused: "* ]] || { echo "This has changed."; exit 1; }

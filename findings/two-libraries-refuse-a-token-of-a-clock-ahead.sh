#!/usr/bin/env bash
# In RFC 7519 "iat" says when a token was issued, and nothing about it makes a token invalid: that
# is what "nbf" is for. Two libraries for Python refuse a token whose "iat" is in the future, and by
# default allow no difference of clocks. If the issuer's clock is a second ahead, they refuse each
# token in its first second. A third one, and those for JavaScript and Go, verify it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pyjwt==2.15.1 joserfc==1.8.0 \
  jwcrypto==1.6.1
npm install --silent --no-audit --no-fund jose@6.2.18 jsonwebtoken@9.0.3

# The difference is 30 seconds, so that a slow machine does not matter.
cat > sign.mjs <<'JS'
import { SignJWT } from 'jose';
const now = Math.floor(Date.now() / 1000);
console.log(await new SignJWT({ sub: 'ann', iat: now + 30, exp: now + 600 })
  .setProtectedHeader({ alg: 'HS256' }).sign(Buffer.alloc(32, 'k')));
JS
cat > verify.mjs <<'JS'
import { jwtVerify } from 'jose';
import jsonwebtoken from 'jsonwebtoken';
const [token, key] = [process.argv[2], Buffer.alloc(32, 'k')];
await jwtVerify(token, key);
console.log('jose verified');
jsonwebtoken.verify(token, key);
console.log('jsonwebtoken verified');
JS
cat > verify.py <<'PY'
import base64
import sys

import joserfc.jwt
import jwcrypto.jwt
import jwt
from joserfc.jwk import OctKey
from jwcrypto.jwk import JWK

token, key = sys.argv[1], b"k" * 32


def with_joserfc():
    claims = joserfc.jwt.decode(token, OctKey.import_key(key)).claims
    joserfc.jwt.JWTClaimsRegistry().validate(claims)


def with_jwcrypto():
    jwcrypto.jwt.JWT(jwt=token, key=JWK(kty="oct", k=base64.urlsafe_b64encode(key).decode()))


for name, verify in (("PyJWT", lambda: jwt.decode(token, key, algorithms=["HS256"])),
                     ("PyJWT with leeway", lambda: jwt.decode(token, key, algorithms=["HS256"],
                                                              leeway=60)),
                     ("joserfc", with_joserfc), ("jwcrypto", with_jwcrypto)):
    try:
        verify()
        print(name, "verified")
    except (jwt.PyJWTError, joserfc.errors.JoseError) as error:
        print(name, "refused:", type(error).__name__)
PY
cat > go.mod <<'MOD'
module finding
go 1.23
require github.com/golang-jwt/jwt/v5 v5.3.1
MOD
cat > verify.go <<'GO'
package main

import (
	"bytes"
	"fmt"
	"os"

	"github.com/golang-jwt/jwt/v5"
)

func main() {
	key := bytes.Repeat([]byte("k"), 32)
	_, err := jwt.Parse(os.Args[1], func(*jwt.Token) (any, error) { return key, nil })
	fmt.Println("golang-jwt verified:", err == nil)
}
GO

GOFLAGS=-mod=mod go build -o verify . 2> go.log
token=$(node sign.mjs)
seen=$(node verify.mjs "$token"; ./verify "$token"; venv/bin/python verify.py "$token")
echo "guess: all libraries verify it, or all refuse it"
echo "seen, jose 6.2.18, jsonwebtoken 9.0.3, golang-jwt 5.3.1, PyJWT 2.15.1, joserfc 1.8.0 and" \
  "jwcrypto 1.6.1:"
echo "$seen"
[[ $seen == 'jose verified
jsonwebtoken verified
golang-jwt verified: true
PyJWT refused: ImmatureSignatureError
PyJWT with leeway verified
joserfc refused: InvalidClaimError
jwcrypto verified' ]] || { echo "This has changed."; exit 1; }

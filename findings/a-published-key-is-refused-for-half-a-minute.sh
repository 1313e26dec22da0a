#!/usr/bin/env bash
# A token names its key, and an unknown name means that the issuer has a new one. The libraries then
# fetch the keys again, but two of them not within 30 seconds of the last fetch, even if that was
# the first. An issuer that publishes a key and signs with it at once is refused for so long, at
# each service that has just started or fetched. jwks-rsa fetches each time.
set -euo pipefail
work=$(mktemp -d)
trap 'kill "${issuer:-}" 2> /dev/null || true; rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "pyjwt[crypto]==2.15.1"
npm install --silent --no-audit --no-fund jose@6.2.18 jwks-rsa@4.1.0

# GET /publish/N publishes the first N keys, and GET /NAME gives a token that the key NAME signed.
cat > issuer.mjs <<'JS'
import http from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
const keys = [];
for (const kid of ['first', 'second']) {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwk = { ...await exportJWK(publicKey), kid, alg: 'RS256', use: 'sig' };
  keys.push({ kid, privateKey, jwk });
}
let published = 1;
const server = http.createServer(async (request, response) => {
  if (request.url === '/keys') {
    response.end(JSON.stringify({ keys: keys.slice(0, published).map(({ jwk }) => jwk) }));
  } else if (request.url.startsWith('/publish/')) {
    published = Number(request.url.slice(9));
    response.end();
  } else {
    const { kid, privateKey } = keys.find((key) => `/${key.kid}` === request.url);
    response.end(await new SignJWT({ sub: 'ann' }).setProtectedHeader({ alg: 'RS256', kid })
      .sign(privateKey));
  }
}).listen(0, '127.0.0.1', () => console.log(server.address().port));
JS
node issuer.mjs > port.txt &
issuer=$!
for _ in {1..300}; do
  if [[ -s port.txt ]]; then break; fi
  sleep 0.1
done
url=http://127.0.0.1:$(< port.txt)

cat > verify.mjs <<'JS'
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import jwksRsa from 'jwks-rsa';
const url = process.argv[2];
const get = async (path) => (await fetch(url + path)).text();
const remote = createRemoteJWKSet(new URL(`${url}/keys`));
const client = jwksRsa({ jwksUri: `${url}/keys` });
const libraries = {
  jose: (token) => jwtVerify(token, remote),
  'jwks-rsa': (token) => client.getSigningKey(decodeProtectedHeader(token).kid),
};
for (const [name, verify] of Object.entries(libraries)) {
  await get('/publish/1');
  const verdicts = [];
  for (const kid of ['first', 'second']) {
    verdicts.push(`${kid} ` + await verify(await get(`/${kid}`)).then(
      () => 'verified', (error) => error.name));
    await get('/publish/2');
  }
  console.log(`${name}: ${verdicts.join(', ')}`);
}
JS
cat > verify.py <<'PY'
import sys
import urllib.request

import jwt

url = sys.argv[1]


def get(path):
    return urllib.request.urlopen(url + path).read().decode()


client = jwt.PyJWKClient(f"{url}/keys")
get("/publish/1")
verdicts = []
for kid in ("first", "second"):
    token = get(f"/{kid}")
    try:
        jwt.decode(token, client.get_signing_key_from_jwt(token), algorithms=["RS256"])
        verdicts.append(f"{kid} verified")
    except jwt.PyJWKClientError as error:
        verdicts.append(f"{kid} {type(error).__name__}")
    get("/publish/2")
print("PyJWT:", ", ".join(verdicts))
PY

seen=$(node verify.mjs "$url"; venv/bin/python verify.py "$url")
echo "guess: all fetch the keys when a token names a new one"
echo "seen, jose 6.2.18, jwks-rsa 4.1.0 and PyJWT 2.15.1:"
echo "$seen"
[[ $seen == 'jose: first verified, second JWKSNoMatchingKey
jwks-rsa: first verified, second verified
PyJWT: first verified, second PyJWKClientError' ]] || { echo "This has changed."; exit 1; }

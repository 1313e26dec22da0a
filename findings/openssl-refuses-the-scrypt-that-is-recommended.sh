#!/usr/bin/env bash
# OWASP's recommendation for scrypt begins with N=2^17 and r=8, which needs 128 MiB. OpenSSL's limit
# for it is 32 MiB unless a caller gives another, and just under what N=2^15 needs. Python's
# hashlib and Node's crypto leave it as it is: of hashes that other libraries wrote, they cannot
# verify those of 2^15 and more.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check cryptography==46.0.3

cat > hash.py <<'PY'
import hashlib
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt


def attempt(name, log_n, call):
    try:
        print(f"{name}, 2^{log_n}: {call().hex()}")
    except ValueError as error:
        print(f"{name}, 2^{log_n}: {str(error).rpartition('] ')[2]}")


for log_n in (14, 15, 17):
    attempt("hashlib", log_n,
            lambda: hashlib.scrypt(b"word", salt=b"salt", n=2**log_n, r=8, p=1, dklen=4))
for log_n in (15, 17):
    attempt("hashlib with maxmem", log_n,
            lambda: hashlib.scrypt(b"word", salt=b"salt", n=2**log_n, r=8, p=1, dklen=4,
                                   maxmem=2**28))
    attempt("cryptography", log_n,
            lambda: Scrypt(salt=b"salt", length=4, n=2**log_n, r=8, p=1).derive(b"word"))
PY
cat > hash.cjs <<'JS'
const { scryptSync } = require('crypto');
for (const logN of [14, 15, 17]) {
  let result;
  try {
    result = scryptSync('word', 'salt', 4, { N: 2 ** logN, r: 8, p: 1 }).toString('hex');
  } catch (error) {
    result = error.message.split(':').pop();
  }
  console.log(`Node, 2^${logN}: ${result}`);
}
JS

seen=$(venv/bin/python hash.py; node hash.cjs)
echo "guess: a standard library takes the recommended parameters, or its limit is far above them"
echo "seen, $(python3 -c 'import ssl; print(ssl.OPENSSL_VERSION)') in Python, OpenSSL" \
  "$(node -p process.versions.openssl) in Node, cryptography 46.0.3:"
echo "$seen"
[[ $seen == 'hashlib, 2^14: 721ddd3b
hashlib, 2^15: memory limit exceeded
hashlib, 2^17: memory limit exceeded
hashlib with maxmem, 2^15: 6083ab0f
cryptography, 2^15: 6083ab0f
hashlib with maxmem, 2^17: 4c283897
cryptography, 2^17: 4c283897
Node, 2^14: 721ddd3b
Node, 2^15: memory limit exceeded
Node, 2^17: memory limit exceeded' ]] || { echo "This has changed."; exit 1; }

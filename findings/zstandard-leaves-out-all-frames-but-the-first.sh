#!/usr/bin/env bash
# Zstandard's data is one frame or several (RFC 8878, section 3), as when compressed parts are put
# one behind the other. zstandard's decompress() gives the first frame and leaves out the rest,
# without an error. Its stream_reader() gives all of them, and so does pyzstd's decompress().
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check zstandard==0.25.0 pyzstd==0.20.0

cat > read.py <<'PY'
import io

import pyzstd
import zstandard

data = zstandard.compress(b"order 1\n") + zstandard.compress(b"order 2\n")
print("zstandard, decompress:", zstandard.decompress(data))
print("zstandard, stream_reader:", zstandard.ZstdDecompressor().stream_reader(data).read())
print("pyzstd, decompress:", pyzstd.decompress(data))
PY

seen=$(venv/bin/python read.py)
echo "guess: what decompresses all data gives all of it, or raises an error"
echo "seen, zstandard 0.25.0, pyzstd 0.20.0, two frames:"
echo "$seen"
[[ $seen == "zstandard, decompress: b'order 1\\n'
zstandard, stream_reader: b'order 1\\norder 2\\n'
pyzstd, decompress: b'order 1\\norder 2\\n'" ]] || { echo "This has changed."; exit 1; }

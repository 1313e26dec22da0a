#!/usr/bin/env bash
# A package URL (purl) names a package in a bill of materials, so that tools can compare the names
# as text. Its specification has a canonical form. Debian's versions have a "+" as soon as there was
# a security update, and two official libraries do not agree on how that is written.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check packageurl-python==0.17.6
npm install --silent --no-audit --no-fund packageurl-js@2.0.1

cat > write.py <<'PY'
from packageurl import PackageURL

for version in ("3.0.16-1~deb12u1", "1:2.38-5", "2.36-9+deb12u14"):
    print(PackageURL("deb", "debian", "a", version).to_string())
PY
cat > write.cjs <<'JS'
const { PackageURL } = require('packageurl-js');
for (const version of ['3.0.16-1~deb12u1', '1:2.38-5', '2.36-9+deb12u14']) {
  console.log(new PackageURL('deb', 'debian', 'a', version).toString());
}
JS
python=$(venv/bin/python write.py)
javascript=$(node write.cjs)

echo "guess: a package has one purl, whichever library writes it"
echo "seen, packageurl-python 0.17.6:"
echo "$python"
echo "seen, packageurl-js 2.0.1:"
echo "$javascript"
[[ $python == "pkg:deb/debian/a@3.0.16-1~deb12u1
pkg:deb/debian/a@1:2.38-5
pkg:deb/debian/a@2.36-9%2Bdeb12u14" && $javascript == "pkg:deb/debian/a@3.0.16-1~deb12u1
pkg:deb/debian/a@1:2.38-5
pkg:deb/debian/a@2.36-9+deb12u14" ]] || { echo "This has changed."; exit 1; }

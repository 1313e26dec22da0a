#!/usr/bin/env bash
# A contract's pattern may contain "{,3}". PCRE2 10.43 began to read it as "up to three"; Debian 12
# has 10.42, and Debian 13 has 10.46. So a pattern that is valid in both matches different texts,
# and the engines that replace each other do not agree, either.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

for version in 0.3.0 0.4.0; do  # They bring PCRE2 10.42 and 10.43.
  python3 -m venv "pcre2-$version"
  "pcre2-$version/bin/pip" install --quiet --disable-pip-version-check "pcre2==$version"
done
pcre2-0.4.0/bin/pip install --quiet --disable-pip-version-check google-re2==1.1.20251105
npm install --silent --no-audit --no-fund ajv@8.20.0

cat > match.py <<'PY'
import re, sys
import pcre2

def show(name, search):
    found = []
    for text in ("aa", "a{,3}"):
        try:
            if search("^a{,3}$", text):
                found.append(text)
        except pcre2.exceptions.MatchError:  # How this binding says that it does not match.
            pass
    print(f"{name}: {' '.join(found)}")

show("PCRE2 " + pcre2.__libpcre2_version__, lambda p, t: pcre2.compile(p).match(t))
if len(sys.argv) > 1:
    import re2
    show("google-re2 1.1.20251105", re2.search)
    show("Python's re", re.search)
PY
cat > match.cjs <<'JS'
try { new (require('ajv'))().compile({ type: 'string', pattern: '^a{,3}$' }); }
catch (error) { console.log('Ajv 8.20.0:', error.message); }
JS

seen=$(pcre2-0.3.0/bin/python match.py; pcre2-0.4.0/bin/python match.py all; node match.cjs)
echo "guess: a minor release of PCRE2 does not change what a valid pattern matches"
echo "seen, what ^a{,3}\$ matches of 'aa' and 'a{,3}':"
echo "$seen"
[[ $seen == 'PCRE2 10.42: a{,3}
PCRE2 10.43: aa
google-re2 1.1.20251105: a{,3}
Python'\''s re: aa
Ajv 8.20.0: Invalid regular expression: /^a{,3}$/u: Incomplete quantifier' ]] ||
  { echo "This has changed."; exit 1; }

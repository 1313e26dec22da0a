#!/usr/bin/env bash
# Audits ask checksec whether a program has stack canaries and fortified functions. It looks for
# names of functions, and a static program that was stripped has none. The report does not say that
# it cannot know: it says that there is no canary.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check checksec-py==0.7.5 lief==0.16.6

cat > program.c <<'C'
#include <stdio.h>
#include <string.h>

int main(int count, char** arguments) {
  char name[64] = "";
  strncpy(name, arguments[0], (size_t)count * 16);
  puts(name);
}
C
options=(-O2 -fstack-protector-strong -D_FORTIFY_SOURCE=2 "-Wl,-z,relro,-z,now" -s)
gcc "${options[@]}" program.c -o dynamic
gcc "${options[@]}" -static-pie program.c -o static

cat > report.py <<'PY'
import json
import subprocess

printed = subprocess.run(
    ["venv/bin/checksec", "--json", "dynamic", "static"], capture_output=True, check=True, text=True
).stdout
for path, report in sorted(json.loads(printed).items()):
    name = path.rpartition("/")[2]
    print(f"{name}: canary {report['canary']}, fortified {report['fortified']}")
PY
seen=$(venv/bin/python report.py)
# On x86_64 the canary lies at %fs:0x28, and on arm64 in a variable.
checks=$(objdump --disassemble static | grep --count '%fs:0x28' || true)

echo "guess: the same source and options give the same report, linked dynamically or not"
echo "seen, checksec-py 0.7.5, $(gcc -dumpfullversion):"
echo "$seen"
echo "instructions of the static program that read the canary: more than 100 ($checks)"
if ((checks <= 100)) || [[ $seen != "dynamic: canary True, fortified 1
static: canary False, fortified 0" ]]; then
  echo "This has changed."
  exit 1
fi

#!/usr/bin/env bash
# -fstack-protector guards functions with an array of characters. With link-time optimisation it
# guards none of them, and there is no warning. -fstack-protector-strong guards with both.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > program.cpp <<'CPP'
[[gnu::noinline]] void fill(char* buffer) { asm volatile("" : : "r"(buffer) : "memory"); }
[[gnu::noinline]] int guarded() {
  char buffer[64];
  fill(buffer);
  return buffer[0];
}
int main() { return guarded() == 1; }
CPP
# guards OPTION…: prints how often the function reads the canary, which is at %fs:0x28 on x86_64.
guards() {
  g++ -O2 "$@" program.cpp -o program
  objdump --disassemble=_Z7guardedv program | grep --count '%fs:0x28' || true
}
seen="plain: $(guards -fstack-protector)
plain, -flto: $(guards -fstack-protector -flto)
strong: $(guards -fstack-protector-strong)
strong, -flto: $(guards -fstack-protector-strong -flto)"

echo "guess: -flto changes how fast a program is, and not whether its stack is guarded"
echo "seen, g++ $(g++ -dumpfullversion), reads of the canary in a function with char[64]:"
echo "$seen"
[[ $seen == "plain: 2
plain, -flto: 0
strong: 2
strong, -flto: 2" ]] || { echo "This has changed."; exit 1; }

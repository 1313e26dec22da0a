#!/usr/bin/env bash
# Boost.JSON writes every double with an exponent, so 100.0 becomes 1E2. That is valid JSON, but it
# changes comparisons and hashes of bodies, and a reader of integers may refuse it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# This fetches Debian 12's package of headers without installing it.
apt-get download -o APT::Sandbox::User=root --quiet=2 libboost1.81-dev=1.81.0-5+deb12u1
dpkg-deb --extract ./*.deb boost

cat > write.cpp <<'CPP'
#include <boost/json/src.hpp>
#include <iostream>
int main() {
  for (double number : {7.95, 100.0, 0.5}) {
    std::cout << boost::json::serialize(boost::json::object{{"price", number}}) << '\n';
  }
}
CPP
c++ -std=c++17 -isystem boost/usr/include write.cpp -o write

cat > read.go <<'GO'
package main

import (
	"encoding/json"
	"fmt"
	"os"
)

func main() {
	var order struct{ Price int64 }
	for _, text := range os.Args[1:] {
		fmt.Println(text, json.Unmarshal([]byte(text), &order))
	}
}
GO

seen=$(./write)
read=$(go run read.go '{"price":100}' "$(sed -n 2p <<< "$seen")")
echo 'guess: {"price":7.95}, {"price":100} or 100.0, {"price":0.5}'
echo "seen, Boost 1.81.0, and encoding/json of $(go env GOVERSION), reading into an int64:"
printf '%s\n' "$seen" "$read"
[[ $seen == '{"price":7.95E0}
{"price":1E2}
{"price":5E-1}' && $read == '{"price":100} <nil>
{"price":1E2} json: cannot unmarshal number 1E2'* ]] || { echo "This has changed."; exit 1; }

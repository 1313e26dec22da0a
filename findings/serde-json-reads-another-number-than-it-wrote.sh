#!/usr/bin/env bash
# What serde_json writes for a number of 64 bits is the shortest text that stands for it. Reading
# it, serde_json takes a faster way that misses the last bit now and then: a tenth of all random
# numbers below 1,000 come back as others, and a service that passes events on changes them. Rust's
# own parse() never does. The feature "float_roundtrip" makes serde_json exact, and is off by
# default.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

mkdir src
cat > Cargo.toml <<'TOML'
[package]
name = "finding"
version = "1.0.0"
edition = "2021"

[features]
exact = ["serde_json/float_roundtrip"]

[dependencies]
serde_json = "=1.0.154"
TOML
cat > src/main.rs <<'RUST'
fn main() {
    let mut random: u64 = 88_172_645_463_325_252;
    let (mut by_serde, mut by_rust) = (0, 0);
    for _ in 0..100_000 {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let number = (random >> 11) as f64 / (1u64 << 53) as f64 * 1000.0;
        let text = serde_json::to_string(&number).unwrap();
        let read: f64 = serde_json::from_str(&text).unwrap();
        by_serde += i32::from(read != number);
        by_rust += i32::from(text.parse::<f64>().unwrap() != number);
    }
    println!("of 100000 numbers, {by_serde} are read as others, and {by_rust} by parse()");
    let place: serde_json::Value = serde_json::from_str("{\"lon\":-122.41941550000001}").unwrap();
    println!("{{\"lon\":-122.41941550000001}} is passed on as {place}");
}
RUST

seen=$(cargo run --quiet
  echo "with float_roundtrip:"
  cargo run --quiet --features exact)
echo "guess: what serde_json has written, it reads as the same number"
echo "seen, serde_json 1.0.154:"
echo "$seen"
[[ $seen == 'of 100000 numbers, 10475 are read as others, and 0 by parse()
{"lon":-122.41941550000001} is passed on as {"lon":-122.4194155}
with float_roundtrip:
of 100000 numbers, 0 are read as others, and 0 by parse()
{"lon":-122.41941550000001} is passed on as {"lon":-122.41941550000001}' ]] ||
  { echo "This has changed."; exit 1; }

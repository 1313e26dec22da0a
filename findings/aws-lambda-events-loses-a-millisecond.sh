#!/usr/bin/env bash
# AWS's types for Rust keep a Kafka record's timestamp as a DateTime with milliseconds. They compute
# it with floating-point numbers, and cut off what these are short of: for half of all timestamps
# the result is a millisecond too early. A function that compares it with the time in the record, or
# stores it as part of a key, does not find what the producer wrote.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > Cargo.toml <<'TOML'
[package]
name = "finding"
version = "0.1.0"
edition = "2021"
[[bin]]
name = "finding"
path = "main.rs"
[dependencies]
aws_lambda_events = { version = "=1.2.1", default-features = false, features = ["kafka"] }
serde_json = "1"
TOML
cat > main.rs <<'RUST'
use aws_lambda_events::event::kafka::KafkaEvent;

fn read(timestamp: i64) -> i64 {
    let event = format!(
        r#"{{"eventSource": "aws:kafka", "records": {{"orders-0": [{{"topic": "orders",
            "partition": 0, "offset": 1, "timestamp": {timestamp}, "timestampType": "CREATE_TIME",
            "value": "e30=", "headers": []}}]}}}}"#
    );
    let event: KafkaEvent = serde_json::from_str(&event).unwrap();
    event.records["orders-0"][0].timestamp.timestamp_millis()
}

fn main() {
    println!("1795991322767 is read as {}", read(1795991322767));
    let early = (1795991322000..1795991323000).filter(|&it| read(it) == it - 1).count();
    println!("of 1000 timestamps in a row, {early} are a millisecond early");
}
RUST
CARGO_TARGET_DIR="$work/target" cargo build --quiet 2> cargo.log || { cat cargo.log; exit 1; }
seen=$(target/debug/finding)
echo "guess: a timestamp of whole milliseconds is read as it is"
echo "seen, aws_lambda_events 1.2.1:"
echo "$seen"
[[ $seen == '1795991322767 is read as 1795991322766
of 1000 timestamps in a row, 496 are a millisecond early' ]] ||
  { echo "This has changed."; exit 1; }

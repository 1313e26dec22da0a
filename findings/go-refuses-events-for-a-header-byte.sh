#!/usr/bin/env bash
# In Lambda's Kafka event, keys and values are base64, but a header is a list of numbers, which
# AWS's own type for Go reads as signed bytes. A test event or an emulator that writes bytes as 0 to
# 255 works until a header is not ASCII. Then the whole event is refused, with all its records.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > go.mod <<'MOD'
module finding
go 1.21
require github.com/aws/aws-lambda-go v1.55.1
MOD
cat > main.go <<'GO'
package main

import (
	"encoding/json"
	"fmt"

	"github.com/aws/aws-lambda-go/events"
)

func main() {
	// The same header, "Zoë", both ways.
	for _, header := range []string{"[90,111,-61,-85]", "[90,111,195,171]"} {
		var event events.KafkaEvent
		err := json.Unmarshal([]byte(`{"eventSource": "aws:kafka", "records": {"orders-0": [
			{"topic": "orders", "offset": 1, "value": "e30=", "headers": [{"by": `+header+`}]},
			{"topic": "orders", "offset": 2, "value": "e30=", "headers": []}]}}`), &event)
		fmt.Printf("%s: %d records", header, len(event.Records["orders-0"]))
		if err != nil {
			fmt.Printf(", %v", err)
		} else {
			fmt.Printf(", %s", event.Records["orders-0"][0].Headers[0]["by"])
		}
		fmt.Println()
	}
}
GO

GOFLAGS=-mod=mod go build -o finding . 2> go.log
seen=$(./finding)
echo "guess: header bytes are 0 to 255, or base64 as keys and values are"
echo "seen, aws-lambda-go 1.55.1:"
echo "$seen"
[[ $seen == '[90,111,-61,-85]: 2 records, Zoë
[90,111,195,171]: 0 records, json: cannot unmarshal number 195 into Go struct field'* ]] ||
  { echo "This has changed."; exit 1; }

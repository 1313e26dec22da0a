#!/usr/bin/env bash
# In a CloudEvent over HTTP the attributes are headers, in which spaces, quotation marks, "%" and
# what is not ASCII are written in percent-encoding (HTTP binding 1.0.2, section 3.1.3.2). The SDK
# for Python does so. Those for JavaScript and Go neither write nor read it: what Python sends
# arrives there with its escapes, and a text in which "%20" stands as it is loses it in Python.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check cloudevents==2.2.0
npm install --silent --no-audit --no-fund cloudevents@10.0.0
go mod init finding 2> go.log
go get github.com/cloudevents/sdk-go/v2@v2.16.2 2>> go.log

cat > subject.py <<'PY'
import sys

from cloudevents.core.bindings import http
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

way, subject = sys.argv[1:]
event = CloudEvent({"id": "1", "source": "/shop", "type": "sale", "subject": subject}, None)
message = http.to_binary(event, JSONFormat())
if way == "write":
    print(message.headers["ce-subject"])
else:
    message = http.HTTPMessage({**message.headers, "ce-subject": subject}, b"")
    print(http.from_binary(message, JSONFormat(), CloudEvent).get_subject())
PY
cat > subject.cjs <<'JS'
const { CloudEvent, HTTP } = require('cloudevents');
const [way, subject] = process.argv.slice(2);
const sale = new CloudEvent({ id: '1', source: '/shop', type: 'sale', subject });
const { headers } = HTTP.binary(sale);
console.log(way === 'write' ? headers['ce-subject']
  : HTTP.toEvent({ headers: { ...headers, 'ce-subject': subject }, body: '' }).subject);
JS
cat > subject.go <<'GO'
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"

	"github.com/cloudevents/sdk-go/v2/binding"
	"github.com/cloudevents/sdk-go/v2/event"
	cloudevents "github.com/cloudevents/sdk-go/v2/protocol/http"
)

func main() {
	way, subject := os.Args[1], os.Args[2]
	sale := event.New()
	sale.SetID("1")
	sale.SetSource("/shop")
	sale.SetType("sale")
	sale.SetSubject(subject)
	request, _ := http.NewRequest("POST", "http://localhost", nil)
	ctx := binding.WithForceBinary(context.Background())
	if err := cloudevents.WriteRequest(ctx, binding.ToMessage(&sale), request); err != nil {
		panic(err)
	}
	if way == "write" {
		fmt.Println(request.Header.Get("ce-subject"))
		return
	}
	request.Header.Set("ce-subject", subject)
	read, err := cloudevents.NewEventFromHTTPRequest(request)
	if err != nil {
		panic(err)
	}
	fmt.Println(read.Subject())
}
GO
go build -o subject subject.go

declare -A sdks=(
  [Python]="venv/bin/python subject.py" [JavaScript]="node subject.cjs" [Go]=./subject)
ways=("Python JavaScript" "Python Go" "JavaScript Python" "Go Python" "Go JavaScript")
seen=$(for way in "${ways[@]}"; do
  read -r from to <<< "$way"
  for subject in "50% off" "a%20b"; do
    header=$(${sdks[$from]} write "$subject")
    echo "$from to $to: $subject as $header is $(${sdks[$to]} read "$header")"
  done
done)
echo "guess: a subject arrives as it was sent"
echo "seen, cloudevents 2.2.0 (PyPI), 10.0.0 (npm), sdk-go 2.16.2:"
echo "$seen"
[[ $seen == 'Python to JavaScript: 50% off as 50%25%20off is 50%25%20off
Python to JavaScript: a%20b as a%2520b is a%2520b
Python to Go: 50% off as 50%25%20off is 50%25%20off
Python to Go: a%20b as a%2520b is a%2520b
JavaScript to Python: 50% off as 50% off is 50% off
JavaScript to Python: a%20b as a%20b is a b
Go to Python: 50% off as 50% off is 50% off
Go to Python: a%20b as a%20b is a b
Go to JavaScript: 50% off as 50% off is 50% off
Go to JavaScript: a%20b as a%20b is a%20b' ]] || { echo "This has changed."; exit 1; }

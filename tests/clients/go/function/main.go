// A function for AWS's runtime client in Go. ../README.md says what the records ask of it.
package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing/iotest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

// JudgeError is the error that a record asks for.
type JudgeError struct{}

func (JudgeError) Error() string { return "as asked: Grüß" }

var seen sync.Map

// failsOnce returns true when it sees the place for the first time.
func failsOnce(place string) bool {
	_, again := seen.LoadOrStore(place, true)
	return !again
}

func handle(ctx context.Context, event events.KafkaEvent) (any, error) {
	failures := []any{}
	for partition, records := range event.Records {
		for _, record := range records {
			place := fmt.Sprintf("%s-%d@%d", record.Topic, record.Partition, record.Offset)
			fmt.Printf("handled %s by %d\n", place, os.Getpid())
			value, err := base64.StdEncoding.DecodeString(record.Value)
			if err != nil {
				return nil, err
			}
			step, argument, _ := strings.Cut(string(value), " ")
			number, err := strconv.ParseFloat(argument, 64)
			if err != nil && argument != "" {
				return nil, err
			}
			switch step {
			case "raise":
				return nil, JudgeError{}
			case "sleep":
				time.Sleep(time.Duration(number * float64(time.Second)))
			case "exit":
				os.Exit(3)
			case "large":
				return strings.Repeat("x", int(number)), nil
			case "stream":
				return io.MultiReader(strings.NewReader(`{"streamed":`), strings.NewReader("true}")), nil
			case "stream-fail":
				return io.MultiReader(strings.NewReader(`{"streamed":`), iotest.ErrReader(JudgeError{})), nil
			case "fail-once":
				if failsOnce(place) {
					item := map[string]any{"partition": partition, "offset": record.Offset}
					failures = append(failures, map[string]any{"itemIdentifier": item})
				}
			}
		}
	}
	about, known := lambdacontext.FromContext(ctx)
	deadline, limited := ctx.Deadline()
	if !known || !limited {
		return nil, errors.New("the context has no request or no deadline")
	}
	return map[string]any{
		"batchItemFailures": failures,
		"requestId":         about.AwsRequestID,
		"arn":               about.InvokedFunctionArn,
		"left":              time.Until(deadline).Milliseconds(),
	}, nil
}

func main() {
	if os.Getenv("JUDGE_INIT") == "exit" {
		os.Exit(7)
	}
	lambda.Start(handle)
}

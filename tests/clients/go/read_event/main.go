// Prints the records of an event as AWS's types for Go read them.
//
//	read_event FILE
package main

import (
	"encoding/base64"
	"encoding/json"
	"log"
	"os"

	"github.com/aws/aws-lambda-go/events"
)

// record has null for a key or value that is not there.
type record struct {
	Topic     string      `json:"topic"`
	Partition int64       `json:"partition"`
	Offset    int64       `json:"offset"`
	Timestamp int64       `json:"timestamp"`
	Key       *string     `json:"key"`
	Value     *string     `json:"value"`
	Headers   [][2]string `json:"headers"`
}

func decoded(text string) *string {
	if text == "" {
		return nil
	}
	bytes, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		log.Fatal(err)
	}
	plain := string(bytes)
	return &plain
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	var event events.KafkaEvent
	if err := json.Unmarshal(text, &event); err != nil {
		log.Fatal(err)
	}
	read := []record{}
	for _, records := range event.Records {
		for _, one := range records {
			headers := [][2]string{}
			for _, header := range one.Headers {
				for name, value := range header {
					headers = append(headers, [2]string{name, string(value)})
				}
			}
			read = append(read, record{
				one.Topic, one.Partition, one.Offset, one.Timestamp.UnixMilli(),
				decoded(one.Key), decoded(one.Value), headers,
			})
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(read); err != nil {
		log.Fatal(err)
	}
}

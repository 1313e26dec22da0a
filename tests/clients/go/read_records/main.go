// Prints a topic's first records as CloudEvents, one on a line, as the SDK for Go reads them.
//
//	read_records BOOTSTRAP TOPIC COUNT
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"
	"strconv"
	"time"

	"github.com/IBM/sarama"
	"github.com/cloudevents/sdk-go/protocol/kafka_sarama/v2"
	"github.com/cloudevents/sdk-go/v2/binding"
)

func main() {
	count, err := strconv.Atoi(os.Args[3])
	if err != nil {
		log.Fatal(err)
	}
	consumer, err := sarama.NewConsumer([]string{os.Args[1]}, sarama.NewConfig())
	if err != nil {
		log.Fatal(err)
	}
	partition, err := consumer.ConsumePartition(os.Args[2], 0, sarama.OffsetOldest)
	if err != nil {
		log.Fatal(err)
	}
	output := json.NewEncoder(os.Stdout)
	timeout := time.After(30 * time.Second)
	for range count {
		select {
		case <-timeout:
			log.Fatal("the topic has fewer records")
		case record := <-partition.Messages():
			message := kafka_sarama.NewMessageFromConsumerMessage(record)
			event, err := binding.ToEvent(context.Background(), message)
			if err != nil {
				log.Fatal(err)
			}
			err = output.Encode(map[string]any{
				"specversion":     event.SpecVersion(),
				"id":              event.ID(),
				"source":          event.Source(),
				"type":            event.Type(),
				"time":            event.Time(),
				"datacontenttype": event.DataContentType(),
				"data":            json.RawMessage(event.Data()),
			})
			if err != nil {
				log.Fatal(err)
			}
		}
	}
}

// The peer with which hello_api is compared: what a Go programmer would write with net/http and
// franz-go. It answers GET /hello and GET /current_time?name=NAME; the second publishes, with
// acks=all, before it answers. With --keys, /hello needs a token with the scope "hello".
package main

import (
	"context"
	"encoding/json"
	"flag"
	"log"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	nameBytesMax    = 247
	publishDeadline = 2 * time.Second
)

var namePattern = regexp.MustCompile(`^[a-zA-Z][-_a-zA-Z0-9]*$`)

type greeting struct {
	Timestamp int64  `json:"timestamp"`
	Message   string `json:"message"`
}

func main() {
	port := flag.Int("port", 8000, "port to listen on, loopback only")
	bootstrap := flag.String("bootstrap", "127.0.0.1:9092", "address of a Kafka broker")
	topic := flag.String("topic", "events", "topic to publish to; it must exist")
	keys := flag.String("keys", "", "file with the key set of the tokens' issuer")
	issuer := flag.String("issuer", "", "issuer of the tokens")
	audience := flag.String("audience", "", "audience of the tokens")
	flag.Parse()

	producer, err := kgo.NewClient(kgo.SeedBrokers(*bootstrap), kgo.DefaultProduceTopic(*topic),
		kgo.RequiredAcks(kgo.AllISRAcks()), kgo.ProducerLinger(0))
	if err != nil {
		log.Fatal(err)
	}
	hello := func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, []byte(`{"message":"Hello, World!"}`))
	}
	if *keys != "" {
		hello = withToken(readKeys(*keys), *issuer, *audience, hello)
	}
	http.HandleFunc("GET /hello", hello)
	http.HandleFunc("GET /current_time", func(w http.ResponseWriter, r *http.Request) {
		name := r.URL.Query().Get("name")
		if len(name) > nameBytesMax || !namePattern.MatchString(name) {
			answer(w, http.StatusBadRequest, []byte(`{"title":"Bad Request","status":400}`))
			return
		}
		body, _ := json.Marshal(greeting{time.Now().Unix(), "Hello, " + name + "!"})
		ctx, cancel := context.WithTimeout(r.Context(), publishDeadline)
		defer cancel()
		if producer.ProduceSync(ctx, &kgo.Record{Value: body}).FirstErr() != nil {
			answer(w, http.StatusServiceUnavailable, []byte(`{"title":"Service Unavailable","status":503}`))
			return
		}
		answer(w, http.StatusOK, body)
	})
	log.Fatal(http.ListenAndServe(net.JoinHostPort("127.0.0.1", strconv.Itoa(*port)), nil))
}

func answer(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(body)
}

// The peer with which the API of tests/shop is compared: what a Go programmer would write with
// net/http, kin-openapi, franz-go, and pgx or aws-sdk-go-v2. It serves the same contract: it checks
// each request and each answer against the document, and the key of each client; it publishes an
// order with acks=all before it answers, and reads one from PostgreSQL, or from a table of DynamoDB
// if --table is given.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/google/uuid"
	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	bodyBytesMax    = 1 << 20
	publishDeadline = 2 * time.Second
	readDeadline    = 5 * time.Second
)

type customer struct {
	Name    string `json:"name"`
	Street  string `json:"street"`
	City    string `json:"city"`
	Country string `json:"country"`
}

type line struct {
	Item     string `json:"item"`
	Quantity int64  `json:"quantity"`
	Cents    int64  `json:"cents"`
}

type order struct {
	ID       string   `json:"id"`
	Customer customer `json:"customer"`
	Lines    []line   `json:"lines"`
	Delivery string   `json:"delivery"`
	Note     *string  `json:"note,omitempty"`
}

type orderPlaced struct {
	Owner string `json:"owner"`
	Order order  `json:"order"`
}

type storedOrder struct {
	ID       string  `json:"id"`
	Customer string  `json:"customer"`
	Note     *string `json:"note,omitempty"`
	Items    int64   `json:"items"`
	Cents    int64   `json:"cents"`
	Version  int64   `json:"version"`
}

var errNotFound = errors.New("there is no such order")

// view is what the function has made of the topic.
type view interface {
	find(ctx context.Context, owner, id string) (storedOrder, error)
}

type server struct {
	router   routers.Router
	producer *kgo.Client
	view     view
	keys     map[string]string // The hash of a key, in hexadecimal digits, and its owner's name.
}

func main() {
	port := flag.Int("port", 8000, "port to listen on, loopback only")
	bootstrap := flag.String("bootstrap", "127.0.0.1:9092", "address of a Kafka broker")
	topic := flag.String("topic", "shop-orders", "topic to publish to; it must exist")
	contract := flag.String("contract", "", "the OpenAPI document")
	database := flag.String("database", "", "URL of the PostgreSQL that has the view")
	connections := flag.Int("connections", 8, "connections to it")
	table := flag.String("table", "", "table of DynamoDB that has the view")
	endpoint := flag.String("endpoint", "", "URL of the table's server")
	hash := flag.String("key-hash", "", "SHA-256 of the key of the client 'bench'")
	flag.Parse()

	producer, err := kgo.NewClient(kgo.SeedBrokers(*bootstrap), kgo.DefaultProduceTopic(*topic),
		kgo.RequiredAcks(kgo.AllISRAcks()), kgo.ProducerLinger(0))
	check(err)
	s := &server{producer: producer, keys: map[string]string{*hash: "bench"}}
	s.router = readContract(*contract)
	if *table != "" {
		s.view = newTable(*endpoint, *table)
	} else {
		s.view = newDatabase(*database, int32(*connections))
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthcheck", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusOK)
	})
	mux.HandleFunc("POST /orders", s.checked(s.placeOrder))
	mux.HandleFunc("GET /orders/{id}", s.checked(s.getOrder))
	log.Fatal(http.ListenAndServe(net.JoinHostPort("127.0.0.1", strconv.Itoa(*port)), mux))
}

func readContract(path string) routers.Router {
	openapi3.DefineStringFormatValidator("uuid",
		openapi3.NewRegexpFormatValidator(openapi3.FormatOfStringForUUIDOfRFC4122))
	document, err := openapi3.NewLoader().LoadFromFile(path)
	check(err)
	check(document.Validate(context.Background()))
	router, err := gorillamux.NewRouter(document)
	check(err)
	return router
}

// answer is what a handler gives; checked() sends it.
type answer struct {
	status  int
	headers map[string]string
	body    any
}

// checked calls next for a request that has passed the contract, and sends its answer if that
// passes the contract, too.
func (s *server) checked(
	next func(r *http.Request, owner string, body []byte) answer,
) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		route, parameters, err := s.router.FindRoute(r)
		if err != nil {
			send(w, problem(http.StatusNotFound, "Not Found", ""), nil)
			return
		}
		var owner string
		r.Body = http.MaxBytesReader(w, r.Body, bodyBytesMax)
		input := &openapi3filter.RequestValidationInput{
			Request: r, PathParams: parameters, Route: route,
			Options: &openapi3filter.Options{
				AuthenticationFunc: func(
					_ context.Context, _ *openapi3filter.AuthenticationInput,
				) error {
					var known bool
					owner, known = s.ownerOf(r.Header.Get("X-Api-Key"))
					if !known {
						return errors.New("the key is unknown")
					}
					return nil
				},
			},
		}
		if err := openapi3filter.ValidateRequest(r.Context(), input); err != nil {
			var security *openapi3filter.SecurityRequirementsError
			if errors.As(err, &security) {
				send(w, problem(http.StatusUnauthorized, "Unauthorized", ""), nil)
			} else {
				send(w, problem(http.StatusBadRequest, "Bad Request", err.Error()), nil)
			}
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			send(w, problem(http.StatusBadRequest, "Bad Request", err.Error()), nil)
			return
		}
		send(w, next(r, owner, body), input)
	}
}

func (s *server) ownerOf(key string) (string, bool) {
	sum := sha256.Sum256([]byte(key))
	digits := hex.EncodeToString(sum[:])
	for hash, owner := range s.keys {
		if subtle.ConstantTimeCompare([]byte(hash), []byte(digits)) == 1 {
			return owner, true
		}
	}
	return "", false
}

// send sends an answer, which is checked against the contract if the request's input is given.
func send(w http.ResponseWriter, a answer, input *openapi3filter.RequestValidationInput) {
	text, err := json.Marshal(a.body)
	if err != nil {
		http.Error(w, "Internal Server Error", http.StatusInternalServerError)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "application/json")
	if a.status >= 400 {
		header.Set("Content-Type", "application/problem+json")
	}
	for name, value := range a.headers {
		header.Set(name, value)
	}
	if input != nil {
		output := &openapi3filter.ResponseValidationInput{
			RequestValidationInput: input, Status: a.status, Header: header,
			Body: io.NopCloser(bytes.NewReader(text)),
		}
		if err := openapi3filter.ValidateResponse(context.Background(), output); err != nil {
			log.Print("the answer breaks the contract: ", err)
			http.Error(w, "Internal Server Error", http.StatusInternalServerError)
			return
		}
	}
	w.WriteHeader(a.status)
	w.Write(text)
}

func problem(status int, title, detail string) answer {
	body := map[string]any{"type": "about:blank", "title": title, "status": status}
	if detail != "" {
		body["detail"] = detail
	}
	return answer{status: status, body: body}
}

// placeOrder also gives the record the headers of a CloudEvent, as the API does.
func (s *server) placeOrder(r *http.Request, owner string, body []byte) answer {
	var o order
	if err := json.Unmarshal(body, &o); err != nil {
		return problem(http.StatusBadRequest, "Bad Request", err.Error())
	}
	value, err := json.Marshal(orderPlaced{owner, o})
	if err != nil {
		return problem(http.StatusInternalServerError, "Internal Server Error", "")
	}
	ctx, cancel := context.WithTimeout(r.Context(), publishDeadline)
	defer cancel()
	now := time.Now().UTC().Format(time.RFC3339Nano)
	record := &kgo.Record{Key: []byte(o.ID), Value: value, Headers: []kgo.RecordHeader{
		{Key: "ce_specversion", Value: []byte("1.0")},
		{Key: "ce_id", Value: []byte(uuid.NewString())},
		{Key: "ce_source", Value: []byte("/shop_api")},
		{Key: "ce_type", Value: []byte("com.example.shop.order_placed")},
		{Key: "ce_time", Value: []byte(now)},
		{Key: "content-type", Value: []byte("application/json")},
	}}
	if err := s.producer.ProduceSync(ctx, record).FirstErr(); err != nil {
		return problem(http.StatusServiceUnavailable, "Service Unavailable", "")
	}
	return answer{http.StatusCreated, map[string]string{"Location": "/orders/" + o.ID}, o}
}

func (s *server) getOrder(r *http.Request, owner string, _ []byte) answer {
	ctx, cancel := context.WithTimeout(r.Context(), readDeadline)
	defer cancel()
	found, err := s.view.find(ctx, owner, r.PathValue("id"))
	if errors.Is(err, errNotFound) {
		return problem(http.StatusNotFound, "Not Found", "there is no such order")
	}
	if err != nil {
		log.Print("reading an order failed: ", err)
		return problem(http.StatusServiceUnavailable, "Service Unavailable", "")
	}
	tag := `"` + strconv.FormatInt(found.Version, 10) + `"`
	return answer{http.StatusOK, map[string]string{"ETag": tag}, found}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// A load generator that remembers each answer. Every request carries a name of its own, so that the
// topic can be compared with the answers afterwards. It writes one line per request into the output
// file: name, status (0 if the connection failed or the client's time-out passed), milliseconds. It
// never sends a request twice.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

var (
	address     = flag.String("address", "127.0.0.1:8000", "server, HOST:PORT")
	path        = flag.String("path", "/current_time?name=", "what the name is appended to")
	plain       = flag.Bool("plain", false, "the path is requested as it is, without a name")
	prefix      = flag.String("prefix", "n", "what every name starts with")
	requests    = flag.Int64("requests", 20000, "how many requests in all")
	connections = flag.Int("connections", 64, "how many at the same time")
	unpaced     = flag.Int64("unpaced", 0, "how many of the first requests are sent at once")
	rate        = flag.Float64("rate", 1000, "the others: requests per second at most")
	limit       = flag.Duration("limit", 10*time.Minute, "after so long nothing new is sent")
	mark        = flag.Int64("mark", 0, "print `mark` on standard output when this request is sent")
	timeout     = flag.Duration("timeout", 60*time.Second, "the client's own time-out")
	watch       = flag.String("watch", "", "path to ask every 10 ms, recorded as #watch")
	output      = flag.String("output", "answers.txt", "file to write")
)

type answer struct {
	name    string
	status  int
	elapsed time.Duration
}

type client struct {
	connection net.Conn
	reader     *bufio.Reader
}

// get returns 0 when there was no whole answer; the next call opens a new connection.
func (c *client) get(target string) (status int) {
	defer func() {
		if status == 0 && c.connection != nil {
			c.connection.Close()
			c.connection = nil
		}
	}()
	if c.connection == nil {
		connection, err := net.DialTimeout("tcp", *address, *timeout)
		if err != nil {
			time.Sleep(10 * time.Millisecond) // A server that is gone must not be asked in a tight loop.
			return 0
		}
		c.connection, c.reader = connection, bufio.NewReader(connection)
	}
	c.connection.SetDeadline(time.Now().Add(*timeout))
	request := fmt.Sprintf("GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", target, *address)
	if _, err := io.WriteString(c.connection, request); err != nil {
		return 0
	}
	response, err := http.ReadResponse(c.reader, nil)
	if err != nil {
		return 0
	}
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return 0
	}
	if response.Close {
		c.connection.Close()
		c.connection = nil
	}
	return response.StatusCode
}

func (c *client) timed(name, target string) answer {
	start := time.Now()
	status := c.get(target)
	return answer{name, status, time.Since(start)}
}

func main() {
	flag.Parse()
	answers := make([][]answer, *connections+1)
	end := time.Now().Add(*limit)
	var sent atomic.Int64
	var pacingStart time.Time
	var startPacing sync.Once
	var workers, watcher sync.WaitGroup
	done := make(chan struct{})
	if *watch != "" {
		watcher.Add(1)
		go func() {
			defer watcher.Done()
			var c client
			for {
				answers[*connections] = append(answers[*connections], c.timed("#watch", *watch))
				select {
				case <-done:
					return
				case <-time.After(10 * time.Millisecond):
				}
			}
		}()
	}
	for worker := 0; worker < *connections; worker++ {
		workers.Add(1)
		go func() {
			defer workers.Done()
			var c client
			for number := sent.Add(1); number <= *requests && time.Now().Before(end); number = sent.Add(1) {
				if number == *mark {
					fmt.Println("mark")
				}
				if number > *unpaced {
					startPacing.Do(func() { pacingStart = time.Now() })
					due := time.Duration(float64(number-*unpaced) / *rate * float64(time.Second))
					time.Sleep(time.Until(pacingStart.Add(due)))
				}
				name := fmt.Sprintf("%s-%d", *prefix, number)
				target := *path
				if !*plain {
					target += name
				}
				answers[worker] = append(answers[worker], c.timed(name, target))
			}
		}()
	}
	workers.Wait()
	close(done)
	watcher.Wait()

	file, err := os.Create(*output)
	if err != nil {
		log.Fatal(err)
	}
	writer := bufio.NewWriter(file)
	for _, list := range answers {
		for _, a := range list {
			fmt.Fprintf(writer, "%s %d %.3f\n", a.name, a.status, float64(a.elapsed.Microseconds())/1000)
		}
	}
	if writer.Flush() != nil || file.Close() != nil {
		log.Fatal("cannot write ", *output)
	}
}

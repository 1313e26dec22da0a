// Reads requests with Go's net/http and says what it has read. On standard input each request is a
// length of four bytes, the lowest first, and so many bytes. On standard output each answer is a
// byte, which is 'a' (accepted), 'r' (refused) or 'i' (incomplete), and texts, each with its length
// before it: the reason of a refusal, or what was accepted.
package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"log"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"sort"
	"strconv"
	"strings"
)

func write(out *bufio.Writer, text string) {
	var size [4]byte
	binary.LittleEndian.PutUint32(size[:], uint32(len(text)))
	out.Write(size[:])
	out.WriteString(text)
}

// fields returns the fields as sorted lines with names in lower case. Those of one name keep their
// order.
func fields(header http.Header) string {
	names := make([]string, 0, len(header))
	for name := range header {
		switch name {
		case "Content-Length", "Trailer", "Transfer-Encoding":
			// Go takes these out of the header once it has understood them.
		default:
			names = append(names, name)
		}
	}
	sort.Slice(names, func(i, j int) bool {
		return strings.ToLower(names[i]) < strings.ToLower(names[j])
	})
	var text strings.Builder
	for _, name := range names {
		for _, value := range header[name] {
			text.WriteString(strings.ToLower(name) + ":" + value + "\n")
		}
	}
	return text.String()
}

func isIncomplete(failure error) bool {
	return errors.Is(failure, io.EOF) || errors.Is(failure, io.ErrUnexpectedEOF)
}

func judge(text []byte, out *bufio.Writer) {
	raw := bytes.NewReader(text)
	reader := bufio.NewReader(raw)
	request, failure := http.ReadRequest(reader)
	var body []byte
	if failure == nil {
		body, failure = io.ReadAll(request.Body)
	}
	if failure != nil {
		if isIncomplete(failure) {
			out.WriteByte('i')
		} else {
			out.WriteByte('r')
		}
		write(out, failure.Error())
		return
	}
	out.WriteByte('a')
	write(out, request.Method)
	write(out, request.RequestURI)
	write(out, request.Host)
	write(out, strconv.FormatBool(!request.Close))
	write(out, fields(request.Header))
	write(out, string(body))
	write(out, fields(request.Trailer))
	write(out, strconv.Itoa(len(text)-raw.Len()-reader.Buffered()))
}

func main() {
	log.SetOutput(io.Discard)
	// One request is read after the other, and little is kept.
	runtime.GOMAXPROCS(1)
	debug.SetGCPercent(800)
	in := bufio.NewReaderSize(os.Stdin, 1<<16)
	out := bufio.NewWriterSize(os.Stdout, 1<<16)
	var size [4]byte
	for {
		if _, failure := io.ReadFull(in, size[:]); failure != nil {
			break
		}
		length := binary.LittleEndian.Uint32(size[:])
		// A length of zero ends a batch.
		if length == 0 {
			if out.Flush() != nil {
				break
			}
			continue
		}
		text := make([]byte, length)
		if _, failure := io.ReadFull(in, text); failure != nil {
			break
		}
		judge(text, out)
	}
}

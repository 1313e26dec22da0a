#!/usr/bin/env bash
# A server reads a POST on a kept-alive connection and closes it without an answer, as one that is
# being stopped does. It may have done what was asked. curl and Java's HttpURLConnection send the
# POST again by themselves, and say 200: what is counted has happened twice. Java's HttpClient and
# Go's client give an error, but Go's repeats a POST that has an Idempotency-Key.
set -euo pipefail
work=$(mktemp -d)
trap 'kill "${server:-}" 2> /dev/null || true; rm -rf "$work"' EXIT
cd "$work"

# Answers the first request of each connection, and closes it after having read the second.
cat > server.py <<'PY'
import collections
import socketserver

posts = collections.Counter()


class Handler(socketserver.StreamRequestHandler):
    def request_line(self):
        line = self.rfile.readline().decode()
        length = 0
        while (header := self.rfile.readline().decode().strip()):
            name, value = header.split(":", 1)
            if name.lower() == "content-length":
                length = int(value)
        self.rfile.read(length)
        return line.split()[:2]

    def handle(self):
        for number in (1, 2):
            try:
                method, path = self.request_line()
            except ValueError:
                return
            posts[path] += method == "POST"
            if number == 1:
                text = str(posts[path[len("/count"):]] if path.startswith("/count") else "ok")
                self.wfile.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(text)}\r\n\r\n{text}"
                                 .encode())


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


with Server(("127.0.0.1", 0), Handler) as server:
    print(server.server_address[1], flush=True)
    server.serve_forever()
PY
python3 server.py > port.txt &
server=$!
for _ in {1..300}; do
  if [[ -s port.txt ]]; then break; fi
  sleep 0.1
done
url=http://127.0.0.1:$(< port.txt)

cat > Call.java <<'JAVA'
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

class Call {
  static String withConnection(String url, boolean post) throws Exception {
    var connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
    if (post) {
      connection.setDoOutput(true);
      connection.getOutputStream().write('x');
    }
    String status = "" + connection.getResponseCode();
    connection.getInputStream().readAllBytes();
    return status;
  }

  public static void main(String[] arguments) throws Exception {
    String url = arguments[0];
    withConnection(url + "/", false);
    System.out.println("HttpURLConnection " + withConnection(url + "/HttpURLConnection", true));
    var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    client.send(HttpRequest.newBuilder(URI.create(url + "/")).build(), BodyHandlers.ofString());
    String result = "an error";
    try {
      result = "" + client.send(HttpRequest.newBuilder(URI.create(url + "/HttpClient"))
          .POST(HttpRequest.BodyPublishers.ofString("x")).build(), BodyHandlers.ofString())
          .statusCode();
    } catch (java.io.IOException expected) {
    }
    System.out.println("HttpClient " + result);
  }
}
JAVA
cat > call.go <<'GO'
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

func main() {
	for _, name := range []string{"Go", "Go+Idempotency-Key"} {
		client := http.Client{Transport: &http.Transport{}}
		warm, err := client.Get(os.Args[1] + "/")
		if err != nil {
			panic(err)
		}
		io.ReadAll(warm.Body)
		warm.Body.Close()
		request, _ := http.NewRequest("POST", os.Args[1]+"/"+name, strings.NewReader("x"))
		if name != "Go" {
			request.Header.Set("Idempotency-Key", `"one"`)
		}
		result := "an error"
		if response, err := client.Do(request); err == nil {
			result = fmt.Sprint(response.StatusCode)
		}
		fmt.Println(name, result)
	}
}
GO
{
  curl --silent --output first.txt "$url/" --next --silent --output second.txt \
    --write-out 'curl %{http_code}\n' --data x "$url/curl" || echo "curl an error"
  java Call.java "$url"
  go run call.go "$url"
} > results.txt
seen=$(while read -r name result; do
  echo "$name: $result, received $(curl --silent "$url/count/$name") times"
done < results.txt)
echo "guess: a POST that may have been done is not sent again; the caller gets an error"
echo "seen, $(curl --version | cut -d ' ' -f 1-2 | head -n 1), Java" \
  "$(java --version | sed -n '1s/^[^ ]* \([^ ]*\).*/\1/p'), $(go env GOVERSION):"
echo "$seen"
[[ $seen == 'curl: 200, received 2 times
HttpURLConnection: 200, received 2 times
HttpClient: an error, received 1 times
Go: an error, received 1 times
Go+Idempotency-Key: 200, received 2 times' ]] || { echo "This has changed."; exit 1; }

#!/usr/bin/env bash
# A streamed answer of a Lambda function that fails midway says so in the HTTP trailers, and AWS's
# clients for Node.js and Go send them. The client for Rust declares them, too, and then writes
# their text into the body. So no reader of HTTP sees an error: the answer has succeeded, and ends
# with two lines that the function never wrote.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > Cargo.toml <<'TOML'
[package]
name = "finding"
version = "0.1.0"
edition = "2021"
[[bin]]
name = "finding"
path = "main.rs"
[dependencies]
lambda_runtime = { version = "=1.5.0", default-features = false }
serde_json = "1"
tokio = { version = "1", features = ["macros", "rt"] }
tokio-stream = "0.1"
TOML
cat > main.rs <<'RUST'
use lambda_runtime::{run, service_fn, streaming::Response, Error, LambdaEvent};
use serde_json::Value;

type Part = Result<&'static str, Error>;
type Parts = tokio_stream::Iter<std::vec::IntoIter<Part>>;

async fn handle(_: LambdaEvent<Value>) -> Result<Response<Parts>, Error> {
    let parts: Vec<Part> = vec![Ok("[1,"), Err("the source is gone".into())];
    Ok(Response::from(tokio_stream::iter(parts)))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(handle)).await
}
RUST
# It hands out one invocation, and prints the body and the trailers of the answer.
cat > runtime_api.py <<'PY'
import os, socketserver, subprocess

class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        while line := self.rfile.readline().decode():
            headers = self.headers()
            if line.startswith("GET"):
                self.wfile.write(b"HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: 1\r\n"
                    b"Lambda-Runtime-Deadline-Ms: 4000000000000\r\nContent-Length: 2\r\n\r\n{}")
                continue
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            print("declared:", *headers.get("trailer", []))
            print("body:", body.rpartition(b"\0")[2].decode().strip())
            print("trailers:", self.headers() or "none", flush=True)
            os._exit(0)

    def headers(self):
        found = {}
        while line := self.rfile.readline().decode().strip():
            name, _, value = line.partition(":")
            found.setdefault(name.lower(), []).append(value.strip())
        return found

with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
    address = "127.0.0.1:%d" % server.server_address[1]
    names = {"AWS_LAMBDA_FUNCTION_NAME": "f", "AWS_LAMBDA_FUNCTION_VERSION": "1",
             "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128", "AWS_LAMBDA_LOG_GROUP_NAME": "g",
             "AWS_LAMBDA_LOG_STREAM_NAME": "s", "AWS_LAMBDA_RUNTIME_API": address}
    quiet = subprocess.DEVNULL
    subprocess.Popen(["target/debug/finding"], env=os.environ | names, stderr=quiet)
    server.serve_forever()
PY
CARGO_TARGET_DIR="$work/target" cargo build --quiet 2> cargo.log || { cat cargo.log; exit 1; }
seen=$(timeout 20 python3 runtime_api.py)
echo "guess: a stream that fails ends with an error in the trailers"
echo "seen, lambda_runtime 1.5.0:"
echo "$seen"
[[ $seen == *'
body: [1,Lambda-Runtime-Function-Error-Type: Runtime.StreamError
Lambda-Runtime-Function-Error-Body: '*'
trailers: none' ]] ||
  { echo "This has changed."; exit 1; }

#!/usr/bin/env bash
# A 401 names, in WWW-Authenticate, the schemes by which a client may try again, and IANA has a list
# of them. Prism's mock server takes a token for oauth2 and openIdConnect in the scheme Bearer, and
# asks for "OAuth2" and "OpenID", which nobody has registered. Where no credentials are needed, it
# asks for "None". A client that takes the challenge at its word cannot answer it. And "bearer" is
# refused, although a scheme's name may be written in either case.
set -euo pipefail
work=$(mktemp -d)
trap 'kill "${mock:-}" 2> /dev/null || true; rm -rf "$work"' EXIT
cd "$work"

npm install --silent --no-audit --no-fund @stoplight/prism-cli@5.16.0

cat > contract.yaml <<'YAML'
openapi: 3.1.0
info: {title: t, version: "1"}
components:
  securitySchemes:
    http: {type: http, scheme: bearer}
    oauth2:
      type: oauth2
      flows: {clientCredentials: {tokenUrl: "https://id.example/token", scopes: {}}}
    oidc: {type: openIdConnect, openIdConnectUrl: "https://id.example/configuration"}
paths:
  /http: {get: {security: [{http: []}], responses: {"200": {description: ok}}}}
  /oauth2: {get: {security: [{oauth2: []}], responses: {"200": {description: ok}}}}
  /oidc: {get: {security: [{oidc: []}], responses: {"200": {description: ok}}}}
  /optional: {get: {security: [{}, {http: []}], responses: {"200": {description: ok}}}}
YAML
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
node node_modules/@stoplight/prism-cli/dist/index.js mock --port "$port" contract.yaml \
  > log.txt 2>&1 &
mock=$!
for _ in {1..300}; do
  if grep -q "is listening" log.txt; then break; fi
  sleep 0.1
done

ask() {
  local path=$1 credentials=$2
  curl --silent --output answer.txt --header "Authorization:$credentials" \
    --write-out "$path, ${credentials:-none}: %{http_code} %header{www-authenticate}\n" \
    "http://127.0.0.1:$port$path" | sed 's/ $//'
}
seen=$(for path in /http /oauth2 /oidc; do
  ask "$path" ""
  ask "$path" "Bearer t"
done
ask /http "bearer t"
ask /optional ""
ask /optional "Basic YTpi")
echo "guess: each challenge is Bearer, and bearer is the same scheme"
echo "seen, Prism 5.16.0, each answer to credentials with its challenge:"
echo "$seen"
[[ $seen == '/http, none: 401 Bearer
/http, Bearer t: 200
/oauth2, none: 401 OAuth2
/oauth2, Bearer t: 200
/oidc, none: 401 OpenID
/oidc, Bearer t: 200
/http, bearer t: 401 Bearer
/optional, none: 200
/optional, Basic YTpi: 401 None,Bearer' ]] || { echo "This has changed."; exit 1; }

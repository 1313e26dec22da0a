#!/usr/bin/env bash
# The npm package oidc-provider publishes keys, so an API might verify access tokens with them. But
# a token is 43 random characters, which only the provider can read. Setting a resource server's
# tokens to JWT changes nothing by itself: each request must also name the resource, or there must
# be a default one. A request that does not gets 200 and a token all the same. And no header of
# /jwks says how long its keys may be kept.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

npm install --silent --no-audit --no-fund oidc-provider@9.13.3

cat > ask.mjs <<'JS'
import http from 'node:http';
import { Provider } from 'oidc-provider';

const resource = 'https://orders.example';
const server = { scope: 'read', audience: 'orders', accessTokenFormat: 'jwt' };
const resourceIndicators = { enabled: true, getResourceServerInfo: () => server };
const cases = {
  'no resource server': {},
  'a resource server with JWT': { resourceIndicators },
  'and as default': {
    resourceIndicators: { ...resourceIndicators, defaultResource: () => resource },
  },
};

async function ask(name, features, named) {
  const listener = http.createServer().listen(0, '127.0.0.1');
  await new Promise((done) => listener.once('listening', done));
  const issuer = `http://127.0.0.1:${listener.address().port}`;
  const client = {
    client_id: 'c', client_secret: 's', grant_types: ['client_credentials'],
    redirect_uris: [], response_types: [],
  };
  const configuration = {
    clients: [client], features: { clientCredentials: { enabled: true }, ...features },
    ttl: { ClientCredentials: 600 },
  };
  listener.on('request', new Provider(issuer, configuration).callback());
  const body = new URLSearchParams({ grant_type: 'client_credentials' });
  if (named) body.set('resource', resource);
  const authorization = `Basic ${btoa('c:s')}`;
  const request = { method: 'POST', headers: { authorization }, body };
  const answer = await fetch(`${issuer}/token`, request);
  const token = (await answer.json()).access_token;
  const parts = token.split('.').length;
  console.log(`${name}: ${answer.status},`, parts === 3 ? 'a JWT' : `${token.length} characters`);
  const keys = await fetch(`${issuer}/jwks`);
  const known = ['cache-control', 'etag', 'expires', 'last-modified', 'age'];
  listener.close();
  return known.filter((header) => keys.headers.has(header));
}

let headers;
for (const [name, features] of Object.entries(cases)) headers = await ask(name, features, false);
await ask('a resource server with JWT, which the request names', { resourceIndicators }, true);
console.log(`headers of /jwks on its age: ${headers.join(' ') || 'none'}`);
process.exit();
JS

seen=$(node ask.mjs 2> notices.txt)
echo "guess: an access token is a JWT, which the keys at /jwks verify, or the request is refused"
echo "seen, oidc-provider 9.13.3, for client credentials:"
echo "$seen"
[[ $seen == 'no resource server: 200, 43 characters
a resource server with JWT: 200, 43 characters
and as default: 200, a JWT
a resource server with JWT, which the request names: 200, a JWT
headers of /jwks on its age: none' ]] || { echo "This has changed."; exit 1; }

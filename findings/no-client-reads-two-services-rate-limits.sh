#!/usr/bin/env bash
# Many services tell clients in headers what is left of a limit. X-RateLimit-Reset is a point in
# time by express-rate-limit and a number of seconds by @fastify/rate-limit. The IETF's drafts took
# off the "X-", and then changed the syntax twice: RateLimit is a dictionary in draft 7 and a list
# in draft 8, and a parser of one refuses the other. "standardHeaders: true" means draft 6, which
# has no such header.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

npm install --silent --no-audit --no-fund express@5.3.0 express-rate-limit@8.7.5 fastify@5.12.8 \
  @fastify/rate-limit@11.2.0 structured-headers@2.1.0

cat > limits.mjs <<'JS'
import limitOfFastify from '@fastify/rate-limit';
import express from 'express';
import { rateLimit } from 'express-rate-limit';
import Fastify from 'fastify';
import { parseDictionary, parseList } from 'structured-headers';

const attempt = (parse, text) => {
  try { parse(text); return 'read'; } catch { return 'refused'; }
};
const show = (name, headers) => {
  const sorted = Object.keys(headers).filter((key) => /^(x-)?ratelimit/.test(key)).sort();
  for (const key of sorted) {
    const value = String(headers[key]);
    const shown = value.replace(/^1[0-9]{9}$/, 'a time of Unix').replace(/:.*:/, ':KEY:');
    console.log(`${name} ${key}: ${shown}`);
    if (key === 'ratelimit') {
      console.log(`  as a dictionary: ${attempt(parseDictionary, value)},`,
                  `as a list: ${attempt(parseList, value)}`);
    }
  }
};

const fastify = Fastify();
await fastify.register(limitOfFastify, { max: 2, timeWindow: 60000 });
fastify.get('/', async () => 'ok');
show('fastify', (await fastify.inject('/')).headers);

for (const standardHeaders of [false, true, 'draft-7', 'draft-8']) {
  const app = express();
  const legacyHeaders = !standardHeaders;
  app.use(rateLimit({ windowMs: 60000, limit: 2, standardHeaders, legacyHeaders }));
  app.get('/', (_, response) => response.send('ok'));
  const server = app.listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const response = await fetch(`http://127.0.0.1:${server.address().port}/`);
  show(`express ${standardHeaders}`, Object.fromEntries(response.headers));
  server.close();
}
process.exit();
JS

seen=$(node limits.mjs)
echo "guess: one client reads what is left, and until when, from each of them"
echo "seen, 2 requests a minute, @fastify/rate-limit 11.2.0, and express-rate-limit 8.7.5 with" \
  "standardHeaders false to draft-8:"
echo "$seen"
[[ $seen == 'fastify x-ratelimit-limit: 2
fastify x-ratelimit-remaining: 1
fastify x-ratelimit-reset: 60
express false x-ratelimit-limit: 2
express false x-ratelimit-remaining: 1
express false x-ratelimit-reset: a time of Unix
express true ratelimit-limit: 2
express true ratelimit-policy: 2;w=60
express true ratelimit-remaining: 1
express true ratelimit-reset: 60
express draft-7 ratelimit: limit=2, remaining=1, reset=60
  as a dictionary: read, as a list: refused
express draft-7 ratelimit-policy: 2;w=60
express draft-8 ratelimit: "2-in-1min"; r=1; t=60
  as a dictionary: refused, as a list: read
express draft-8 ratelimit-policy: "2-in-1min"; q=2; w=60; pk=:KEY:' ]] ||
  { echo "This has changed."; exit 1; }

#!/usr/bin/env bash
# A route of Playwright's context imitates a backend, so that a test needs none. It applies to a
# page and to its workers, but not to its shared workers: of these it only gets the script. What a
# shared worker fetches goes to the real server, and no event tells of it, neither the page's nor
# the context's. A test that counts or forbids requests misses them in silence.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

command -v chromium > /dev/null || { echo "This needs Debian's package chromium."; exit 2; }
npm install --silent --no-audit --no-fund playwright-core@1.65.1

cat > test.cjs <<'JS'
const http = require('http');
const { chromium } = require('playwright-core');

const ask = (who) => `await (await fetch('/data?by=${who}')).text()`;
const files = {
  '/': ['text/html', `<script type="module">
    const answers = [${ask('page')}];
    const worker = new Worker('worker.js');
    answers.push(await new Promise((done) => { worker.onmessage = (m) => done(m.data); }));
    const shared = new SharedWorker('shared_worker.js');
    answers.push(await new Promise((done) => { shared.port.onmessage = (m) => done(m.data); }));
    window.answers = answers;
  </script>`],
  '/worker.js': ['text/javascript', `(async () => postMessage(${ask('worker')}))();`],
  '/shared_worker.js': ['text/javascript',
    `onconnect = async (event) => event.ports[0].postMessage(${ask('shared_worker')});`],
};
const server = http.createServer((request, answer) => {
  const [type, body] = files[request.url] ?? ['text/plain', 'real'];
  answer.setHeader('content-type', type).end(body);
});

server.listen(0, '127.0.0.1', async () => {
  const browser = await chromium.launch({ executablePath: process.argv[2] });
  const context = await browser.newContext();
  const reported = [];
  context.on('request', (request) => reported.push(new URL(request.url())));
  await context.route('**/data*', (route) => route.fulfill({ body: 'imitated' }));
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const answers = await (await page.waitForFunction(() => window.answers)).jsonValue();
  ['page', 'worker', 'shared_worker'].forEach((who, i) => {
    const seen = reported.some((url) => url.searchParams.get('by') === who);
    console.log(`${who}: ${answers[i]} answer, ${seen ? 'an event' : 'no event'}`);
  });
  const script = reported.some((url) => url.pathname === '/shared_worker.js');
  console.log(`script of the shared worker: ${script ? 'an event' : 'no event'}`);
  await browser.close();
  server.close();
});
JS

seen=$(node test.cjs "$(command -v chromium)")
version=$(chromium --version 2> /dev/null | grep --only-matching '^Chromium [0-9]*')
echo "guess: a context's route and events are for all requests of its pages and workers"
echo "seen, playwright-core 1.65.1, $version, who got which answer:"
echo "$seen"
[[ $seen == 'page: imitated answer, an event
worker: imitated answer, an event
shared_worker: real answer, no event
script of the shared worker: an event' ]] || { echo "This has changed."; exit 1; }

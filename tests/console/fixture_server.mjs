// Serves the console's page with a lively imitation of its API, for work on the page and for its
// tests. It needs node only. The same seed gives the same stories.
//
//   node tests/console/fixture_server.mjs [--port N] [--seed N] [--modes WORD,...] [--page FOLDER]
//
// The modes: empty, error (every answer is 500), slow (answers take two seconds), load (20,000
// records/s), markup (everything that comes from outside has markup and controls), many (500
// operations), down (no broker), esm (no API), refused (the token is wrong), silent (no stream).
// GET /fixture?modes=WORD,... begins again with other modes.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OPERATIONS, Problem } from './fixture/operations.mjs';
import { stateOf } from './fixture/state.mjs';
import { World } from './fixture/world.mjs';

const PAGE = join(dirname(fileURLToPath(import.meta.url)), '../../src/local/console/page');
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml', '.txt': 'text/plain' };
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
  "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Is the token that the fixture takes. */
export const TOKEN = 'fixture-token';

function answer(response, status, type, body) {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(body);
}

async function serveFile(folder, path, response) {
  const name = normalize(path === '/' ? '/index.html' : path);
  try {
    const body = await readFile(join(folder, name));
    response.setHeader('content-security-policy', POLICY);
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('referrer-policy', 'no-referrer');
    answer(response, 200, TYPES[extname(name)] ?? 'application/octet-stream', body);
  } catch {
    answer(response, 404, 'text/plain', 'There is no such file.\n');
  }
}

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  const text = Buffer.concat(parts).toString('utf8');
  return text === '' ? {} : JSON.parse(text);
}

async function operate(world, request, url) {
  if (world.has('slow')) await new Promise((resolve) => { setTimeout(resolve, 2000); });
  if (world.has('error')) {
    throw new Problem(500, 'Internal Server Error', 'The imitation was asked to fail.');
  }
  const changes = request.method !== 'GET';
  if (changes && (world.has('refused') || request.headers['x-penstock-token'] !== TOKEN)) {
    throw new Problem(403, 'Forbidden', 'The token is missing or wrong. Open the URL that ' +
      '`penstock_local` has printed.');
  }
  for (const [method, path, run] of OPERATIONS) {
    const match = path.exec(url.pathname);
    if (match && method === request.method) {
      const body = changes ? await bodyOf(request) : {};
      return run(world, match.slice(1).map(decodeURIComponent), url.searchParams, body);
    }
  }
  throw new Problem(404, 'Not Found', `The console has no ${request.method} ${url.pathname}.`);
}

async function serveApi(world, request, url, response) {
  try {
    answer(response, 200, 'application/json',
      JSON.stringify(await operate(world, request, url)));
  } catch (problem) {
    const { status = 500, title = 'Internal Server Error' } = problem;
    answer(response, status, 'application/problem+json', JSON.stringify(
      { type: 'about:blank', title, status, detail: problem.detail ?? String(problem) }));
  }
}

function openStream(fixture, url, response) {
  if (fixture.world.has('error')) {
    answer(response, 500, 'application/problem+json', '{"title":"Internal Server Error"}');
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const stories = url.searchParams.get('stories') !== 'false';
  const client = { response, stories };
  fixture.clients.add(client);
  response.on('close', () => fixture.clients.delete(client));
  if (!fixture.world.has('silent')) sendEvent(response, 'state', stateOf(fixture.world));
}

function sendEvent(response, name, value) {
  response.write(`event: ${name}\ndata: ${JSON.stringify(value)}\n\n`);
}

function tick(fixture) {
  const { world } = fixture;
  const list = world.advance(Date.now());
  const second = Math.floor(world.now / 1000);
  for (const { response, stories } of fixture.clients) {
    if (world.has('silent')) continue;
    if (second !== fixture.second) sendEvent(response, 'state', stateOf(world));
    if (stories && (list.stories.length > 0 || list.left_out > 0)) {
      sendEvent(response, 'stories', list);
    }
  }
  fixture.second = second;
}

/**
 * Serves on the loopback address and returns {url, world, setModes, close}. `port` 0 is any port.
 */
export async function startFixture({ port = 0, seed = 1, modes = [], page = PAGE } = {}) {
  const fixture = { world: new World({ seed, modes }), clients: new Set(), second: 0 };
  const setModes = (words) => { fixture.world = new World({ seed, modes: words }); };
  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://fixture');
    if (url.pathname === '/fixture') {
      setModes((url.searchParams.get('modes') ?? '').split(',').filter(Boolean));
      answer(response, 200, 'text/plain', 'It begins again.\n');
    } else if (url.pathname === '/api/stream') {
      openStream(fixture, url, response);
    } else if (url.pathname.startsWith('/api/')) {
      serveApi(fixture.world, request, url, response);
    } else {
      serveFile(page, url.pathname, response);
    }
  });
  await new Promise((resolve) => { server.listen(port, '127.0.0.1', resolve); });
  const timer = setInterval(() => tick(fixture), 250);
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    get world() { return fixture.world; },
    get clients() { return fixture.clients; },
    setModes,
    close: () => {
      clearInterval(timer);
      server.closeAllConnections();
      return new Promise((resolve) => { server.close(resolve); });
    },
  };
}

function option(name, fallback) {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : process.argv[at + 1];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const fixture = await startFixture({
    port: Number(option('port', 8002)), seed: Number(option('seed', 1)),
    modes: option('modes', '').split(',').filter(Boolean), page: option('page', PAGE) });
  process.stdout.write(`${fixture.url}/#token=${TOKEN}\n`);
}

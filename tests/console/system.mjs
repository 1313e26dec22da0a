// Runs `penstock_local`, and calls the API of its console as curl would.
import { spawn } from 'node:child_process';
import http from 'node:http';
import net from 'node:net';
import { check, Fault, Over, until } from './report.mjs';

const kStartMs = 120_000;

/** Returns ports that were free just now. */
export async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, () =>
      new Promise((resolve, reject) => {
        const server = net.createServer().once('error', reject);
        server.listen(0, '127.0.0.1', () => resolve(server));
      })),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

/** Sends a request and returns {status, headers, text}, with any header, such as Host. */
export function ask(url, { method = 'GET', headers = {}, body, timeoutMs = 60_000 } = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, headers, timeout: timeoutMs }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => resolve({
        status: response.statusCode,
        headers: response.headers,
        text: Buffer.concat(parts).toString(),
      }));
    });
    request.on('error', reject);
    request.on('timeout', () => request.destroy(new Fault(`${method} ${url}: no answer`)));
    request.end(body);
  });
}

/** Is a running `penstock_local` with a console. */
export class System {
  text = '';

  /** Starts the program with these arguments, and waits until it has printed the console's URL. */
  static async start(program, args, environment = {}) {
    const system = new System();
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'));
    system.process = spawn(program, args, {
      env: { ...Object.fromEntries(inherited), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [system.process.stdout, system.process.stderr]) {
      stream.on('data', (part) => {
        system.text = (system.text + part).slice(-1_000_000);
      });
    }
    system.ended = new Promise((resolve) => {
      system.process.on('close', (code) => resolve(code));
    });
    const url = await until(() => {
      if (system.process.exitCode !== null) throw new Over('the program has ended');
      return /http:\/\/127\.0\.0\.1:(\d+)\/#token=([\w-]+)/.exec(system.text);
    }, 'the URL of the console is printed', kStartMs).catch((error) => {
      system.process.kill('SIGKILL');
      throw new Fault(`${error.message}\n${system.text}`);
    });
    [system.url, system.port, system.token] = [url[0], Number(url[1]), url[2]];
    system.origin = `http://127.0.0.1:${system.port}`;
    return system;
  }

  /** Calls an operation of the console's API with the token, and returns its JSON. */
  async call(method, path, body) {
    const answer = await this.ask(method, path, body);
    check(answer.status === 200, `${method} ${path}: ${answer.status} ${answer.text}`);
    return JSON.parse(answer.text);
  }

  ask(method, path, body, headers = {}) {
    return ask(this.origin + path, {
      method,
      headers: {
        'x-penstock-token': this.token,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      timeoutMs: 320_000,
    });
  }

  get(path) {
    return this.call('GET', path);
  }

  /** Sends a request to the service through the console, and returns what the console says. */
  send(method, target, body) {
    const headers = body === undefined ? [] : [{ name: 'content-type', value: 'application/json' }];
    return this.call('POST', '/api/requests', {
      method, target, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async stop() {
    this.process.kill('SIGTERM');
    const timer = setTimeout(() => this.process.kill('SIGKILL'), 60_000);
    const status = await this.ended;
    clearTimeout(timer);
    return status;
  }
}

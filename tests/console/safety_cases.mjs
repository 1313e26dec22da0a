// Another site's page can neither read nor change anything, and the token never leaves the URL.
import { ask } from './system.mjs';
import { check } from './report.mjs';

const kFault = '/api/faults/function-kill';

export async function runSafetyCases(report, system) {
  const own = system.origin;
  const refused = async (what, headers, path = '/api/state', method = 'GET') => {
    const answer = await ask(own + path, { method, headers });
    check([400, 403, 421].includes(answer.status),
      `${what}: ${method} ${path} has ${answer.status} ${answer.text.slice(0, 200)}`);
    check(!answer.text.includes('"now_ms"'), `${what} can read the state`);
    check(!answer.headers['access-control-allow-origin'], `${what} gets a permission`);
  };

  await report.run('only requests for this machine\'s own names are answered', async () => {
    for (const host of ['example.com', `example.com:${system.port}`, '127.0.0.1:1', '127.0.0.1',
      `127.0.0.1.example.com:${system.port}`, `0.0.0.0:${system.port}`]) {
      for (const path of ['/', '/api/state', '/api/stream']) {
        await refused(`Host ${host}`, { host }, path);
      }
    }
    for (const host of [`127.0.0.1:${system.port}`, `localhost:${system.port}`]) {
      const answer = await ask(`${own}/api/state`, { headers: { host } });
      check(answer.status === 200, `Host ${host} has ${answer.status}`);
    }
  });

  await report.run('the page of another site reads nothing', async () => {
    for (const origin of ['http://example.com', 'https://127.0.0.1', 'null',
      `http://127.0.0.1:${system.port + 1}`]) {
      await refused(`Origin ${origin}`, { origin });
      await refused(`Origin ${origin} with the token`,
        { origin, 'x-penstock-token': system.token }, kFault, 'POST');
    }
    await refused('a request across sites', { 'sec-fetch-site': 'cross-site' });
    const answer = await ask(`${own}/api/state`, { headers: { origin: own } });
    check(answer.status === 200, `our own page has ${answer.status}`);
  });

  await report.run('what changes something needs the token', async () => {
    const others = [{}, { 'x-penstock-token': '' },
      { 'x-penstock-token': `${system.token}x` },
      { 'x-penstock-token': system.token.replace(/.$/, (end) => (end === 'a' ? 'b' : 'a')) }];
    for (const headers of others) {
      for (const [method, path] of [['POST', kFault], ['DELETE', kFault],
        ['POST', '/api/requests'], ['POST', '/api/clients'], ['POST', '/api/invocations'],
        ['POST', '/api/topics/x/records'],
        ['POST', '/api/failures/1/redrive']]) {
        const answer = await ask(own + path, {
          method, headers: { ...headers, 'content-type': 'application/json' }, body: '{}',
        });
        check(answer.status === 403, `${method} ${path} without the token: ${answer.status}`);
        check(answer.headers['content-type'] === 'application/problem+json',
          `${method} ${path}: ${answer.headers['content-type']}`);
      }
    }
  });

  await report.run('the page allows no other source and no frame', async () => {
    const answer = await ask(own);
    check(answer.status === 200, `the page has ${answer.status}`);
    const policy = answer.headers['content-security-policy'] ?? '';
    for (const rule of ["default-src 'none'", "frame-ancestors 'none'", "script-src 'self'"]) {
      check(policy.includes(rule), `the policy has no ${rule}: ${policy}`);
    }
    check(!/script-src[^;]*unsafe/.test(policy), policy);
    check(answer.headers['x-content-type-options'] === 'nosniff', 'nosniff is missing');
    check(!answer.text.includes(system.token), 'the page has the token');
    const state = await system.ask('GET', '/api/state');
    check(!state.text.includes(system.token), 'the state has the token');
  });
}

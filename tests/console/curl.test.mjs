import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { curlOf, quote } from '../../src/local/console/page/send/curl.js';

// Returns the words that a shell makes of a command, with `curl` replaced by a printer of them.
function words(command, environment = {}) {
  const script = `curl() { for word; do printf '%s\\0' "$word"; done; }\n${command}\n`;
  const out = execFileSync('/bin/sh', ['-c', script], { env: environment, encoding: 'utf8' });
  return out.split('\0').slice(0, -1);
}

test('AShellReadsEachWordAsItIs', () => {
  for (const text of ["it's", 'a b', '$HOME `id` "x" \\ !', "'", '', 'line\nline', '*', '~', 'ä#',
    "'\\''", '-n', '(x) | y; z & w < v > u']) {
    assert.deepEqual(words(`curl ${quote(text)}`), [text]);
  }
});

test('ARequestIsOneCommand', () => {
  const command = curlOf({ url: 'http://127.0.0.1:8000/a?p[x]=1&q=\'', method: 'POST',
    headers: [{ name: 'content-type', value: 'application/json' }, { name: 'x', value: '' }],
    body: '@{"a":"it\'s"}' });
  assert.deepEqual(words(command), ['-i', '-H', 'content-type: application/json', '-H', 'x;',
    '--data-raw', '@{"a":"it\'s"}', '-g', 'http://127.0.0.1:8000/a?p[x]=1&q=\'']);
});

test('MethodsAreNamedWhereCurlWouldTakeAnother', () => {
  const of = (method, body) => words(curlOf({ url: 'http://h/', method, body })).slice(0, 3);
  assert.deepEqual(of('GET'), ['-i', 'http://h/']);
  assert.deepEqual(of('HEAD'), ['-I', 'http://h/']);
  assert.deepEqual(of('POST'), ['-i', '-X', 'POST']);
  assert.deepEqual(of('PUT', 'x'), ['-i', '-X', 'PUT']);
  assert.deepEqual(of('GET', 'x'), ['-i', '-X', 'GET']);
});

test('ASecretIsAVariableOfTheShell', () => {
  const command = curlOf({ url: 'http://h/', method: 'GET', headers: [
    { name: 'authorization', prefix: 'Bearer ', variable: 'TOKEN', value: 'secret' }] });
  assert.ok(!command.includes('secret'));
  assert.deepEqual(words(command, { TOKEN: 'a b' }),
    ['-i', '-H', 'authorization: Bearer a b', 'http://h/']);
});

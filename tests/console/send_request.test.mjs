import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formOf, writeBody } from '../../src/local/console/page/send/body_text.js';
import { detailsOf, matches, operationsOf }
  from '../../src/local/console/page/send/contract_model.js';
import { proofsOf, subjectsOf } from '../../src/local/console/page/send/proofs.js';
import { draftOf, requestOf } from '../../src/local/console/page/send/request.js';

function one(operation, more = {}) {
  const contract = { openapi: '3.1.0', paths: { '/notes/{id}': { post: operation } }, ...more };
  const [found] = operationsOf(contract);
  const details = detailsOf(contract, found);
  return { operation: found, details, draft: draftOf(contract, details) };
}

const kNote = { type: 'object', required: ['title'], properties: {
  title: { type: 'string', example: 'Milk' },
  tags: { type: 'array', items: { type: 'string' } } } };

test('AFormBeginsWithExamplesAndDefaults', () => {
  const { operation, details, draft } = one({
    parameters: [
      { name: 'id', in: 'path', required: true, schema: { type: 'integer', minimum: 7 } },
      { name: 'limit', in: 'query', schema: { type: 'integer', default: 20 } },
      { name: 'old', in: 'query', deprecated: true, schema: { type: 'integer', default: 1 } },
      { name: 'x-request-id', in: 'header', schema: { type: 'string' } }],
    requestBody: { content: { 'application/json': { schema: kNote } } } });
  const { request } = requestOf(operation, details, draft);
  assert.equal(request.method, 'POST');
  assert.equal(request.target, '/notes/7?limit=20');
  assert.deepEqual(request.headers, [{ name: 'content-type', value: 'application/json' }]);
  assert.deepEqual(JSON.parse(request.body), { title: 'Milk' });
});

test('WhatBreaksTheContractIsSentAsItIs', () => {
  const { operation, details, draft } = one({
    parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } },
      { name: 'limit', in: 'query', required: true, schema: { type: 'integer', maximum: 5 } }],
    requestBody: { content: { 'application/json': { schema: kNote } } } });
  draft.values['path id'] = 'seven';
  draft.values['query limit'] = undefined;
  draft.text = '{"title":';
  const { request } = requestOf(operation, details, draft);
  assert.equal(request.target, '/notes/seven');
  assert.equal(request.body, '{"title":');
  draft.values['path id'] = undefined;
  assert.throws(() => requestOf(operation, details, draft), /"id"/);
});

test('EachSchemeOfEachAlternativeIsOfferedOnce', () => {
  const { details } = one({ security: [{}, { key: [] }, { key: [], login: ['a'] }] },
    { components: { securitySchemes: { key: { type: 'apiKey', in: 'query', name: 'k' },
      login: { type: 'oauth2', flows: {} } } } });
  assert.deepEqual(details.alternatives, [['key'], ['key', 'login']]);
  assert.deepEqual(details.credentials.map(({ title, name }) => [title, name]),
    [['key', 'k'], ['login', 'authorization']]);
});

test('ASecretIsSentButNotInTheCommand', () => {
  for (const scheme of [{ type: 'apiKey', in: 'header', name: 'x-key' },
    { type: 'apiKey', in: 'query', name: 'key' }, { type: 'apiKey', in: 'cookie', name: 'key' },
    { type: 'http', scheme: 'bearer' }, { type: 'http', scheme: 'basic' }]) {
    const { operation, details, draft } = one({ security: [{ 'my-key': [] }],
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }] },
    { components: { securitySchemes: { 'my-key': scheme } } });
    draft.secrets['my-key'] = 'ann:s3cret';
    const { request, shown } = requestOf(operation, details, draft);
    assert.match(JSON.stringify(request), /ann:s3cret|ann%3As3cret|YW5uOnMzY3JldA==/);
    assert.doesNotMatch(JSON.stringify(shown), /s3cret|YW5uOnMzY3JldA/);
    assert.match(JSON.stringify(shown), /MY_KEY/);
  }
});

const kClients = [
  { scheme: 'key', subject: 'test', in: 'header', name: 'X-Key', value: 'k1' },
  { scheme: 'login', subject: 'test', in: 'header', name: 'Authorization', value: 'Bearer t1' },
  { scheme: 'staff', subject: 'test', in: 'header', name: 'Authorization', value: 'Basic s1' },
  { scheme: 'sid', subject: 'test', in: 'cookie', name: 'sid', value: 'c1' },
  { scheme: 'query', subject: 'test', in: 'query', name: 'q', value: 'q&1' },
  { scheme: 'login', subject: 'limited', in: 'header', name: 'Authorization', value: 'Bearer t2' }];

function values(security, subject) {
  return proofsOf({ security: [{ key: [] }] }, { security }, kClients, subject)
    .map(({ value }) => value);
}

test('ATestCredentialMeetsTheFirstAlternativeThatOneRequestCanMeet', () => {
  assert.deepEqual(subjectsOf(kClients), ['test', 'limited']);
  assert.deepEqual(values(undefined, 'test'), ['k1']);
  assert.deepEqual(values([], 'test'), []);
  assert.deepEqual(values([{}], 'test'), []);
  assert.deepEqual(values([{}, { key: [], login: ['a'] }], 'limited'),
    ['k1', 'Bearer t2']);
  assert.deepEqual(values([{ staff: [], login: [] }, { unknown: [] }, { sid: [] }], 'test'),
    ['c1']);
});

test('ATestCredentialIsInTheRequestAndInTheCommand', () => {
  const { operation, details, draft } = one({ security: [{ sid: [], query: [], login: [] }],
    parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }] },
  { components: { securitySchemes: { sid: { type: 'apiKey', in: 'cookie', name: 'sid' } } } });
  draft.secrets.sid = 'of-somebody-else';
  draft.proofs = proofsOf({}, operation.raw, kClients, 'limited');
  const { request, shown } = requestOf(operation, details, draft);
  for (const { target, headers } of [request, shown]) {
    assert.match(target, /\?q=q%261$/);
    assert.deepEqual(headers, [{ name: 'cookie', value: 'sid=c1' },
      { name: 'Authorization', value: 'Bearer t2' }]);
  }
  draft.proofs = [];
  assert.deepEqual(requestOf(operation, details, draft).request.headers, []);
});

test('ABodyIsWrittenByItsMediaType', () => {
  const value = { a: 'x y&', list: [1, 2], inner: { b: true }, none: undefined };
  assert.equal(writeBody('application/x-www-form-urlencoded', value).text,
    'a=x+y%26&list=1&list=2&inner=%7B%22b%22%3Atrue%7D');
  const parts = writeBody('multipart/form-data', { 'a"': 'x', b: 'penstock-part' });
  const [, boundary] = /boundary=(.*)$/.exec(parts.type);
  assert.ok(!'penstock-part'.includes(boundary));
  assert.equal(parts.text.split(`--${boundary}`).length, 4);
  assert.match(parts.text, /name="a%22"\r\n\r\nx\r\n/);
  assert.equal(writeBody('text/plain', 'hello').text, 'hello');
  assert.equal(formOf('application/problem+json; charset=utf-8'), 'json');
  assert.equal(formOf('text/csv'), 'text');
});

test('ASearchNeedsAllItsWords', () => {
  const { operation } = one({ operationId: 'add_note', summary: 'Adds a note', tags: ['Home'] });
  assert.ok(matches(operation, 'post NOTE home'));
  assert.ok(!matches(operation, 'post order'));
  assert.ok(matches(operation, ''));
});

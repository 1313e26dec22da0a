import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { History, kSeconds, kSeries } from '../../src/local/console/page/chain/history.js';

const { fetch } = globalThis;
afterEach(() => { globalThis.fetch = fetch; });

function serve(rows) {
  globalThis.fetch = async () => new Response(JSON.stringify(rows));
}

// Rows of these seconds, whose series all have the second's number.
function rowsAt(seconds) {
  return { at_s: seconds, ...Object.fromEntries(kSeries.map((name) => [name, seconds])) };
}

// A state with this second, whose series all have `value`.
function stateAt(second, value = 10) {
  return { second: { at_s: second, ...Object.fromEntries(kSeries.map((name) => [name, value])) } };
}

test('AStateAddsItsSecond', () => {
  const history = new History();
  history.append({});
  history.append(stateAt(100, 3));
  history.append({ second: { at_s: 101, requests: 4, p99_ms: null } });
  assert.deepEqual(history.at, [100, 101]);
  assert.deepEqual(history.series.requests, [3, 4]);
  assert.deepEqual(history.series.p99_ms, [3, null]);
  assert.deepEqual(history.series.lag, [3, null]);
});

test('SecondsWithoutAStateAreAGap', () => {
  const history = new History();
  history.append(stateAt(100));
  history.append(stateAt(110));
  assert.deepEqual(history.at, [100, 101, 110]);
  assert.deepEqual(history.series.requests, [10, null, 10]);
});

test('TwoStatesOfOneSecondAreOneRow', () => {
  const history = new History();
  history.append(stateAt(100));
  history.append(stateAt(100));
  history.append(stateAt(99));
  assert.deepEqual(history.at, [100]);
});

test('OldRowsGo', () => {
  const history = new History();
  for (let second = 0; second < 3 * kSeconds; second += 1) {
    history.append(stateAt(second));
  }
  assert.equal(history.at.length, kSeconds);
  for (const name of kSeries) {
    assert.equal(history.series[name].length, kSeconds);
  }
  history.append(stateAt(100_000));
  assert.deepEqual(history.at, [100_000]);
});

test('WhatTheServerHasReplacesTheRows', async () => {
  const history = new History();
  history.append(stateAt(5));
  serve(rowsAt([10, 11, 20]));
  await history.load();
  assert.deepEqual(history.at, [10, 11, 12, 20]);
  assert.deepEqual(history.series.lag, [10, 11, null, 20]);
  history.append(stateAt(21));
  assert.deepEqual(history.at, [10, 11, 12, 20, 21]);
});

test('TheServerMayHaveMoreRowsThanAreShown', async () => {
  const history = new History();
  serve(rowsAt(Array.from({ length: 2000 }, (_, second) => second)));
  await history.load();
  assert.equal(history.at.length, kSeconds);
  assert.equal(history.at.at(-1), 1999);
});

test('ARefusalOfTheServerIsAnErrorForTheUser', async () => {
  globalThis.fetch = async () => new Response('{"title":"Not now","detail":"It starts."}',
    { status: 503 });
  await assert.rejects(new History().load(),
    { title: 'Not now', detail: 'It starts.', status: 503 });
});

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

function stateAt(second, { handled = 0, invocations = 0, lag = 5 } = {}) {
  return {
    now_ms: second * 1000 + 20,
    api: { requests_per_s: 10, errors_per_s: 1, p50_ms: 2, p99_ms: null },
    topics: [
      { name: 'a', own: true, events_per_s: 4, partitions: [{ lag }, { lag: null }] },
      { name: 'b', own: false, events_per_s: 100, partitions: [{ lag: 1000 }] },
    ],
    mappings: [{ handled, retries: 1, given_up: 0 }, { handled: 0, retries: 1, given_up: 2 }],
    function: { invocations },
  };
}

test('AStateIsARowWithWhatHasGrownSinceTheLast', () => {
  const history = new History();
  history.append(stateAt(100, { handled: 50, invocations: 5 }));
  history.append(stateAt(102, { handled: 90, invocations: 7 }));
  assert.deepEqual(history.at, [100, 102]);
  const last = Object.fromEntries(kSeries.map((name) => [name, history.series[name].at(-1)]));
  assert.deepEqual(last, { requests: 10, errors: 1, p50_ms: 2, p99_ms: null, events: 4, handled: 20,
    lag: 5, invocations: 1, retries: 0, given_up: 0 });
  assert.equal(history.series.handled[0], null);
});

test('ARestartIsNoNegativeRate', () => {
  const history = new History();
  history.append(stateAt(100, { handled: 50 }));
  history.append(stateAt(101, { handled: 3 }));
  assert.equal(history.series.handled.at(-1), null);
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
  await assert.rejects(new History().load(), { title: 'Not now', detail: 'It starts.', status: 503 });
});

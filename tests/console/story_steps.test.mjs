import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barsOf, logSummary, spanOf, whatIsOpen }
  from '../../src/local/console/page/stories/story_steps.js';

test('ABarReachesFromTheStepBefore', () => {
  const steps = [{ at_ms: 100 }, { at_ms: 110 }, { at_ms: null }, { at_ms: 140 }];
  const span = spanOf(steps);
  assert.deepEqual(span, { from: 100, to: 140 });
  assert.deepEqual(barsOf(steps, span),
    [{ left: 0, width: 0 }, { left: 0, width: 25 }, null, { left: 25, width: 75 }]);
});

test('TimesThatAreNotKnownOrNotInOrderHaveNoNegativeBar', () => {
  assert.equal(spanOf([{ at_ms: null }, {}]), null);
  assert.deepEqual(barsOf([{ at_ms: null }], null), [null]);
  const steps = [{ at_ms: 10 }, { at_ms: 5 }, { at_ms: 20 }];
  for (const { left, width } of barsOf(steps, spanOf(steps))) {
    assert.ok(left >= 0 && width >= 0 && left + width <= 100.001);
  }
});

test('WhatIsNotKnownIsSaid', () => {
  const state = { topics: [{ name: 'events', own: true }, { name: 'audit', own: false }],
    mappings: [{ topic: 'events', state: 'running', reason: '' }] };
  const open = { kind: 'request', ended: false, outcome: 'stored', topic: 'events', steps: [] };
  assert.match(whatIsOpen(open, state), /waits until the mapping reads it/);
  assert.match(whatIsOpen({ ...open, topic: 'audit' }, state), /No mapping .* reads audit/);
  const down = { ...state, mappings: [{ topic: 'events', state: 'down', reason: 'It broke.' }] };
  assert.match(whatIsOpen(open, down), /does not run\. It broke\./);
  assert.match(whatIsOpen({ ...open, kind: 'record', ended: true }, state), /not known/);
  assert.equal(whatIsOpen({ ...open, ended: true }, state), null);
});

test('ALogLineIsSummedUpByWhatTellsItFromOthers', () => {
  const line = { timestamp: '2026-12-01T00:00:00Z', level: 'INFO', requestId: '1', type: 'ORDER',
    value: { id: 'tea' } };
  assert.equal(logSummary(JSON.stringify(line)), 'ORDER {"id":"tea"}');
  assert.equal(logSummary('{"level":"ERROR","message":"no stock","item":"tea"}'),
    'ERROR no stock {"item":"tea"}');
  assert.equal(logSummary('{"type":"METRICS","_aws":{"Timestamp":1},"Records":1}'),
    'METRICS {"Records":1}');
  for (const text of ['{no JSON', '[1]', '{"a":1}', '{"level":"INFO"}']) {
    assert.equal(logSummary(text), text);
  }
});

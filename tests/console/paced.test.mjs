import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { paced } from '../../src/local/console/page/dom.js';

const kFrame = 16;
let cost = 0;
let drawn;
let begin = 0;

// Frames come each 16 ms, and drawing takes `cost` milliseconds of the clock.
function pass(milliseconds) {
  for (const end = begin + milliseconds; begin < end; begin += 1) {
    mock.timers.tick(1);
  }
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout'] });
  mock.method(performance, 'now', () => begin);
  globalThis.requestAnimationFrame = (run) => setTimeout(run, kFrame);
  globalThis.cancelAnimationFrame = (request) => clearTimeout(request);
  drawn = [];
  begin = 0;
});

const draw = () => {
  drawn.push(begin);
  begin += cost;
};

test('WhatIsCheapToDrawIsDrawnAsOftenAsItMayBe', () => {
  cost = 1;
  const ask = paced(draw, () => 200);
  for (let i = 0; i < 100; ++i) {
    ask();
    pass(10);
  }
  assert.ok(drawn.length >= 4 && drawn.length <= 5, `${drawn}`);
});

test('WhatTakesLongToDrawIsDrawnForATenthOfTheTime', () => {
  cost = 100;
  const ask = paced(draw, () => 200);
  while (begin < 10_000) {
    ask();
    pass(10);
  }
  assert.ok(drawn.length >= 9 && drawn.length <= 10, `${drawn}`);
});

test('ItIsDrawnAtOnceForItsUserAndNeverAfterItIsCancelled', () => {
  cost = 1;
  const ask = paced(draw, () => 10_000);
  ask();
  pass(100);
  ask.now();
  pass(100);
  assert.equal(drawn.length, 2);
  ask();
  ask.cancel();
  pass(20_000);
  assert.equal(drawn.length, 2);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockMs, count, duration, rate, sentence, short, size, timeLeft, whole } from
  '../../src/local/console/page/format.js';

test('LargeNumbersAreShort', () => {
  assert.deepEqual([0, 7, 99_999, 100_000, 999_499, 999_500, 12_345_678, 2e9].map(short),
    ['0', '7', '99,999', '100k', '999k', '1.0M', '12.3M', '2.0G']);
  for (let number = 1; number < 1e11; number = number * 1.7 + 1) {
    assert.ok(short(number).length <= 6, short(number));
  }
});

test('RatesHaveADecimalPlaceBelow100', () => {
  assert.deepEqual([0, 0.04, 12.34, 99.94, 99.95, 20_000].map(rate),
    ['0.0', '0.0', '12.3', '99.9', '100', '20,000']);
});

test('DurationsHaveThreeDigitsAndAUnit', () => {
  assert.deepEqual([0, 0.42, 9.994, 9.995, 99.94, 99.96, 999.4, 999.6, 9990, 59_990].map(duration),
    ['0.00 ms', '0.42 ms', '9.99 ms', '10.0 ms', '99.9 ms', '100 ms', '999 ms', '1.00 s', '9.99 s',
      '60.0 s']);
  assert.deepEqual([60_000, 123_000, 3_599_400, 3_599_600, 7_260_000, 172_800_000].map(duration),
    ['1 min 00 s', '2 min 03 s', '59 min 59 s', '1 h 00 min', '2 h 01 min', '2 days']);
});

test('SizesAreInUnitsOf1024', () => {
  assert.deepEqual([0, 1023, 1024, 1_048_575, 1_048_576, 5e12].map(size),
    ['0 B', '1,023 B', '1.0 KiB', '1.0 MiB', '1.0 MiB', '4,656.6 GiB']);
});

test('WhatIsNotKnownIsADash', () => {
  for (const text of [whole, short, rate, duration, size, clockMs]) {
    for (const value of [null, undefined, NaN, Infinity, '12']) {
      assert.equal(text(value), '–');
    }
  }
});

test('OneThingIsNotPlural', () => {
  assert.deepEqual([count(1, 'record'), count(0, 'record'), count(2, 'process', 'processes')],
    ['1 record', '0 records', '2 processes']);
});

test('MillisecondsHaveThreeDigits', () => {
  assert.match(clockMs(1_700_000_000_007), /^\d\d:\d\d:\d\d\.007$/);
});

test('AFaultThatEndsByItsWorkHasNoTimeLeft', () => {
  const fault = (parameters) => ({ parameters, ends_at_ms: 100_000 });
  assert.equal(timeLeft(fault(['seconds', 'milliseconds']), 88_100), '12 s');
  assert.equal(timeLeft(fault(['seconds']), 0), '1 min 40 s');
  assert.equal(timeLeft(fault(['seconds']), 200_000), '0 s');
  assert.equal(timeLeft(fault(['count']), 88_100), '');
  assert.equal(timeLeft({ parameters: ['seconds'], ends_at_ms: null }, 0), '');
});

test('SentencesBeginAndEndAsSuch', () => {
  assert.deepEqual(['', 'no broker answers', 'It runs.', 'wait …'].map(sentence),
    ['', 'No broker answers.', 'It runs.', 'Wait …']);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filtersOf, kMost, passes, StoryRows }
  from '../../src/local/console/page/stories/story_list.js';

function story(number, more = {}) {
  return { id: `s${number}`, started_at_ms: number, outcome: 'stored', ...more };
}

function list(from, to, more) {
  return Array.from({ length: to - from }, (_, i) => story(from + i, more));
}

function ids(rows) {
  return rows.rows.map(({ id }) => id).join(' ');
}

test('FiltersAreThoseOfTheApi', () => {
  const one = { id: 'a1', trace_id: 'F00', topic: 'events', path: '/orders/7',
    route: '/orders/{id}', status: 404, outcome: 'invalid', key: 'ann' };
  const rows = [
    [{}, true], [{ status: '4xx' }, true], [{ status: '404' }, true], [{ status: '40' }, false],
    [{ status: '5xx' }, false], [{ outcome: 'invalid' }, true], [{ outcome: 'done' }, false],
    [{ route: '/orders/{id}' }, true], [{ route: '/orders' }, false], [{ key: 'ann' }, true],
    [{ key: 'an' }, false], [{ text: 'f0' }, true], [{ text: 'orders/7' }, true],
    [{ text: 'ann' }, false], [{ text: 'vent', status: '5xx' }, false],
  ];
  for (const [filters, expected] of rows) {
    assert.equal(passes(one, filters), expected, JSON.stringify(filters));
  }
  assert.equal(passes(story(1), { status: '2xx' }), false);
  assert.deepEqual(filtersOf(new URLSearchParams('key=+a+&status=&other=1')), { key: 'a' });
});

test('TheNewestIsTheFirst', () => {
  const rows = new StoryRows({});
  rows.append([story(2), story(1)]);
  rows.take({ stories: [story(4), story(3)], left_out: 0 }, 0);
  rows.admit();
  assert.equal(ids(rows), 's4 s3 s2 s1');
});

test('NewOnesWaitWhileTheListIsHeldAndChangesDoNot', () => {
  const rows = new StoryRows({});
  rows.append([story(2), story(1)]);
  rows.hold(true);
  rows.take({ stories: [story(3), story(1, { outcome: 'done' })], left_out: 0 }, 0);
  rows.take({ stories: [story(3, { outcome: 'done' })], left_out: 0 }, 0);
  assert.equal(ids(rows), 's2 s1');
  assert.equal(rows.rows[1].outcome, 'done');
  assert.equal(rows.waiting, 1);
  rows.hold(false);
  assert.equal(ids(rows), 's3 s2 s1');
  assert.equal(rows.rows[0].outcome, 'done');
  assert.equal(rows.waiting, 0);
});

test('WhatCameBeforeTheListWasHeldIsNewsIfItWasNotDrawn', () => {
  const rows = new StoryRows({});
  rows.append([story(1)]);
  rows.take({ stories: [story(2)], left_out: 0 }, 0);
  assert.equal(rows.waiting, 0);
  rows.hold(true);
  rows.admit();
  assert.equal(ids(rows), 's1');
  assert.equal(rows.waiting, 1);
});

test('AStoryThatWaitsAndNoLongerPassesIsNoNews', () => {
  const rows = new StoryRows({ outcome: 'stored' });
  rows.hold(true);
  rows.take({ stories: [story(1)], left_out: 0 }, 0);
  rows.take({ stories: [story(1, { outcome: 'done' })], left_out: 0 }, 0);
  assert.equal(rows.waiting, 0);
  rows.hold(false);
  assert.equal(ids(rows), '');
});

test('EachStoryThatWaitsIsCountedOnce', () => {
  const rows = new StoryRows({});
  rows.append([story(1)]);
  rows.hold(true);
  for (const outcome of ['stored', 'handling', 'done']) {
    rows.take({ stories: list(10, 1510, { outcome }), left_out: 0 }, 0);
  }
  assert.equal(rows.waiting, 1500);
  rows.hold(false);
  assert.equal(rows.rows[0].id, 's1509');
});

test('AnOldStoryThatChangesIsNoNews', () => {
  const rows = new StoryRows({});
  rows.append(list(1000, 1100));
  rows.hold(true);
  rows.take({ stories: [story(5, { outcome: 'done' })], left_out: 0 }, 0);
  assert.equal(rows.waiting, 0);
});

test('AStoryThatNoLongerPassesLeaves', () => {
  const rows = new StoryRows({ outcome: 'stored' });
  rows.append([story(2), story(1)]);
  rows.take({ stories: [story(1, { outcome: 'done' })], left_out: 0 }, 0);
  assert.equal(ids(rows), 's2');
  rows.hold(true);
  rows.take({ stories: [story(2, { outcome: 'done' })], left_out: 0 }, 0);
  assert.equal(ids(rows), 's2');
  rows.hold(false);
  assert.equal(ids(rows), '');
});

test('TheListIsBounded', () => {
  const rows = new StoryRows({});
  rows.append(list(0, 100));
  for (let i = 1; i <= 10; ++i) {
    rows.append(list(-100 * i, -100 * i + 100), true);
  }
  rows.take({ stories: list(200, 400), left_out: 0 }, 0);
  rows.admit();
  assert.equal(rows.rows.length, kMost);
  assert.equal(rows.byId.size, kMost);
  assert.equal(rows.rows[0].id, 's399');
});

test('AListHas100StoriesUntilOlderOnesAreAskedFor', () => {
  const rows = new StoryRows({});
  rows.take({ stories: list(1000, 1090), left_out: 0 }, 0);
  rows.admit();
  rows.append(list(900, 1000));
  assert.equal(rows.rows.length, 100);
  rows.take({ stories: list(1090, 1300), left_out: 0 }, 0);
  rows.admit();
  assert.deepEqual(rows.rows.map(({ started_at_ms: at }) => at),
    Array.from({ length: 100 }, (_, i) => 1299 - i));
  rows.append(list(1100, 1200), true);
  assert.equal(rows.rows.length, 200);
  assert.equal(rows.rows.at(-1).id, 's1100');
});

test('ASampleIsSaidForFiveSeconds', () => {
  const rows = new StoryRows({});
  assert.equal(rows.sample(), null);
  rows.take({ stories: list(0, 10), left_out: 390 }, 1000);
  assert.deepEqual(rows.sample(), { oneIn: 40, leftOut: 390 });
  rows.take({ stories: [], left_out: 0 }, 6001);
  assert.equal(rows.sample(), null);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kMost, StoryRows } from '../../src/local/console/page/stories/story_list.js';

const stories = (first, count) => Array.from({ length: count }, (_, i) =>
  ({ id: String(first + i), started_at_ms: first + i, outcome: 'done' }));
const idsOf = (list) => list.rows.map(({ id }) => Number(id));

test('AListHas100StoriesUntilOlderOnesAreAskedFor', () => {
  const list = new StoryRows({});
  list.take({ stories: stories(1000, 300), left_out: 0 }, 0);
  assert.deepEqual(idsOf(list), Array.from({ length: 100 }, (_, i) => 1299 - i));
  list.append(stories(900, 100), true);
  assert.equal(list.rows.length, 200);
  assert.equal(idsOf(list).at(-1), 900);
  list.append(stories(1, 600), true);
  assert.equal(list.rows.length, kMost);
  assert.equal(list.byId.size, kMost);
});

test('TheFirstListMakesNoRoomEvenIfStoriesCameBeforeIt', () => {
  const list = new StoryRows({});
  list.take({ stories: stories(1000, 90), left_out: 0 }, 0);
  list.append(stories(900, 100));
  assert.equal(list.rows.length, 100);
});

test('AListThatIsHeldChangesItsStoriesAndCountsNewOnes', () => {
  const list = new StoryRows({});
  list.take({ stories: stories(0, 3), left_out: 0 }, 0);
  list.hold(true);
  const failed = { id: '1', started_at_ms: 1, outcome: 'failed' };
  list.take({ stories: [failed, ...stories(3, 2), ...stories(3, 2)], left_out: 0 }, 0);
  assert.deepEqual(idsOf(list), [2, 1, 0]);
  assert.equal(list.rows[1], failed);
  assert.equal(list.waiting, 2);
  list.hold(false);
  assert.deepEqual(idsOf(list), [4, 3, 2, 1, 0]);
  assert.equal(list.waiting, 0);
});

test('WhatWasLeftOutIsToldForFiveSeconds', () => {
  const list = new StoryRows({});
  list.take({ stories: stories(0, 10), left_out: 90 }, 1000);
  assert.deepEqual(list.sample(), { oneIn: 10, leftOut: 90 });
  list.take({ stories: [], left_out: 0 }, 6001);
  assert.equal(list.sample(), null);
});

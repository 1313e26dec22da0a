// Which records of a topic the page asks for.
import assert from 'node:assert/strict';
import test from 'node:test';
import { filtersOf, joined, kMost, olderPath, recordsPath, timeOf }
  from '../../src/local/console/page/topics/query.js';

test('only filters that have a value are asked for', () => {
  const filters = filtersOf(new URLSearchParams('partition=0&key=&offset=7&other=1'));
  assert.deepEqual(filters, { partition: '0', offset: '7' });
  assert.equal(recordsPath('a b', filters),
    '/api/topics/a%20b/records?limit=50&partition=0&offset=7');
});

test('a local time becomes milliseconds, and none that cannot be read', () => {
  assert.equal(timeOf('2026-11-30T00:00:00'), new Date(2026, 10, 30).getTime());
  assert.equal(timeOf('soon'), null);
  assert.ok(!recordsPath('t', { from: 'soon' }).includes('from_ms'));
});

test('older records are those before the first offset of one partition', () => {
  const records = [{ offset: 70 }, { offset: 60 }];
  assert.equal(olderPath('t', { partition: '1' }, records),
    '/api/topics/t/records?limit=50&partition=1&offset=10');
  assert.equal(olderPath('t', { partition: '1' }, [{ offset: 0 }]), null);
  assert.equal(olderPath('t', {}, records), null);
});

test('lists are joined without repetition, the newest first, and bounded', () => {
  const record = (offset) => ({ partition: 0, offset, at_ms: offset });
  const all = Array.from({ length: kMost + 20 }, (_, i) => record(i));
  const list = joined(all.slice(0, 300), all.slice(200));
  assert.equal(list.length, kMost);
  assert.equal(list[0].offset, kMost + 19);
  assert.equal(new Set(list.map(({ offset }) => offset)).size, kMost);
});

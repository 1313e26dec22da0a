import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesOf, hexDump, visible } from '../../src/local/console/page/foreign_text.js';
import { ExactNumber, layOutJson, numberOf, readJson, writeJson }
  from '../../src/local/console/page/json_text.js';

test('LayoutIsThatOfJsonStringify', () => {
  for (const value of [1, 'a', null, [], {}, [1, [2, {}], []], { a: { b: [1, 'x:{[,]}"\\'] } }]) {
    assert.equal(layOutJson(JSON.stringify(value)), JSON.stringify(value, null, 2));
    assert.equal(layOutJson(JSON.stringify(value, null, 4)), JSON.stringify(value, null, 2));
    assert.equal(writeJson(value), JSON.stringify(value, null, 2));
    assert.equal(writeJson(value, ''), JSON.stringify(value));
  }
});

test('LayoutLosesNothing', () => {
  assert.equal(layOutJson('{"a":12345678901234567890,"a":1.0}'),
    '{\n  "a": 12345678901234567890,\n  "a": 1.0\n}');
});

test('LayoutTakesATextThatIsCut', () => {
  assert.equal(layOutJson('{"a":[1,"unfin'), '{\n  "a": [\n    1,\n    "unfin');
});

test('LayoutOfDeepJsonIsNotQuadratic', () => {
  const depth = 100000;
  const out = layOutJson('['.repeat(depth) + ']'.repeat(depth));
  assert.ok(out.length < depth * 2 * 60);
});

test('NumbersKeepTheirDigits', () => {
  assert.equal(writeJson({ a: numberOf('12345678901234567890'), b: numberOf('1.50') }, ''),
    '{"a":12345678901234567890,"b":1.50}');
  assert.equal(numberOf('15'), 15);
  assert.ok(numberOf('1e400') instanceof ExactNumber);
  assert.deepEqual(readJson('{"a":[1,null,"x"]}'), { a: [1, null, 'x'] });
});

test('ControlsAreSeen', () => {
  assert.equal(visible('a\u0000\u001b[31m\u202eb\n\tc'), 'a␀␛[31m\\u202eb\n\tc');
  assert.equal(visible('a\nb\u0085', true), 'a␊b\\u0085');
});

test('BytesAreDumped', () => {
  const bytes = bytesOf(Buffer.from('\0ABCDEFGHIJKLMNOPé').toString('base64'));
  assert.equal(hexDump(bytes),
    '000000  00 41 42 43 44 45 46 47  48 49 4a 4b 4c 4d 4e 4f  .ABCDEFGHIJKLMNO\n' +
    `000010  50 c3 a9${' '.repeat(15)}  ${' '.repeat(23)}  P..`);
  assert.equal(bytesOf(Buffer.alloc(100).toString('base64'), 10).length, 10);
});

// What a form of the console's page begins with, and what it says of a value.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { exampleOf, hintsFor } from '../../src/local/console/page/send/schema_values.js';

const text = (schema) => ({ kind: 'string', schema: { type: 'string', ...schema } });

test('AFormBeginsWithATextThatTheSchemaTakes', () => {
  for (const schema of [{}, { minLength: 1 }, { minLength: 9, maxLength: 9 }, { maxLength: 2 },
    { minLength: 1, maxLength: 2, pattern: '^[A-Z]' }, { pattern: '^[0-9]+$' },
    { minLength: 1, maxLength: 247, pattern: '^[a-zA-Z][-_a-zA-Z0-9]*$' }]) {
    const model = text(schema);
    assert.deepEqual(hintsFor(model, exampleOf(model)), [], JSON.stringify(schema));
  }
});

test('ATextThatMayBeEmptyOrCannotBeGuessedBeginsEmpty', () => {
  assert.equal(exampleOf(text({ maxLength: 5 })), '');
  assert.equal(exampleOf(text({ pattern: '^ORD-[0-9]{9}$' })), '');
  assert.equal(exampleOf(text({ minLength: 1, example: 'tea' })), 'tea');
});

test('OneCharacterIsNoCharacters', () => {
  assert.deepEqual(hintsFor(text({ minLength: 1 }), ''), ['It is shorter than 1 character.']);
  assert.deepEqual(hintsFor(text({ maxLength: 2 }), 'tea'), ['It is longer than 2 characters.']);
});

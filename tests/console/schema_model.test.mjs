import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choiceFor, fits, lookUp, modelOf }
  from '../../src/local/console/page/send/schema_model.js';
import { exampleOf, hintsFor, limitsOf }
  from '../../src/local/console/page/send/schema_values.js';

const schema = (reference) => ({ $ref: `#/components/schemas/${reference}` });

function documentOf(schemas) {
  return { components: { schemas } };
}

test('AReferenceIsFollowedByItsPointer', () => {
  const document = { 'a/b': { 'c~d': [1, { 'e f': 7 }] } };
  assert.equal(lookUp(document, '#/a~1b/c~0d/1/e%20f'), 7);
  assert.equal(lookUp(document, '#/nothing/here'), undefined);
  assert.equal(lookUp(document, '#/__proto__/constructor'), undefined);
  assert.equal(lookUp(document, 'other.yaml#/a'), undefined);
});

test('ASchemaThatContainsItselfHasAModel', () => {
  const document = documentOf({
    Tree: { type: 'object', required: ['children'], properties: {
      children: { type: 'array', items: schema('Tree') } } },
    Endless: { type: 'object', required: ['next'], properties: { next: schema('Endless') } },
    Self: schema('Self'), One: { allOf: [schema('Other')] }, Other: { allOf: [schema('One')] },
    Only: { oneOf: [schema('Only')] }, Either: { anyOf: [schema('Either'), { type: 'string' }] },
  });
  assert.deepEqual(exampleOf(modelOf(document, schema('Tree'))), { children: [] });
  for (const name of ['Endless', 'Self', 'One', 'Only', 'Either']) {
    assert.notEqual(exampleOf(modelOf(document, schema(name))), undefined, name);
  }
});

test('NullableIsToldFromAChoice', () => {
  for (const nullable of [{ type: ['string', 'null'] }, { type: 'string', nullable: true },
    { oneOf: [{ type: 'string' }, { type: 'null' }] }, { anyOf: [{ const: null },
      { type: 'string' }] }]) {
    const model = modelOf({}, nullable);
    assert.equal(model.kind, 'string', JSON.stringify(nullable));
    assert.equal(model.nullable, true, JSON.stringify(nullable));
  }
  assert.equal(modelOf({}, { type: ['string', 'integer'] }).kind, 'choice');
  assert.equal(exampleOf(modelOf({}, { oneOf: [{ type: 'null' }] })), null);
  assert.equal(exampleOf(modelOf({}, { anyOf: [] })), null);
});

test('AValueChoosesTheVariantThatItFits', () => {
  const document = documentOf({
    Card: { type: 'object', required: ['kind', 'number'], properties: {
      kind: { const: 'card' }, number: { type: 'string' } } },
    Bill: { type: 'object', required: ['kind', 'days'], properties: {
      kind: { const: 'bill' }, days: { type: 'integer' } } },
  });
  const model = modelOf(document, { oneOf: [schema('Card'), schema('Bill')] });
  assert.equal(choiceFor(model, { kind: 'bill', days: 3 }), 1);
  assert.equal(choiceFor(model, { kind: 'card' }), 0);
  assert.deepEqual(model.choices.map(({ title }) => title), ['Card', 'Bill']);
  assert.ok(!fits(model, 'text'));
});

test('WhatAReadOnlyMemberIsIsNotAsked', () => {
  const model = modelOf({}, { type: 'object', properties: {
    id: { type: 'string', readOnly: true }, name: { type: 'string', example: 'Ann' } } });
  assert.deepEqual(model.properties().map(({ name }) => name), ['name']);
  assert.deepEqual(exampleOf(model), { name: 'Ann' });
});

test('AnExampleKeepsTheLimits', () => {
  const example = (one) => exampleOf(modelOf({}, one));
  assert.equal(example({ type: 'integer', minimum: 5 }), 5);
  assert.equal(example({ type: 'integer', exclusiveMinimum: 5 }), 6);
  assert.equal(example({ type: 'integer', maximum: -3 }), -3);
  assert.equal(example({ enum: ['b', 'a'] }), 'b');
  assert.equal(example({ type: 'string', format: 'uuid' }).length, 36);
  assert.deepEqual(example({ type: 'array', minItems: 2, items: { type: 'boolean' } }),
    [false, false]);
});

test('HintsSayWhatTheContractWillSay', () => {
  const hints = (one, value) => hintsFor(modelOf({}, one), value).length;
  assert.equal(hints({ type: 'integer', minimum: 1, maximum: 9 }, 5), 0);
  for (const value of [0, 10, 1.5, 'five', null]) {
    assert.ok(hints({ type: 'integer', minimum: 1, maximum: 9 }, value) > 0, String(value));
  }
  assert.equal(hints({ type: 'string', maxLength: 1 }, '😀'), 0);
  assert.equal(hints({ type: 'string', pattern: '(' }, 'x'), 0);
  assert.equal(hints({ type: 'string', pattern: '^a$' }, 'b'), 1);
  assert.equal(limitsOf(modelOf({}, { type: 'integer', minimum: 1, maximum: 9 })),
    'integer, 1 to 9');
});

// Values for schemas: what a form begins with, and what is said about what it has.

import { ExactNumber, isObject } from '../json_text.js';
import { wordFor } from './schema_model.js';

const kDeepest = 8;
const kLongestWord = 1000;
const kSamples = {
  date: '2026-01-31', 'date-time': '2026-01-31T12:00:00Z', time: '12:00:00Z', duration: 'PT1H',
  uuid: '123e4567-e89b-42d3-a456-426614174000', email: 'ann@example.com',
  uri: 'https://example.com/', hostname: 'example.com', ipv4: '192.0.2.1', ipv6: '2001:db8::1',
  byte: 'aGVsbG8=',
};
/** What is tried for a text whose schema forbids the empty one. */
const kWords = ['text', 'Text', 'TEXT', '1', 'text-1', 'A1'];

/** Returns the example or default that the schema itself gives, or undefined. */
export function givenExample(schema) {
  if (schema.example !== undefined) {
    return schema.example;
  }
  const [first] = Array.isArray(schema.examples) ? schema.examples : [];
  return first ?? schema.default;
}

function smallest({ minimum, exclusiveMinimum, maximum, multipleOf }, isInteger) {
  let least = typeof exclusiveMinimum === 'number' ? exclusiveMinimum : minimum;
  if (typeof least !== 'number') {
    return typeof maximum === 'number' && maximum < 0 ? maximum : 0;
  }
  if (typeof exclusiveMinimum === 'number' || exclusiveMinimum === true) {
    least += isInteger ? 1 : multipleOf ?? 1;
  }
  return isInteger ? Math.ceil(least) : least;
}

// Returns a text that the schema takes, if one is found without a look into its pattern.
function textExample(schema) {
  if (kSamples[schema.format] !== undefined || stringHints(schema, '').length === 0) {
    return kSamples[schema.format] ?? '';
  }
  const least = known(schema.minLength) ? Math.min(schema.minLength, kLongestWord) : 0;
  const most = known(schema.maxLength) ? schema.maxLength : kLongestWord;
  return kWords.map((word) => word.padEnd(least, word.at(-1)).slice(0, most))
    .find((word) => stringHints(schema, word).length === 0) ?? '';
}

function objectExample(model, depth) {
  const value = {};
  for (const { name, required, model: inner } of model.properties()) {
    const part = inner();
    if (required || (givenExample(part.schema) !== undefined && !part.deprecated)) {
      const one = exampleOf(part, depth + 1);
      if (one !== undefined) {
        value[name] = one;
      }
    }
  }
  return value;
}

/** Returns a value of choice number `index`, with the word of the discriminator. */
export function exampleOfChoice(model, index, depth = 0) {
  const value = exampleOf(model.choices[index].model(), depth);
  if (model.discriminator && isObject(value) && !value[model.discriminator]) {
    value[model.discriminator] = wordFor(model, index);
  }
  return value;
}

/**
 * Returns the value that a form begins with: the examples and defaults of the schema, and what is
 * required besides.
 */
export function exampleOf(model, depth = 0) {
  const { schema } = model;
  const given = givenExample(schema);
  if (given !== undefined) {
    return structuredClone(given);
  }
  if (depth > kDeepest) {
    return null;
  }
  switch (model.kind) {
    case 'boolean': return false;
    case 'integer':
    case 'number': return smallest(schema, model.kind === 'integer');
    case 'string': return textExample(schema);
    case 'enum': return structuredClone(model.values[0]);
    case 'const': return structuredClone(model.constant);
    case 'array': return Array.from({ length: Math.min(schema.minItems ?? 0, 20) },
      (_, i) => exampleOf(model.items(i), depth + 1));
    case 'object': return objectExample(model, depth);
    case 'choice': return exampleOfChoice(model, 0, depth);
    case 'any': return {};
    default: return null;
  }
}

function known(value) {
  return typeof value === 'number';
}

function range(least, most, noun) {
  if (known(least) && known(most)) {
    return least === most ? `exactly ${least}${noun}` : `${least} to ${most}${noun}`;
  }
  return known(least) ? `at least ${least}${noun}` : known(most) ? `at most ${most}${noun}` : '';
}

/** Returns in a few words what a schema demands, such as "integer, 1 to 100". */
export function limitsOf(model) {
  const { schema } = model;
  const words = [];
  if (model.kind === 'string') {
    words.push(schema.format ?? '', range(schema.minLength, schema.maxLength, ' characters'),
      schema.pattern ? `pattern ${schema.pattern}` : '');
  } else if (model.kind === 'integer' || model.kind === 'number') {
    const least = known(schema.exclusiveMinimum) ? `above ${schema.exclusiveMinimum}` : '';
    const most = known(schema.exclusiveMaximum) ? `below ${schema.exclusiveMaximum}` : '';
    words.push(model.kind, least, most, range(schema.minimum, schema.maximum, ''),
      known(schema.multipleOf) ? `a multiple of ${schema.multipleOf}` : '');
  } else if (model.kind === 'array') {
    words.push(range(schema.minItems, schema.maxItems, ' items'),
      schema.uniqueItems ? 'all different' : '');
  } else if (model.kind === 'object') {
    words.push(range(schema.minProperties, schema.maxProperties, ' members'));
  }
  return words.filter(Boolean).join(', ');
}

function stringHints(schema, value) {
  const hints = [];
  const length = [...value].length;
  if (known(schema.minLength) && length < schema.minLength) {
    hints.push(`It is shorter than ${schema.minLength} character${
      schema.minLength === 1 ? '' : 's'}.`);
  }
  if (known(schema.maxLength) && length > schema.maxLength) {
    hints.push(`It is longer than ${schema.maxLength} character${
      schema.maxLength === 1 ? '' : 's'}.`);
  }
  if (typeof schema.pattern === 'string' && value.length < 10_000) {
    try {
      if (!new RegExp(schema.pattern, 'u').test(value)) {
        hints.push(`It does not match ${schema.pattern}.`);
      }
    } catch {
      // The pattern is of another dialect; the server knows it.
    }
  }
  return hints;
}

function numberHints(model, number) {
  const { schema } = model;
  const hints = [];
  if (model.kind === 'integer' && !Number.isInteger(number)) {
    hints.push('It is no integer.');
  }
  if (number < schema.minimum || (schema.exclusiveMinimum === true && number <= schema.minimum)
      || (known(schema.exclusiveMinimum) && number <= schema.exclusiveMinimum)) {
    hints.push('It is too small.');
  }
  if (number > schema.maximum || (schema.exclusiveMaximum === true && number >= schema.maximum)
      || (known(schema.exclusiveMaximum) && number >= schema.exclusiveMaximum)) {
    hints.push('It is too large.');
  }
  return hints;
}

/**
 * Returns sentences about what the contract will probably say of a value itself, not of what is in
 * it. They hinder nobody from sending it.
 */
export function hintsFor(model, value) {
  const { schema } = model;
  if (value === null) {
    return model.nullable || ['any', 'null'].includes(model.kind) ? [] : ['It must not be null.'];
  }
  if (model.kind === 'string') {
    return typeof value === 'string' ? stringHints(schema, value) : ['It is no text.'];
  }
  if (model.kind === 'integer' || model.kind === 'number') {
    const number = value instanceof ExactNumber ? Number(value.text) : value;
    return typeof number === 'number' ? numberHints(model, number) : ['It is no number.'];
  }
  if (model.kind === 'array' && Array.isArray(value)) {
    return value.length < schema.minItems ? [`It needs ${schema.minItems} items.`]
      : value.length > schema.maxItems ? [`It may have ${schema.maxItems} items.`] : [];
  }
  return [];
}

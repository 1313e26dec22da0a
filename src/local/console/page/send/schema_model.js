// What a form needs to know of a schema. A model is made of one level only; its parts are
// functions, so that a schema that contains itself, and one that is large, cost nothing before they
// are looked at.

import { ExactNumber, isObject } from '../json_text.js';

const kScalars = ['string', 'integer', 'number', 'boolean'];
const kMergedLists = ['required'];
const kDeepestRefs = 50;
const kDeepestChoices = 4;

/** Returns what a local reference, such as #/components/schemas/Order, leads to, or undefined. */
export function lookUp(document, reference) {
  if (typeof reference !== 'string' || !/^#(\/|$)/.test(reference)) {
    return undefined;
  }
  let value = document;
  for (const part of reference.slice(1).split('/').slice(1)) {
    let name = part;
    try {
      name = decodeURIComponent(part);
    } catch {
      // It is no percent encoding, so it is meant as it is.
    }
    name = name.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) {
      return undefined;
    }
    value = value[name];
  }
  return value;
}

/** Follows references until something is none. `name` is the last part of the last reference. */
export function resolve(document, value) {
  let name;
  for (let i = 0; i < kDeepestRefs && typeof value?.$ref === 'string'; ++i) {
    name = value.$ref.split('/').at(-1);
    value = lookUp(document, value.$ref);
  }
  return { value: typeof value?.$ref === 'string' ? undefined : value, name };
}

function mergeInto(into, from) {
  for (const [keyword, value] of Object.entries(from)) {
    if (keyword === '$ref' || keyword === 'allOf') {
      continue;
    }
    if (keyword === 'properties' && isObject(value)) {
      into.properties = { ...into.properties, ...value };
    } else if (kMergedLists.includes(keyword) && Array.isArray(value)) {
      into[keyword] = [...new Set([...(into[keyword] ?? []), ...value])];
    } else {
      into[keyword] = value;
    }
  }
}

/**
 * Returns a schema with what its $ref and allOf say, as one. Where they differ in a keyword, the
 * outermost one counts, which is enough for a form: the server is the judge.
 */
export function flatten(document, schema, seen = new Set()) {
  const flat = {};
  if (!isObject(schema) || seen.has(schema) || seen.size > kDeepestRefs) {
    return schema === false ? { never: true } : flat;
  }
  const inner = new Set(seen).add(schema);
  if (typeof schema.$ref === 'string') {
    const target = lookUp(document, schema.$ref);
    mergeInto(flat, flatten(document, target, inner));
    flat.refName = schema.$ref.split('/').at(-1);
  }
  for (const part of Array.isArray(schema.allOf) ? schema.allOf : []) {
    const merged = flatten(document, part, inner);
    delete merged.refName;
    mergeInto(flat, merged);
  }
  mergeInto(flat, schema);
  return flat;
}

function typesOf(flat) {
  if (flat.type !== undefined) {
    return [flat.type].flat();
  }
  if (flat.properties || isObject(flat.additionalProperties) || flat.patternProperties) {
    return ['object'];
  }
  if (flat.items || flat.prefixItems) {
    return ['array'];
  }
  if (flat.pattern || flat.maxLength !== undefined || flat.minLength !== undefined) {
    return ['string'];
  }
  return flat.minimum !== undefined || flat.maximum !== undefined ? ['number'] : [];
}

function variantsOf(document, flat) {
  const { oneOf, anyOf, ...base } = flat;
  const list = Array.isArray(oneOf) ? oneOf : anyOf;
  delete base.refName;
  delete base.title;
  delete base.description;
  return list.map((variant) => {
    const merged = { ...base };
    const inner = flatten(document, variant);
    mergeInto(merged, inner);
    return merged;
  });
}

function titleOf(flat, index) {
  if (flat.title ?? flat.refName) {
    return String(flat.title ?? flat.refName);
  }
  const words = Array.isArray(flat.enum) ? flat.enum.slice(0, 3).map(String).join(', ')
    : flat.const !== undefined ? JSON.stringify(flat.const) : typesOf(flat).join(' or ');
  return `${words || 'any'} (${index + 1})`;
}

function isNull(flat) {
  return flat.type === 'null' || flat.const === null;
}

function objectModel(document, flat) {
  const properties = () => Object.entries(flat.properties ?? {})
    .filter(([, schema]) => flatten(document, schema).readOnly !== true)
    .map(([name, schema]) => ({
      name, required: (flat.required ?? []).includes(name), model: () => modelOf(document, schema),
    }));
  const more = flat.additionalProperties ?? flat.unevaluatedProperties;
  const open = more === false || more?.never ? null : isObject(more) ? more : {};
  return {
    kind: 'object',
    properties,
    // Names that the schema does not know: a model of their values, or null if there may be none.
    additional: open === null ? null : () => modelOf(document, open),
    // Whether the schema speaks of such names, so that a form offers to add one.
    offersMore: isObject(more) || more === true || !flat.properties,
  };
}

function kindOf(document, flat, types, depth) {
  if (flat.never) {
    return { kind: 'never' };
  }
  if (flat.const !== undefined) {
    return { kind: 'const', constant: flat.const };
  }
  if (Array.isArray(flat.enum)) {
    return { kind: 'enum', values: flat.enum };
  }
  if (Array.isArray(flat.oneOf) || Array.isArray(flat.anyOf)) {
    if (depth >= kDeepestChoices) {
      return { kind: 'any' };  // It may be a choice of itself.
    }
    const variants = variantsOf(document, flat).filter((variant) => !isNull(variant));
    return variants.length === 0 ? { kind: 'null' } : {
      kind: 'choice',
      choices: variants.map((variant, i) =>
        ({ title: titleOf(variant, i), model: () => modelOf(document, variant, depth + 1) })),
      discriminator: flat.discriminator?.propertyName,
      mapping: flat.discriminator?.mapping ?? {},
    };
  }
  if (types.length > 1) {
    return {
      kind: 'choice',
      choices: types.map((type) =>
        ({ title: type, model: () => modelOf(document, { ...flat, type, title: undefined }) })),
      mapping: {},
    };
  }
  if (types[0] === 'object') {
    return objectModel(document, flat);
  }
  if (types[0] === 'array') {
    return {
      kind: 'array',
      items: (index = 0) => modelOf(document, flat.prefixItems?.[index] ?? flat.items ?? {}),
    };
  }
  if (types.length === 0) {
    return { kind: flat.nullOnly ? 'null' : 'any' };
  }
  return { kind: kScalars.includes(types[0]) ? types[0] : 'any' };
}

/**
 * Returns the model of a schema: `kind` (boolean, integer, number, string, enum, const, array,
 * object, choice, null, never, or any), what its kind has besides, `nullable`, and `schema` with
 * all keywords. `depth` is how many choices it is in, of which only a few are looked into.
 */
export function modelOf(document, schema, depth = 0) {
  const flat = flatten(document, schema);
  const types = typesOf(flat);
  const variants = flat.oneOf ?? flat.anyOf;
  const nullVariant = Array.isArray(variants)
    && variants.some((variant) => isNull(flatten(document, variant)));
  const others = types.filter((type) => type !== 'null');
  if (types.length > 0 && others.length === 0) {
    flat.nullOnly = true;
  }
  const model = {
    ...kindOf(document, flat, others, depth),
    nullable: nullVariant || flat.nullable === true
      || (types.includes('null') && others.length > 0),
    schema: flat,
    title: flat.title ?? flat.refName,
    description: typeof flat.description === 'string' ? flat.description : '',
    deprecated: flat.deprecated === true,
  };
  if (model.kind === 'choice' && model.choices.length === 1) {
    const only = model.choices[0].model();
    return { ...only, nullable: model.nullable || only.nullable,
      description: model.description || only.description };
  }
  return model;
}

function isNumber(value) {
  return typeof value === 'number' || value instanceof ExactNumber;
}

/** Returns whether a form of this model can show a value: its own fields, not those inside. */
export function fits(model, value) {
  if (value === null && (model.nullable || model.kind === 'null')) {
    return true;
  }
  switch (model.kind) {
    case 'boolean':
    case 'string': return typeof value === model.kind;
    case 'integer':
    case 'number': return isNumber(value);
    case 'array': return Array.isArray(value);
    case 'object': return isObject(value);
    case 'enum': return model.values.some((one) => same(one, value));
    case 'const': return same(model.constant, value);
    case 'choice': return model.choices.some((choice) => fits(choice.model(), value));
    case 'null': return false;
    default: return true;
  }
}

/** Returns whether two values of JSON are the same. */
export function same(one, other) {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

function score(model, value, depth) {
  if (!fits(model, value)) {
    return -1;
  }
  if (model.kind !== 'object' || depth === 0 || !isObject(value)) {
    return 1;
  }
  let sum = 1;
  const known = new Set();
  for (const { name, required, model: inner } of model.properties()) {
    known.add(name);
    if (value[name] !== undefined) {
      const one = score(inner(), value[name], depth - 1);
      sum += one < 0 ? -5 : 1;
    } else if (required) {
      sum -= 3;
    }
  }
  const strange = Object.keys(value).filter((name) => !known.has(name)).length;
  return Math.max(0, sum - (model.additional === null ? 3 : 1) * strange);
}

/** Returns the number of the choice that is the likeliest one for a value. */
export function choiceFor(model, value) {
  const word = model.discriminator && isObject(value) ? value[model.discriminator] : undefined;
  if (typeof word === 'string') {
    const wanted = String(model.mapping[word] ?? word).split('/').at(-1);
    const index = model.choices.findIndex(({ title, model: inner }) =>
      inner().schema.refName === wanted || title === wanted);
    if (index >= 0) {
      return index;
    }
  }
  let best = 0;
  let most = -1;
  model.choices.forEach((choice, i) => {
    const one = score(choice.model(), value, 3);
    if (one > most) {
      [best, most] = [i, one];
    }
  });
  return best;
}

/** Returns the word that the discriminator of a choice has for one of its variants. */
export function wordFor(model, index) {
  const name = model.choices[index].model().schema.refName;
  const mapped = Object.entries(model.mapping)
    .find(([, target]) => String(target).split('/').at(-1) === name);
  return mapped?.[0] ?? name;
}

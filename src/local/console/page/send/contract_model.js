// What the page needs to know of a contract: its operations, with parameters and bodies.

import { isObject } from '../json_text.js';
import { resolve } from './schema_model.js';

const kMethods = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'trace', 'query'];
const kForbidden = new Set(['accept', 'content-type', 'authorization']);

function parametersOf(contract, item, operation) {
  const all = new Map();
  for (const raw of [...(item.parameters ?? []), ...(operation.parameters ?? [])]) {
    const { value } = resolve(contract, raw);
    // OpenAPI ignores these three as parameters: they follow from the body and the security.
    const ignored = value?.in === 'header' && kForbidden.has(String(value.name).toLowerCase());
    if (isObject(value) && typeof value.name === 'string' && !ignored) {
      all.set(`${value.in} ${value.name}`, value);
    }
  }
  return [...all.values()].sort((a, b) => order(a) - order(b));
}

function order(parameter) {
  return ['path', 'query', 'header', 'cookie'].indexOf(parameter.in) * 2
    + (parameter.required ? 0 : 1);
}

function basePath(contract, item, operation) {
  const [server] = operation.servers ?? item.servers ?? contract.servers ?? [];
  if (typeof server?.url !== 'string') {
    return '';
  }
  const url = server.url.replace(/\{([^}]*)\}/g,
    (whole, name) => String(server.variables?.[name]?.default ?? whole));
  return url.replace(/^[a-z]+:\/\/[^/]*/i, '').replace(/[?#].*/, '').replace(/\/+$/, '');
}

/** Returns the alternatives of an operation's security: for each the names of its schemes. */
export function alternativesOf(contract, operation) {
  return (operation.security ?? contract.security ?? [])
    .filter((one) => isObject(one) && Object.keys(one).length > 0).map((one) => Object.keys(one));
}

/**
 * Returns what an operation takes as proof of who sends, in all of its alternatives:
 * [{name, in, prefix, title}].
 */
export function credentialsOf(contract, operation) {
  return [...new Set(alternativesOf(contract, operation).flat())].flatMap((title) => {
    const { value } = resolve(contract, contract.components?.securitySchemes?.[title]);
    if (value?.type === 'apiKey') {
      return [{ title, name: value.name, in: value.in, prefix: '' }];
    }
    const scheme = String(value?.scheme ?? 'bearer').toLowerCase();
    return value === undefined || value.type === 'mutualTLS' ? []
      : [{ title, name: 'authorization', in: 'header',
        prefix: scheme === 'basic' ? 'Basic ' : 'Bearer ' }];
  });
}

function bodyOf(contract, operation) {
  const { value } = resolve(contract, operation.requestBody);
  if (!isObject(value?.content)) {
    return null;
  }
  const types = Object.entries(value.content).map(([type, media]) => {
    const examples = Object.entries(media?.examples ?? {}).map(([name, example]) =>
      ({ name, ...resolve(contract, example).value }));
    return { type, schema: media?.schema ?? {}, example: media?.example, examples };
  });
  return types.length === 0 ? null
    : { required: value.required === true, description: value.description ?? '', types };
}

/**
 * Returns the operations of a contract in its order: {id, method, path, summary, description, tags,
 * deprecated, publishes, raw, item}. `id` is the operationId, or the method and the path.
 */
export function operationsOf(contract) {
  const operations = [];
  for (const [path, rawItem] of Object.entries(contract.paths ?? {})) {
    const item = resolve(contract, rawItem).value;
    for (const method of isObject(item) ? kMethods : []) {
      const raw = item[method];
      if (isObject(raw)) {
        operations.push({
          id: raw.operationId ?? `${method} ${path}`, method: method.toUpperCase(), path,
          summary: String(raw.summary ?? ''), description: String(raw.description ?? ''),
          tags: Array.isArray(raw.tags) ? raw.tags.map(String) : [],
          deprecated: raw.deprecated === true, publishes: eventsOf(raw).length > 0, raw, item,
        });
      }
    }
  }
  return operations;
}

/** Returns the declarations of the events that an operation may publish. */
export function eventsOf(raw) {
  if (raw['x-event'] !== undefined) return [raw['x-event']];
  const several = raw['x-events']?.events;
  return Array.isArray(several) ? several : [];
}

/**
 * Returns what a form of an operation is made from: {path, parameters, body, credentials,
 * alternatives}.
 */
export function detailsOf(contract, operation) {
  const { raw, item } = operation;
  return {
    path: basePath(contract, item, raw) + operation.path,
    parameters: parametersOf(contract, item, raw),
    body: bodyOf(contract, raw),
    credentials: credentialsOf(contract, raw),
    alternatives: alternativesOf(contract, raw),
  };
}

/** Returns operations by tag, or by the first part of the path where no operation has a tag. */
export function groupsOf(operations) {
  const tagged = operations.some(({ tags }) => tags.length > 0);
  const groups = new Map();
  for (const operation of operations) {
    const name = tagged ? operation.tags[0] ?? 'Others' : `/${operation.path.split('/')[1] ?? ''}`;
    groups.set(name, groups.get(name) ?? []).get(name).push(operation);
  }
  return [...groups].map(([name, list]) => ({ name, operations: list }));
}

/** Returns whether an operation has all words of a search in its name, path, summary or tags. */
export function matches(operation, search) {
  const text = [operation.id, operation.method, operation.path, operation.summary,
    ...operation.tags].join(' ').toLowerCase();
  return search.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

// Writes parameters as OpenAPI's styles have them. What a style has no text for is refused by
// throwing an Error with a sentence; an argument that is undefined is left out.

import { ExactNumber, isObject, writeJson } from '../json_text.js';

const kReserved = /%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/g;
const kDefaultStyles = { path: 'simple', query: 'form', header: 'simple', cookie: 'form' };

// Percent-encodes all but the unreserved characters of RFC 3986.
function encode(text) {
  return encodeURIComponent(text.isWellFormed?.() === false ? text.toWellFormed() : text)
    .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function isList(value) {
  return Array.isArray(value) || isObject(value);
}

function scalar(value) {
  if (value instanceof ExactNumber) {
    return value.text;
  }
  if (isList(value)) {
    return writeJson(value, '');
  }
  return typeof value === 'string' ? value : String(value);
}

function encoder(parameter, style) {
  if (parameter.in === 'header') {
    return (text) => text;
  }
  if (parameter.in === 'path' && style === 'label') {
    return (text) => encode(text).replaceAll('.', '%2E');
  }
  if (parameter.in === 'query' && parameter.allowReserved) {
    return (text) => encode(text).replace(kReserved, (part) => decodeURIComponent(part));
  }
  return encode;
}

function parts(value, explode, write) {
  if (Array.isArray(value)) {
    return value.map((item) => write(scalar(item)));
  }
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return explode
    ? entries.map(([name, item]) => `${write(name)}=${write(scalar(item))}`)
    : entries.flatMap(([name, item]) => [write(name), write(scalar(item))]);
}

function writePath(parameter, value, style, explode, write) {
  const name = encode(parameter.name);
  if (!isList(value)) {
    const text = write(scalar(value));
    return { simple: text, label: `.${text}`, matrix: `;${name}${text === '' ? '' : `=${text}`}` }[
      style];
  }
  const list = parts(value, explode, write);
  if (style === 'label') {
    return `.${list.join(explode ? '.' : ',')}`;
  }
  if (style === 'matrix') {
    if (!explode) {
      return `;${name}=${list.join(',')}`;
    }
    return list.map((part) => (Array.isArray(value) ? `;${name}=${part}` : `;${part}`)).join('');
  }
  return list.join(',');
}

function deepPairs(name, value, write) {
  if (!isList(value)) {
    return [`${write(name)}=${write(scalar(value))}`];
  }
  return Object.entries(value).filter(([, item]) => item !== undefined)
    .flatMap(([key, item]) => deepPairs(`${name}[${key}]`, item, write));
}

// Returns NAME=VALUE texts for the query, or for a cookie.
function writePairs(parameter, value, style, explode, write) {
  const name = parameter.in === 'cookie' ? parameter.name : encode(parameter.name);
  if (style === 'deepObject') {
    return deepPairs(parameter.name, value, write);
  }
  if (!isList(value)) {
    return [`${name}=${write(scalar(value))}`];
  }
  if (explode) {
    return Array.isArray(value)
      ? value.map((item) => `${name}=${write(scalar(item))}`)
      : Object.entries(value).filter(([, item]) => item !== undefined).flatMap(([key, item]) =>
        (Array.isArray(item) ? item : [item]).map((one) => `${encode(key)}=${write(scalar(one))}`));
  }
  const separator = { spaceDelimited: '%20', pipeDelimited: '%7C' }[style] ?? ',';
  const list = parts(value, false, write);
  return list.length === 0 ? [] : [`${name}=${list.join(separator)}`];
}

function writeOne(parameter, value) {
  const isPair = parameter.in === 'query' || parameter.in === 'cookie';
  if (parameter.content) {
    const type = Object.keys(parameter.content)[0] ?? '';
    const text = /json/i.test(type) ? writeJson(value, '') : scalar(value);
    const write = encoder(parameter, 'simple');
    return isPair ? writePairs(parameter, text, 'form', false, write) : [write(text)];
  }
  const style = parameter.style ?? kDefaultStyles[parameter.in];
  const explode = parameter.explode ?? style === 'form';
  const write = encoder(parameter, style);
  return isPair ? writePairs(parameter, value, style, explode, write)
    : [writePath(parameter, value, style, explode, write)];
}

/**
 * Returns {target, headers} of a request. `path` has its parameters in braces, `values` has the
 * arguments by `IN NAME`, such as `query limit`. Throws an Error if an argument has no text.
 */
export function writeParameters(path, parameters, values) {
  let target = path;
  const query = [];
  const cookies = [];
  const headers = [];
  for (const parameter of parameters) {
    const value = values[`${parameter.in} ${parameter.name}`];
    if (parameter.in === 'path') {
      const text = value === undefined ? '' : writeOne(parameter, value)[0];
      if (text === '') {
        throw new Error(`The path needs a value for "${parameter.name}".`);
      }
      target = target.replaceAll(`{${parameter.name}}`, () => text);
    } else if (value !== undefined) {
      const texts = writeOne(parameter, value);
      if (parameter.in === 'header') {
        headers.push({ name: parameter.name, value: texts[0] });
      } else {
        (parameter.in === 'query' ? query : cookies).push(...texts);
      }
    }
  }
  if (cookies.length > 0) {
    headers.push({ name: 'cookie', value: cookies.join('; ') });
  }
  return { target: encodeRest(target) + (query.length > 0 ? `?${query.join('&')}` : ''), headers };
}

// Encodes what the contract's own path has outside of ASCII.
function encodeRest(path) {
  return path.replace(/[^!-~]+/g, encodeURIComponent);
}

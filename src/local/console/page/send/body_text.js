// The text of a body, from the value that a form has.

import { isObject, writeJson } from '../json_text.js';

/** Returns how a body of a media type is edited: json, form, multipart or text. */
export function formOf(type) {
  const name = type.split(';')[0].trim().toLowerCase();
  return /^application\/json$|\+json$|\/json$/.test(name) ? 'json'
    : name === 'application/x-www-form-urlencoded' ? 'form'
      : name === 'multipart/form-data' ? 'multipart' : 'text';
}

function textOf(value) {
  return typeof value === 'string' ? value : writeJson(value, '');
}

// Returns the members of an object as [name, text]; each item of an array is a member of its own.
function membersOf(value) {
  return Object.entries(isObject(value) ? value : {}).filter(([, one]) => one !== undefined)
    .flatMap(([name, one]) =>
      (Array.isArray(one) ? one : [one]).map((item) => [name, textOf(item)]));
}

// Returns a boundary that no part contains.
function boundaryFor(members) {
  let boundary = 'penstock-part';
  while (members.some(([, text]) => text.includes(boundary))) {
    boundary += '-';
  }
  return boundary;
}

/** Returns {type, text} of a body: its Content-Type, and what is sent. */
export function writeBody(type, value) {
  const form = formOf(type);
  if (form === 'json') {
    return { type, text: writeJson(value) };
  }
  const members = membersOf(value);
  if (form === 'form') {
    return { type, text: new URLSearchParams(members).toString() };
  }
  if (form === 'multipart') {
    const boundary = boundaryFor(members);
    const quoted = (name) => name.replace(/["\r\n]/g, (c) => encodeURIComponent(c));
    const parts = members.map(([name, text]) => `--${boundary}\r\n`
      + `content-disposition: form-data; name="${quoted(name)}"\r\n\r\n${text}\r\n`);
    return { type: `${type}; boundary=${boundary}`, text: `${parts.join('')}--${boundary}--\r\n` };
  }
  return { type, text: value === undefined ? '' : textOf(value) };
}

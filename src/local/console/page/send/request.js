// What a form begins with, and the request that becomes of it.

import { writeBody } from './body_text.js';
import { writeParameters } from './parameter_styles.js';
import { withQuery } from './proofs.js';
import { modelOf, resolve } from './schema_model.js';
import { exampleOf, givenExample } from './schema_values.js';

/** Returns the model of a parameter's value. */
export function parameterModel(contract, parameter) {
  const [media] = Object.values(parameter.content ?? {});
  const model = modelOf(contract, media?.schema ?? parameter.schema ?? {});
  // A parameter without a schema is a text.
  return { ...model, ...(model.kind === 'any' ? { kind: 'string' } : {}),
    description: String(parameter.description ?? model.description),
    deprecated: parameter.deprecated === true || model.deprecated };
}

function firstExample(contract, examples) {
  const [first] = Object.values(examples ?? {});
  return resolve(contract, first).value?.value;
}

/** Returns the value that a parameter begins with, or undefined if it is left out. */
export function parameterStart(contract, parameter) {
  const model = parameterModel(contract, parameter);
  const given = parameter.example ?? firstExample(contract, parameter.examples)
    ?? (model.deprecated ? undefined : givenExample(model.schema));
  return given !== undefined ? structuredClone(given)
    : parameter.required ? exampleOf(model) : undefined;
}

/** Returns the value that a body of a media type begins with. */
export function bodyStart(contract, media) {
  const given = media.example ?? media.examples.find(({ value }) => value !== undefined)?.value;
  return given !== undefined ? structuredClone(given) : exampleOf(modelOf(contract, media.schema));
}

/**
 * Returns what a form of an operation begins with: {values by `IN NAME`, media (a number), body,
 * text (what is sent instead of the body, or null), withBody, headers, secrets, proofs}. `proofs`
 * are credentials of the system that are sent instead of the secrets, or null.
 */
export function draftOf(contract, details) {
  const { body, parameters } = details;
  return {
    values: Object.fromEntries(parameters.map((parameter) =>
      [`${parameter.in} ${parameter.name}`, parameterStart(contract, parameter)])),
    media: 0, body: body ? bodyStart(contract, body.types[0]) : undefined, text: null,
    withBody: body !== null, headers: {}, secrets: {}, proofs: null,
  };
}

function encodeBasic(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

function proofOf(credential, secret) {
  return credential.prefix
    + (credential.prefix === 'Basic ' && secret.includes(':') ? encodeBasic(secret) : secret);
}

/**
 * Returns {method, target, headers, body} of a draft, as the console's API sends it, and `shown`,
 * the same for a command, without secrets. Throws an Error if a parameter has no text.
 */
export function requestOf(operation, details, draft) {
  const { target, headers } = writeParameters(details.path, details.parameters, draft.values);
  const shown = [...headers];
  let whole = target;
  let shownTarget = target;
  // Those of the system are for this desk alone, so a command may have them.
  for (const { in: place, name, value } of draft.proofs ?? []) {
    if (place === 'query') {
      whole = withQuery(whole, name, value);
      shownTarget = withQuery(shownTarget, name, value);
    } else {
      const header = place === 'cookie' ? { name: 'cookie', value: `${name}=${value}` }
        : { name, value };
      headers.push(header);
      shown.push(header);
    }
  }
  for (const credential of draft.proofs === null ? details.credentials : []) {
    const secret = draft.secrets[credential.title];
    const name = credential.name;
    const variable = credential.title.replace(/\W/g, '_').replace(/^(?=\d)/, '_').toUpperCase();
    if (!secret) {
      continue;
    }
    if (credential.in === 'query') {
      whole = withQuery(whole, name, secret);
      shownTarget = withQuery(shownTarget, name, variable);
    } else if (credential.in === 'cookie') {
      headers.push({ name: 'cookie', value: `${name}=${secret}` });
      shown.push({ name: 'cookie', prefix: `${name}=`, variable });
    } else {
      headers.push({ name, value: proofOf(credential, secret) });
      shown.push({ name, prefix: credential.prefix, variable });
    }
  }
  let body;
  if (details.body !== null && draft.withBody) {
    const written = writeBody(details.body.types[draft.media].type, draft.body);
    body = draft.text ?? written.text;
    headers.push({ name: 'content-type', value: written.type });
    shown.push({ name: 'content-type', value: written.type });
  }
  for (const [name, value] of Object.entries(draft.headers)) {
    headers.push({ name, value: String(value ?? '') });
    shown.push({ name, value: String(value ?? '') });
  }
  const request = { method: operation.method, target: whole, headers };
  return { request: body === undefined ? request : { ...request, body },
    shown: { method: operation.method, target: shownTarget, headers: shown, body } };
}

// Who sends a request: whose credentials it shows.

import { isObject } from '../json_text.js';

/** Whom a request can be sent as, besides the subjects of the system's own credentials. */
export const kNobody = 'nobody';
export const kOwnCredentials = 'own credentials';

/** Returns the subjects of credentials that the system has made, each once. */
export function subjectsOf(credentials) {
  return [...new Set(credentials.map(({ subject }) => subject))];
}

// A subject has a credential of its own only where it differs from that of the first one.
function credentialOf(credentials, scheme, subject) {
  const all = credentials.filter((one) => one.scheme === scheme);
  return all.find((one) => one.subject === subject) ?? all[0];
}

/**
 * Returns what a request shows for the first alternative of an operation's security that
 * `credentials` can meet: [{in, name, value}]. Two schemes cannot share one header. Returns an
 * empty list if it can meet none, or needs nothing.
 */
export function proofsOf(contract, operation, credentials, subject) {
  const alternatives = operation.security ?? contract.security ?? [];
  for (const need of alternatives.filter(isObject)) {
    const proofs = Object.keys(need).map((scheme) => credentialOf(credentials, scheme, subject));
    const headers = proofs.filter((one) => one?.in === 'header')
      .map(({ name }) => name.toLowerCase());
    if (proofs.length > 0 && !proofs.includes(undefined)
        && new Set(headers).size === headers.length) {
      return proofs;
    }
  }
  return [];
}

/** Returns a target with one more parameter in its query. */
export function withQuery(target, name, value) {
  return `${target}${target.includes('?') ? '&' : '?'}${encodeURIComponent(name)}`
    + `=${encodeURIComponent(value)}`;
}

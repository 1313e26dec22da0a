// Speaks with the console's API: requests as promises, and one stream of what changes, which all
// views share.

import { Feed } from './feed.js';

const kTokenName = 'penstock-token';
const kDeadline = 30_000;
const kHiddenBeforeResting = 2_000;
const kSignOfLife = 5_000;

/** What went wrong, for the user: a title, and a sentence in `detail`. `status` is 0 without an
 * answer. */
export class ClientError extends Error {
  constructor(title, detail, status = 0) {
    super(detail);
    this.title = title;
    this.detail = detail;
    this.status = status;
  }
}

/**
 * Takes the token out of the page's address (#token=…), keeps it for this tab, and returns
 * whether the address had one.
 */
export function takeToken() {
  const match = /^#token=([A-Za-z0-9_-]{1,200})(?:&(.*))?$/.exec(location.hash);
  if (match === null) {
    return false;
  }
  sessionStorage.setItem(kTokenName, match[1]);
  history.replaceState(null, '', `${location.pathname}${location.search}#/`);
  return true;
}

/** Returns whether this tab may change things. */
export function hasToken() {
  return sessionStorage.getItem(kTokenName) !== null;
}

async function problem(response) {
  let title = `Status ${response.status}`;
  let detail = 'The console answered without a reason.';
  try {
    const document = await response.json();
    title = typeof document.title === 'string' ? document.title : title;
    detail = typeof document.detail === 'string' ? document.detail : title;
    const violations = Array.isArray(document.errors) ? document.errors : document.violations;
    if (Array.isArray(violations) && typeof violations[0]?.message === 'string') {
      detail += ` (${violations[0].message})`;
    }
  } catch {
    // The body is no problem document, so the status is all that there is to say.
  }
  return new ClientError(title, detail, response.status);
}

async function request(method, path, body, options) {
  const headers = {};
  if (method !== 'GET') {
    const token = sessionStorage.getItem(kTokenName);
    if (token !== null) {
      headers['x-penstock-token'] = token;
    }
  }
  if (body !== undefined) {
    headers['content-type'] = 'application/json';
  }
  const deadline = AbortSignal.timeout(options.deadline ?? kDeadline);
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
  let response;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
      cache: 'no-store',
    });
    if (response.ok) {
      return response.status === 204 ? null : await response.json();
    }
  } catch (error) {
    if (options.signal?.aborted) {
      throw error;
    }
    throw deadline.aborted
      ? new ClientError('No answer in time', `${method} ${path} took too long.`)
      : new ClientError('The console does not answer',
        'Is penstock_local still running? Look at its terminal.');
  }
  throw await problem(response);
}

/**
 * Returns the JSON answer of a GET. `options` may have `signal`, which gives the request up, and
 * `deadline` in milliseconds. Throws a ClientError.
 */
export function get(path, options = {}) {
  return request('GET', path, undefined, options);
}

/** Returns the JSON answer of a POST with a JSON body; options as for get(). */
export function post(path, body, options = {}) {
  return request('POST', path, body, options);
}

/** Returns the JSON answer of a DELETE; options as for get(). */
export function remove(path, options = {}) {
  return request('DELETE', path, undefined, options);
}

/**
 * The stream of what changes. Its events are `state` (a State, each second), `stories` (a
 * StoryList, sent only while somebody listens), and `connection` ({state: 'connecting' | 'open' |
 * 'lost', retry_at_ms}). It reconnects by itself, later each time, and rests while the tab is
 * hidden.
 */
class Stream {
  #listeners = { state: new Set(), stories: new Set(), connection: new Set() };
  #latest = { state: null, connection: { state: 'connecting', retry_at_ms: null } };
  #say = null;
  #wanted = 'nothing';
  #hiddenTimer = 0;
  #scheduled = false;

  /**
   * Calls `listener` for each event of that name, and at once with the last `state` or `connection`
   * if there is one. Returns a function that ends it.
   */
  on(name, listener) {
    this.#listeners[name].add(listener);
    if (this.#latest[name]) {
      listener(this.#latest[name]);
    }
    this.#adjust();
    return () => {
      this.#listeners[name].delete(listener);
      this.#adjust();
    };
  }

  /** Connects. It is called once, by the shell. */
  start() {
    document.addEventListener('visibilitychange', () => this.#visibility());
    addEventListener('pagehide', () => this.#say({ wants: 'nothing', end: true }));
    addEventListener('pageshow', (event) => event.persisted && this.#want());
    setInterval(() => this.#say({ wants: this.#wanted }), kSignOfLife);
    this.#connect();
    this.#want();
  }

  /** Connects now, instead of after the pause. */
  retry() {
    this.#say({ retry: true });
  }

  // The tabs share a worker with one stream, where the browser has such workers.
  #connect() {
    const alone = () => {
      const feed = new Feed((name, text) => this.#heard(name, text));
      this.#say = ({ wants, retry }) => {
        if (wants !== undefined) {
          feed.want(wants);
        }
        if (retry) {
          feed.retry();
        }
      };
    };
    if (typeof SharedWorker === 'undefined') {
      alone();
      return;
    }
    const worker = new SharedWorker('shared_feed.js', { type: 'module', name: 'penstock' });
    this.#say = (message) => worker.port.postMessage(message);
    worker.port.onmessage = ({ data }) => this.#heard(data.name, data.text);
    worker.addEventListener('error', () => {
      worker.port.close();
      alone();
      this.#want();
    });
  }

  #heard(name, text) {
    let value;
    try {
      value = JSON.parse(text);
    } catch {
      return;
    }
    if (name in this.#latest) {
      this.#latest[name] = value;
    }
    for (const listener of [...this.#listeners[name]]) {
      listener(value);
    }
  }

  // A view that goes and one that comes may both listen to stories, so the stream is looked at
  // after both have spoken.
  #adjust() {
    if (!this.#scheduled && this.#say !== null) {
      this.#scheduled = true;
      setTimeout(() => {
        this.#scheduled = false;
        if (this.#wanted !== 'nothing') {
          this.#want();
        }
      }, 0);
    }
  }

  #want(wanted = this.#listeners.stories.size > 0 ? 'stories' : 'state') {
    if (wanted !== this.#wanted) {
      this.#wanted = wanted;
      this.#say({ wants: wanted });
    }
  }

  #visibility() {
    clearTimeout(this.#hiddenTimer);
    if (document.visibilityState === 'hidden') {
      this.#hiddenTimer = setTimeout(() => this.#want('nothing'), kHiddenBeforeResting);
    } else {
      this.#want();
    }
  }
}

/** The page's stream. */
export const stream = new Stream();

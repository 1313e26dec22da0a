// Speaks with the console's API: requests as promises, and one stream of what changes, which all
// views share.

const kTokenName = 'penstock-token';
const kDeadline = 30_000;
const kSilence = 4_000;
const kFirstPause = 500;
const kLongestPause = 8_000;
const kHiddenBeforeClosing = 2_000;

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
 * Takes the token out of the page's address (#token=…), keeps it for this tab, and returns whether
 * the address had one.
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
 * The stream of what changes. Its events are `state` (a State, each second), `stories` (a StoryList,
 * sent only while somebody listens), and `connection` ({state: 'connecting' | 'open' | 'lost',
 * retry_at_ms}). It reconnects by itself, later each time, and rests while the tab is hidden.
 */
class Stream {
  constructor() {
    this.listeners = { state: new Set(), stories: new Set(), connection: new Set() };
    this.latest = { state: null, connection: { state: 'connecting', retry_at_ms: null } };
    this.source = null;
    this.withStories = false;
    this.pause = kFirstPause;
    this.timer = 0;
    this.watch = 0;
    this.hiddenTimer = 0;
    this.scheduled = false;
  }

  /**
   * Calls `listener` for each event of that name, and at once with the last `state` or `connection`
   * if there is one. Returns a function that ends it.
   */
  on(name, listener) {
    this.listeners[name].add(listener);
    if (this.latest[name]) {
      listener(this.latest[name]);
    }
    this.#adjust();
    return () => {
      this.listeners[name].delete(listener);
      this.#adjust();
    };
  }

  /** Connects. It is called once, by the shell. */
  start() {
    document.addEventListener('visibilitychange', () => this.#visibility());
    this.#connect();
  }

  /** Connects now, instead of after the pause. */
  retry() {
    this.pause = kFirstPause;
    this.#connect();
  }

  #emit(name, value) {
    if (name in this.latest) {
      this.latest[name] = value;
    }
    for (const listener of [...this.listeners[name]]) {
      listener(value);
    }
  }

  // A view that goes and one that comes may both listen to stories, so the stream is looked at
  // after both have spoken.
  #adjust() {
    if (this.scheduled) {
      return;
    }
    this.scheduled = true;
    setTimeout(() => {
      this.scheduled = false;
      if (this.source !== null && this.withStories !== this.listeners.stories.size > 0) {
        this.#connect();
      }
    }, 0);
  }

  #close() {
    clearTimeout(this.timer);
    clearTimeout(this.watch);
    this.source?.close();
    this.source = null;
  }

  #connect() {
    this.#close();
    this.withStories = this.listeners.stories.size > 0;
    const source = new EventSource(`/api/stream?stories=${this.withStories}`);
    this.source = source;
    const heard = (name) => (event) => {
      if (source !== this.source) {
        return;
      }
      this.#watch();
      let value;
      try {
        value = JSON.parse(event.data);
      } catch {
        return;
      }
      if (this.latest.connection.state !== 'open') {
        this.pause = kFirstPause;
        this.#emit('connection', { state: 'open', retry_at_ms: null });
      }
      this.#emit(name, value);
    };
    source.addEventListener('state', heard('state'));
    source.addEventListener('stories', heard('stories'));
    source.addEventListener('error', () => {
      if (source === this.source) {
        this.#lost();
      }
    });
    this.#watch();
  }

  // A connection may die without a word, so silence is a loss, too: a state comes each second.
  #watch() {
    clearTimeout(this.watch);
    this.watch = setTimeout(() => this.#lost(), kSilence);
  }

  #lost() {
    this.#close();
    const retry = Date.now() + this.pause;
    this.#emit('connection', { state: 'lost', retry_at_ms: retry });
    this.timer = setTimeout(() => this.#connect(), this.pause);
    this.pause = Math.min(this.pause * 2, kLongestPause);
  }

  // A browser has six connections for a host, so a tab that nobody sees holds none of them.
  #visibility() {
    clearTimeout(this.hiddenTimer);
    if (document.visibilityState === 'hidden') {
      this.hiddenTimer = setTimeout(() => {
        this.#close();
        this.#emit('connection', { state: 'connecting', retry_at_ms: null });
      }, kHiddenBeforeClosing);
    } else if (this.source === null) {
      this.retry();
    }
  }
}

/** The page's stream. */
export const stream = new Stream();

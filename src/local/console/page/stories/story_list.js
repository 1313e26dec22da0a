// The stories that a list shows: filtered, the newest first, bounded. It knows nothing of elements.

/** How many stories are kept at most, and how many before the user asks for older ones. */
export const kMost = 500;
const kAtFirst = 100;
const kCounted = 20_000;

const kFilters = ['route', 'status', 'outcome', 'key', 'text'];
const kSearched = ['id', 'event_id', 'trace_id', 'topic', 'path', 'route'];

/** Returns the filters that a query has, by name. */
export function filtersOf(query) {
  return Object.fromEntries(kFilters.map((name) => [name, (query.get(name) ?? '').trim()])
    .filter(([, value]) => value !== ''));
}

/** Returns whether a StorySummary passes filters, as the API's list does it. */
export function passes(story, filters) {
  const { route, status, outcome, key, text } = filters;
  if (status) {
    const own = String(story.status ?? '');
    if (status.toLowerCase().endsWith('xx') ? own[0] !== status[0] || own === '' : own !== status) {
      return false;
    }
  }
  return (!route || story.route === route)
    && (!outcome || story.outcome === outcome)
    && (!key || story.key === key)
    && (!text || kSearched.some((name) => String(story[name] ?? '').toLowerCase()
      .includes(text.toLowerCase())));
}

function newerFirst(a, b) {
  return b.started_at_ms - a.started_at_ms;
}

/**
 * Keeps the stories of a list. Those that are there change at once; new ones wait until they are
 * admitted, when the list is drawn, so that `rows` is what its reader sees. While it is held, none
 * is admitted, and `waiting` counts them.
 */
export class StoryRows {
  constructor(filters) {
    this.filters = filters;
    this.most = kAtFirst;
    this.rows = [];
    this.byId = new Map();
    this.aside = new Map();
    this.counted = new Set();
    this.held = false;
    this.load = [];
  }

  /** The number of stories that a reader waits for, of which only the newest are kept. */
  get waiting() {
    return this.held ? this.counted.size : 0;
  }

  /** Takes the first list or, for which there is room then, an older part of it. */
  append(stories, older = false) {
    if (older) {
      this.most = Math.min(kMost, this.most + stories.length);
    }
    for (const story of stories) {
      if (!this.byId.has(story.id)) {
        this.byId.set(story.id, story);
        this.rows.push(story);
      }
    }
    this.#sort();
  }

  /** Takes a StoryList of the stream, which arrived at `now`. */
  take({ stories, left_out: leftOut }, now) {
    this.merge(stories);
    this.load.push({ now, shown: stories.length, leftOut });
    while (this.load.length > 0 && this.load[0].now < now - 5000) {
      this.load.shift();
    }
  }

  /** Takes stories that are new, or that may have changed. */
  merge(stories) {
    for (const story of stories) {
      if (this.byId.has(story.id)) {
        this.#change(story);
      } else if (passes(story, this.filters)) {
        this.#add(story);
      } else {
        this.aside.delete(story.id);
        this.counted.delete(story.id);
      }
    }
  }

  #change(story) {
    const stays = this.held || passes(story, this.filters);
    const index = this.rows.findIndex(({ id }) => id === story.id);
    if (stays) {
      this.rows[index] = story;
      this.byId.set(story.id, story);
    } else {
      this.rows.splice(index, 1);
      this.byId.delete(story.id);
    }
  }

  #add(story) {
    // One that changes after it has left a full list is old, and not news.
    const last = this.rows.at(-1);
    if (this.rows.length >= this.most && story.started_at_ms < last.started_at_ms) {
      return;
    }
    if (this.counted.size < kCounted) {
      this.counted.add(story.id);
    }
    this.aside.set(story.id, story);
    if (this.aside.size > kMost) {
      this.aside.delete(this.aside.keys().next().value);
    }
  }

  /** Begins or ends to hold. At the end, what waited comes in. */
  hold(held) {
    this.held = held;
    if (!held) {
      this.admit();
      this.rows = this.rows.filter((story) => passes(story, this.filters)
        || (this.byId.delete(story.id), false));
    }
  }

  /** Lets those in that wait, unless the list is held. */
  admit() {
    if (this.held || this.aside.size === 0) {
      return;
    }
    for (const story of this.aside.values()) {
      if (!this.byId.has(story.id)) {
        this.rows.unshift(story);
        this.byId.set(story.id, story);
      }
    }
    this.aside.clear();
    this.counted.clear();
    this.#sort();
  }

  #sort() {
    this.rows.sort(newerFirst);
    for (const story of this.rows.splice(this.most)) {
      this.byId.delete(story.id);
    }
  }

  /** Returns {oneIn, leftOut} of the last five seconds if stories were left out, else null. */
  sample() {
    const shown = this.load.reduce((sum, one) => sum + one.shown, 0);
    const leftOut = this.load.reduce((sum, one) => sum + one.leftOut, 0);
    return leftOut === 0 ? null
      : { oneIn: Math.max(2, Math.round((shown + leftOut) / Math.max(1, shown))), leftOut };
  }
}

// The numbers of the last 15 minutes, one row a second: first those of /api/history, then one for
// each state of the stream.

import { get } from '../client.js';

/** How many seconds are kept. */
export const kSeconds = 900;

/** The series, as /api/history names them. */
export const kSeries = ['requests', 'errors', 'p50_ms', 'p99_ms', 'events', 'handled', 'lag',
  'invocations', 'retries', 'given_up'];

function sum(list, member) {
  return list.reduce((total, item) => total + (item[member] ?? 0), 0);
}

// The totals of a state, whose growth is what happened in a second.
function totals(state) {
  return {
    handled: sum(state.mappings, 'handled'),
    retries: sum(state.mappings, 'retries'),
    given_up: sum(state.mappings, 'given_up'),
    invocations: state.function.invocations ?? 0,
  };
}

function lag(topics) {
  let total = null;
  for (const { own, partitions } of topics) {
    for (const partition of own ? partitions : []) {
      if (typeof partition.lag === 'number') {
        total = (total ?? 0) + partition.lag;
      }
    }
  }
  return total;
}

/** Keeps the rows. `at` has the seconds, and `series` an array for each name of kSeries. */
export class History {
  constructor() {
    this.clear();
  }

  /** Forgets all rows. */
  clear() {
    this.at = [];
    this.series = Object.fromEntries(kSeries.map((name) => [name, []]));
    this.last = null;
  }

  /** Replaces the rows by those of the server. Throws a ClientError. */
  async load(signal) {
    const rows = await get('/api/history', { signal });
    const from = Math.max(0, rows.at_s.length - kSeconds);
    this.at = [];
    for (const name of kSeries) {
      this.series[name] = [];
    }
    for (let row = from; row < rows.at_s.length; row += 1) {
      this.#gap(rows.at_s[row]);
      this.at.push(rows.at_s[row]);
      for (const name of kSeries) {
        this.series[name].push(rows[name][row] ?? null);
      }
    }
    this.#bound();
  }

  /** Adds a state. Those that come more than once in a second are one row. */
  append(state) {
    const now = Math.floor(state.now_ms / 1000);
    const sums = totals(state);
    const before = this.last;
    this.last = { now_ms: state.now_ms, sums };
    const seconds = before === null ? 0 : (state.now_ms - before.now_ms) / 1000;
    if (this.at.length > 0 && now <= this.at.at(-1)) {
      return;
    }
    const grown = (name) => {
      const more = seconds > 0 && seconds < 5 ? (sums[name] - before.sums[name]) / seconds : null;
      return more === null || more < 0 ? null : more;
    };
    this.#gap(now);
    this.at.push(now);
    const row = {
      requests: state.api.requests_per_s ?? null,
      errors: state.api.errors_per_s ?? null,
      p50_ms: state.api.p50_ms ?? null,
      p99_ms: state.api.p99_ms ?? null,
      events: sum(state.topics.filter((topic) => topic.own), 'events_per_s'),
      handled: grown('handled'),
      lag: lag(state.topics),
      invocations: grown('invocations'),
      retries: grown('retries'),
      given_up: grown('given_up'),
    };
    for (const name of kSeries) {
      this.series[name].push(row[name]);
    }
    this.#bound();
  }

  // Seconds of which nothing is known are a gap in the line, and not a line across it.
  #gap(now) {
    if (this.at.length > 0 && now - this.at.at(-1) > 2) {
      this.at.push(this.at.at(-1) + 1);
      for (const name of kSeries) {
        this.series[name].push(null);
      }
    }
  }

  #bound() {
    const first = (this.at.at(-1) ?? 0) - kSeconds;
    let old = Math.max(0, this.at.length - kSeconds);
    while (old < this.at.length && this.at[old] < first) {
      old += 1;
    }
    if (old > 0) {
      this.at.splice(0, old);
      for (const name of kSeries) {
        this.series[name].splice(0, old);
      }
    }
  }
}

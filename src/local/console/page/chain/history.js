// The numbers of the last 15 minutes, one row a second: first those of /api/history, then one for
// each state of the stream.

import { get } from '../client.js';

/** How many seconds are kept. */
export const kSeconds = 900;

/** The series, as /api/history names them. */
export const kSeries = ['requests', 'errors', 'p50_ms', 'p99_ms', 'events', 'handled', 'lag',
  'invocations', 'retries', 'given_up'];

/** Keeps the rows. `at` has the seconds, and `series` an array for each name of kSeries. */
export class History {
  constructor() {
    this.clear();
  }

  /** Forgets all rows. */
  clear() {
    this.at = [];
    this.series = Object.fromEntries(kSeries.map((name) => [name, []]));
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

  /** Adds the newest second of a state, if it is new. */
  append({ second }) {
    if (second === undefined || (this.at.length > 0 && second.at_s <= this.at.at(-1))) {
      return;
    }
    this.#gap(second.at_s);
    this.at.push(second.at_s);
    for (const name of kSeries) {
      this.series[name].push(second[name] ?? null);
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

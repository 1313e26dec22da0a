// Which records of a topic are asked for. It knows nothing of elements.

const kNames = ['partition', 'offset', 'from', 'key'];

/** The most records that the page has at once. */
export const kMost = 500;
const kPage = 50;

/** Returns the filters of an address' query, by name, without empty ones. */
export function filtersOf(query) {
  return Object.fromEntries(kNames.map((name) => [name, query.get(name) ?? ''])
    .filter(([, value]) => value !== ''));
}

/** Returns the milliseconds since 1970 of a local time as `datetime-local` writes it, or null. */
export function timeOf(text) {
  const at = new Date(text).getTime();
  return Number.isFinite(at) && at >= 0 ? at : null;
}

/** Returns the path at which the API has these records. */
export function recordsPath(topic, filters) {
  const query = new URLSearchParams({ limit: String(kPage) });
  if (filters.partition !== undefined) query.set('partition', filters.partition);
  if (filters.offset !== undefined) query.set('offset', filters.offset);
  if (filters.key !== undefined) query.set('key', filters.key);
  const from = filters.from === undefined ? null : timeOf(filters.from);
  if (from !== null) query.set('from_ms', String(from));
  return `/api/topics/${encodeURIComponent(topic)}/records?${query}`;
}

/**
 * Returns the path of the records before those that are shown, or null if there are none or that
 * cannot be asked for: without one partition there is no order in which offsets could go back.
 */
export function olderPath(topic, filters, records) {
  if (filters.partition === undefined || records.length === 0 || filters.key !== undefined) {
    return null;
  }
  const first = Math.min(...records.map(({ offset }) => offset));
  if (first === 0) return null;
  const offset = String(Math.max(0, first - kPage));
  return recordsPath(topic, { partition: filters.partition, offset });
}

/** Returns records of both lists, each once, the newest first and not more than are shown. */
export function joined(shown, more) {
  const name = ({ partition, offset }) => `${partition}@${offset}`;
  const all = new Map([...shown, ...more].map((record) => [name(record), record]));
  return [...all.values()].sort((a, b) => b.at_ms - a.at_ms || b.partition - a.partition
    || b.offset - a.offset).slice(0, kMost);
}

// The view of the topics, and of one topic's records.

import { get, stream } from '../client.js';
import { el, empty, failure, fill, loading } from '../dom.js';
import { count, rate, whole } from '../format.js';
import { link } from '../routes.js';
import { showRecords } from './records.js';

const kEvery = 2000;

// The list of topics has what Kafka has, and the state what the mappings have read.
function withState(topics, state) {
  const read = new Map((state?.topics ?? []).map((topic) => [topic.name, topic]));
  return topics.map((topic) => {
    const known = read.get(topic.name);
    const offsets = new Map((known?.partitions ?? []).map((one) => [one.partition, one]));
    return { ...topic, events_per_s: known?.events_per_s ?? topic.events_per_s,
      partitions: topic.partitions.map((one) => ({ ...one,
        committed: offsets.get(one.partition)?.committed ?? one.committed,
        lag: offsets.get(one.partition)?.lag ?? one.lag })) };
  });
}

function lagOf(topic) {
  const known = topic.partitions.filter(({ lag }) => lag !== null && lag !== undefined);
  return known.length === 0 ? null : known.reduce((sum, { lag }) => sum + lag, 0);
}

function partitionsTable(topic) {
  return el('div', { class: 'table-box', tabindex: '0', role: 'group',
    'aria-label': `Partitions of ${topic.name}` },
  el('table', { class: 'table' },
    el('thead', null, el('tr', null, ['Partition', 'Begin', 'End', 'Records', 'Read up to', 'Lag']
      .map((title) => el('th', { scope: 'col', class: 'number' }, title)))),
    el('tbody', null, topic.partitions.map(({ partition, begin, end, committed, lag }) =>
      el('tr', null,
        el('td', { class: 'number' }, el('a', {
          href: link('topics', topic.name, { partition: String(partition) }),
          'aria-label': `Partition ${partition}`,
        }, partition)),
        [begin, end, end - begin, committed, lag].map((value) =>
          el('td', { class: 'number' }, value === null || value === undefined ? '–'
            : whole(value))))))));
}

function topicCard(topic) {
  const records = topic.partitions.reduce((sum, { begin, end }) => sum + end - begin, 0);
  const lag = lagOf(topic);
  return el('article', { class: 'card stack topic' },
    el('div', { class: 'card-head' },
      el('h2', null, el('a', { href: link('topics', topic.name) }, topic.name)),
      topic.own ? el('span', { class: 'badge', data: { tone: 'accent' } }, 'read by a mapping')
        : null),
    el('p', { class: 'muted small' }, [count(topic.partitions.length, 'partition'),
      count(records, 'record'), lag === null ? null : `lag ${whole(lag)}`,
      topic.events_per_s ? `${rate(topic.events_per_s)}/s` : null].filter(Boolean).join(' · ')),
    partitionsTable(topic));
}

/** Shows the topics, or the one with a name. Returns a function that ends it. */
export function show(container, { id, query }) {
  return id === null ? showTopics(container) : showRecords(container, id, query);
}

function showTopics(container) {
  const asked = new AbortController();
  const place = el('div', { class: 'stack' }, loading());
  let timer = 0;
  let shown = '';
  let state = null;
  const off = stream.on('state', (latest) => { state = latest; });
  container.append(el('div', { class: 'view-head' }, el('div', null, el('h1', null, 'Topics'),
    el('p', null, 'What Kafka has stored, and how far it is read.'))), place);
  const load = async () => {
    try {
      const found = await get('/api/topics', { signal: asked.signal });
      const topics = withState(found.topics, state);
      const text = JSON.stringify(topics);
      if (text !== shown && !place.contains(document.activeElement)) {
        shown = text;
        const own = [...topics].sort((a, b) => Number(b.own ?? false) - Number(a.own ?? false)
          || a.name.localeCompare(b.name));
        fill(place, own.length === 0
          ? empty('Kafka has no topics yet', 'The API makes those of its contract at its start.')
          : own.map(topicCard));
      }
    } catch (error) {
      if (asked.signal.aborted) return;
      shown = '';
      fill(place, failure(error, load));
    }
    clearTimeout(timer);
    if (!asked.signal.aborted) timer = setTimeout(load, kEvery);
  };
  load();
  return () => {
    off();
    asked.abort();
    clearTimeout(timer);
  };
}

// The view of one topic: its records, and the form that stores one.

import { get } from '../client.js';
import { el, empty, failure, fill, loading, setAttribute, setText } from '../dom.js';
import { visible } from '../foreign_text.js';
import { count, dateTime, size, whole } from '../format.js';
import { headerList, payload, preview } from '../payload.js';
import { link, replaceAddress } from '../routes.js';
import { producer } from './producer.js';
import { filtersOf, joined, kMost, olderPath, recordsPath } from './query.js';

function details(record, content) {
  const path = `/api/topics/${encodeURIComponent(record.topic)}/records/${record.partition}/`
    + record.offset;
  const parts = (all, whole) => [
    el('h3', null, 'Headers'), headerList(all.headers),
    payload('Key', all.key, { none: 'It has no key.' }),
    payload('Value', all.value, { none: 'A tombstone: it has no value.', whole }),
    el('p', null, el('a', {
      href: link('stories', `${record.topic}-${record.partition}@${record.offset}`),
    }, 'Its story')),
  ];
  const load = async () => {
    fill(content, loading());
    try {
      fill(content, parts(await get(path)));
    } catch (error) {
      fill(content, failure(error, load));
    }
  };
  fill(content, parts(record, load));
}

function makeRow(record) {
  const isTombstone = record.value.form === 'null';
  const content = el('div', { class: 'record-details stack' });
  const node = el('details', { class: 'record' },
    el('summary', { class: 'record-line' },
      el('span', { class: 'record-place mono' }, `${record.partition}@${record.offset}`),
      el('span', { class: 'record-time muted' }, dateTime(record.at_ms)),
      el('span', { class: 'record-key mono cut' },
        record.key.form === 'null' ? el('span', { class: 'muted' }, 'no key')
          : preview(record.key, 60)),
      el('span', { class: 'record-value mono cut' },
        isTombstone ? el('span', { class: 'badge' }, 'tombstone') : preview(record.value, 200)),
      el('span', { class: 'record-size muted number' },
        isTombstone ? '' : size(record.value.size))));
  node.append(content);
  node.addEventListener('toggle', () => {
    if (node.open && content.firstChild === null) details(record, content);
  });
  return node;
}

function field(label, name, attributes, value) {
  const id = `records-${name}`;
  const input = el('input', { class: 'input', id, name, value: value ?? '', ...attributes });
  return [el('div', { class: 'field' }, el('label', { for: id }, label), input), input];
}

/** Shows the records of a topic. Returns a function that ends it. */
export function showRecords(container, topic, query) {
  let asked = new AbortController();
  let filters = filtersOf(query);
  let records = [];
  const fields = [
    field('Partition', 'partition', { type: 'number', min: 0, inputmode: 'numeric' },
      filters.partition),
    field('From offset', 'offset', { type: 'number', min: 0, inputmode: 'numeric' },
      filters.offset),
    field('From time', 'from', { type: 'datetime-local', step: 1 }, filters.from),
    field('Key', 'key', { type: 'text', autocomplete: 'off' }, filters.key),
  ];
  const place = el('div', { class: 'records' }, loading());
  const about = el('p', { class: 'small muted', role: 'status' });
  const older = el('button', { type: 'button', class: 'button', hidden: true }, 'Older ones');

  const draw = (examined) => {
    fill(place, records.length === 0
      ? empty('There are no such records', Object.keys(filters).length > 0
        ? 'None of the topic passes these filters.' : 'Nothing is stored in this topic.')
      : records.map(makeRow));
    const read = examined > records.length ? ` of ${whole(examined)} that were read` : '';
    setText(about, records.length === 0 ? '' : `${count(records.length, 'record')}${read}`
      + (records.length >= kMost ? ', which is the most that is shown' : ''));
    setAttribute(older, 'hidden', records.length >= kMost
      || olderPath(topic, filters, records) === null);
  };
  const load = async () => {
    asked.abort();
    asked = new AbortController();
    const { signal } = asked;
    fill(place, loading());
    setText(about, '');
    try {
      const found = await get(recordsPath(topic, filters), { signal });
      records = joined([], found.records);
      draw(found.examined);
    } catch (error) {
      if (!signal.aborted) fill(place, failure(error, load));
    }
  };
  older.addEventListener('click', async () => {
    try {
      const found = await get(olderPath(topic, filters, records), { signal: asked.signal });
      records = joined(records, found.records);
      draw(records.length);
    } catch (error) {
      if (!asked.signal.aborted) place.append(failure(error));
    }
  });
  const submit = (event) => {
    event.preventDefault();
    const wanted = new URLSearchParams(
      fields.map(([, input]) => [input.name, input.value]).filter(([, value]) => value !== ''));
    filters = filtersOf(wanted);
    replaceAddress(link('topics', topic, filters));
    load();
  };
  container.append(
    el('div', { class: 'view-head' }, el('div', null,
      el('p', { class: 'small' }, el('a', { href: link('topics') }, 'Topics'), ' /'),
      el('h1', { class: 'cut' }, visible(topic, true)),
      el('p', null, 'The newest records first. Open one for its headers and its whole value.'))),
    el('form', { class: 'card record-filters', onsubmit: submit, novalidate: true },
      fields.map(([node]) => node),
      el('button', { type: 'submit', class: 'button primary' }, 'Show')),
    producer(topic, load),
    el('section', { class: 'card flush', 'aria-label': 'Records' }, place,
      el('div', { class: 'row spread story-foot' }, about, older)));
  load();
  return () => asked.abort();
}

// The view of the batches that were given up, and of the service's test events.

import { readOnlyNotice } from '../access.js';
import { get, hasToken, post } from '../client.js';
import { el, empty, failure, fill, loading, setAttribute, setText } from '../dom.js';
import { visible } from '../foreign_text.js';
import { count, dateTime } from '../format.js';
import { link } from '../routes.js';
import { testEvents } from './test_events.js';

const kEvery = 2000;
const kRedriveMs = 930_000;  // AWS's longest time-out is 15 minutes.

// "events-0 15..17, events-1 4": the first record's story stands for the batch.
function firstRecord(batch) {
  const found = /^(\S+) (\d+)/.exec(batch);
  return found === null ? null : `${found[1]}@${found[2]}`;
}

// The ids begin again with each start of penstock_local.
function nameOf({ id, at_ms: at }) {
  return `${id} ${at}`;
}

function makeCard(given) {
  const result = el('div', { role: 'status' });
  const badge = el('span', { class: 'badge' });
  const button = el('button', { type: 'button', class: 'button' }, 'Hand it over again');
  const first = firstRecord(given.batch);
  const title = first === null ? el('span') : el('a', { href: link('stories', first) });
  const records = el('span');
  let waits = false;
  let redriven = given.redriven;
  let newest = given;
  // A redrive may have handled some of the records: then the batch has only the others.
  const draw = (latest) => {
    newest = latest;
    redriven = redriven || latest.redriven;
    setText(title, visible(latest.batch, true));
    setText(records, count(latest.records, 'record'));
    setText(badge, redriven ? 'handed over again' : 'given up');
    setAttribute(badge, 'data-tone', redriven ? 'good' : 'bad');
    setText(button, waits ? 'Wait …' : 'Hand it over again');
    setAttribute(button, 'disabled', waits || redriven || !hasToken());
  };
  button.addEventListener('click', async () => {
    waits = true;
    draw(newest);
    try {
      const answer = await post(`/api/failures/${encodeURIComponent(given.id)}/redrive`, undefined,
        { deadline: kRedriveMs });
      fill(result, el('div', { class: 'notice', data: { tone: answer.done ? 'good' : 'bad' } },
        el('p', null, visible(answer.sentence))));
      redriven = answer.done;
    } catch (error) {
      fill(result, failure(error));
    }
    waits = false;
    draw(newest);
  });
  draw(given);
  const pairs = [
    ['Condition', given.condition],
    ['Records', records],
    ['Attempts', given.attempts ?? null],
    ['Mapping', given.mapping],
    ['Sent to', given.destination || 'nobody: there is no failure destination'],
    ['Reason', given.reason || null],
  ].filter(([, value]) => value !== null);
  const node = el('article', { class: 'card stack given-up' },
    el('div', { class: 'card-head' },
      el('h2', { class: 'mono' }, title), badge),
    el('p', { class: 'small muted' }, dateTime(given.at_ms)),
    el('dl', { class: 'pairs' }, pairs.flatMap(([name, value]) =>
      [el('dt', null, name), el('dd', null, value === records ? value
        : visible(String(value)))])),
    el('div', { class: 'actions' }, button), result);
  node.draw = draw;
  return node;
}

/** Shows what was given up, and the test events. Returns a function that ends it. */
export function show(container) {
  const asked = new AbortController();
  const cards = new Map();
  const list = el('div', { class: 'stack' });
  const place = el('div', null, loading());
  const events = el('section', { class: 'stack', 'aria-labelledby': 'test-events' },
    el('h2', { id: 'test-events' }, 'Test events'),
    el('p', { class: 'muted' }, 'The events in the service\'s folder test-events. The function is '
      + 'invoked with one as by no mapping: nothing is read from Kafka, and nothing is stored.'));
  let timer = 0;
  container.append(
    el('div', { class: 'view-head' }, el('div', null, el('h1', null, 'Failures'),
      el('p', null, 'The batches that a mapping has given up since the start, the newest first.'))),
    el('div', { class: 'stack' }, hasToken() ? null : readOnlyNotice(), place, events));
  const load = async () => {
    try {
      const { failures } = await get('/api/failures', { signal: asked.signal });
      for (const given of failures) {
        if (cards.has(nameOf(given))) {
          cards.get(nameOf(given)).draw(given);
        } else {
          cards.set(nameOf(given), makeCard(given));
        }
      }
      const nodes = failures.map((given) => cards.get(nameOf(given)));
      if (nodes.length !== list.children.length || nodes.some((node, i) =>
        list.children[i] !== node)) {
        list.replaceChildren(...nodes);
      }
      if (nodes.length > 0 && place.firstChild !== list) fill(place, list);
      if (nodes.length === 0) {
        fill(place, empty('Nothing was given up', 'A mapping gives up a batch when it has tried '
          + 'as often as MaximumRetryAttempts allows, or when its records are too old. Without '
          + 'these limits, which the file of --mapping has, it tries until they have expired in '
          + 'the topic.'));
      }
    } catch (error) {
      if (asked.signal.aborted) return;
      fill(place, failure(error, load));
    }
    clearTimeout(timer);
    if (!asked.signal.aborted) timer = setTimeout(load, kEvery);
  };
  load();
  testEvents(events, asked.signal);
  return () => {
    asked.abort();
    clearTimeout(timer);
  };
}

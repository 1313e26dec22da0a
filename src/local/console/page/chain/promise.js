// The count of the promise: nothing that was acknowledged is lost.

import { el, setAttribute, setText, svg } from '../dom.js';
import { count, short, whole } from '../format.js';

const kCounts = [
  ['acknowledged', 'Acknowledged', 'Events whose request was answered with success'],
  ['stored', 'Stored', 'Records that Kafka has'],
  ['handled', 'Handled', 'Records that the function is done with'],
  ['waiting', 'Waiting', 'Acknowledged, and not finished yet'],
  ['given_up', 'Given up', 'After the last attempt; a failure destination hears of it'],
  ['doubled', 'Doubled', 'Handled or stored more than once, which the promise allows'],
  ['lost', 'Lost', 'Acknowledged, and passed by: this must be 0'],
];

function verdict(promise, hasApi) {
  if (promise.lost > 0) {
    return ['The promise is broken',
      `${count(promise.lost, 'event')} of those that were acknowledged ${
        promise.lost === 1 ? 'was' : 'were'} passed by without being handled or given up.`];
  }
  const what = hasApi ? 'acknowledged' : 'read';
  if (promise.acknowledged === 0 && promise.stored === 0 && promise.handled === 0) {
    return ['The promise holds', `Nothing has been ${what} yet.`];
  }
  return ['The promise holds', `Nothing that was ${what} is lost.`];
}

/** Makes the strip with the count. Returns {node, update(state)}. */
export function makePromise() {
  const title = el('h2', { class: 'promise-title' }, 'The promise');
  const sentence = el('p', { class: 'promise-sentence' }, 'Waiting for the first numbers.');
  const cells = kCounts.map(([name, label, help]) => {
    const value = el('dd', { class: 'promise-value' }, '–');
    const node = el('div', { class: 'promise-count', data: { name }, title: help },
      el('dt', null, label), value);
    return { name, node, value };
  });
  const node = el('section', { class: 'promise card', 'aria-label': 'The promise' },
    el('div', { class: 'promise-verdict' },
      svg('svg', { class: 'promise-sign', viewBox: '0 0 32 32', 'aria-hidden': 'true' },
        svg('path', {
          class: 'promise-shield', d: 'M16 2 28 6v10c0 7-5 11.5-12 14C9 27.5 4 23 4 16V6z',
        }),
        svg('path', { class: 'promise-yes', d: 'm10.5 16 4 4 7.5-8' }),
        svg('path', { class: 'promise-no', d: 'M16 9v8.5M16 22v.5' })),
      // The sentence changes seldom, so it may be said when it does.
      el('div', { role: 'status' }, title, sentence)),
    el('dl', { class: 'promise-counts' }, cells.map((cell) => cell.node)));
  const update = (state) => {
    const { promise } = state;
    const [head, text] = verdict(promise, state.api.state !== 'absent');
    setText(title, head);
    setText(sentence, text);
    setAttribute(node, 'data-lost', String(promise.lost > 0));
    for (const { name, node: cell, value } of cells) {
      const number = promise[name];
      setText(value, number < 10_000_000 ? whole(number) : short(number));
      setAttribute(cell, 'data-some', number > 0);
    }
  };
  return { node, update };
}

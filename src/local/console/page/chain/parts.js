// The boxes of the drawing: one for each part of the system, with its numbers.

import { el, reconcile, setAttribute, setText } from '../dom.js';
import { sentence, timeLeft, whole } from '../format.js';

// Each state has a word and a sign, so that it is not known by colour alone.
const kStates = {
  absent: ['not run here', '○'],
  starting: ['starting', '◌'],
  running: ['running', '●'],
  down: ['down', '✕'],
  stopped: ['stopped', '■'],
};
const kTones = { running: 'good', starting: 'warn', down: 'bad' };
const kMostRows = 12;
const kMostBars = 200;

/**
 * Makes numbers with their names. `names` has [name, label] for each, and the first is drawn large.
 * Returns {node, set(values)}, where values are texts by name; a null hides one.
 */
export function makeFigures(names) {
  const cells = names.map(([name, label], index) => {
    const value = el('dd', { class: 'number' }, '–');
    const kind = index === 0 ? 'figure main' : 'figure';
    return { name, value, node: el('div', { class: kind }, el('dt', null, label), value) };
  });
  return {
    node: el('dl', { class: 'figures' }, cells.map(({ node }) => node)),
    set: (values) => {
      for (const { name, value, node } of cells) {
        setAttribute(node, 'hidden', values[name] === null);
        setText(value, values[name] ?? '–');
      }
    },
  };
}

/** Makes the box of a part. `children` follow its head. Returns {node, set(…)}. */
export function makePart(kind, title, ...children) {
  const sign = el('span', { 'aria-hidden': 'true' });
  const word = el('span');
  const badge = el('span', { class: 'badge part-badge' }, sign, word);
  const head = el('h3', null, title);
  const name = el('p', { class: 'part-name mono cut' });
  const reason = el('p', { class: 'part-reason', hidden: true });
  const faults = el('ul', { class: 'part-faults' });
  const node = el('li', { class: 'part', data: { kind } },
    el('div', { class: 'part-head' }, head, badge), name, reason, faults, children);
  const set = (state, text, why, active, now) => {
    const [description, mark] = kStates[state] ?? [state, '?'];
    setAttribute(node, 'data-state', state);
    setAttribute(badge, 'data-tone', kTones[state] ?? null);
    setAttribute(badge, 'hidden', state === 'absent');
    setText(sign, mark);
    setText(word, description);
    setText(name, text);
    setAttribute(name, 'title', text);
    setAttribute(name, 'hidden', text === '');
    setAttribute(reason, 'hidden', why === '');
    setText(reason, sentence(why));
    drawFaults(faults, active, now);
  };
  return { node, head, set };
}

/** Draws which faults act on something, with the time that they have left. */
export function drawFaults(list, faults, now) {
  setAttribute(list, 'hidden', faults.length === 0);
  reconcile(list, faults, (fault) => fault.name, (fault) => {
    const left = el('span', { class: 'number' });
    const item = el('li', { class: 'fault-mark' }, el('span', { 'aria-hidden': 'true' }, '⚡'),
      el('a', { href: '#/break' }, fault.title), left);
    item.left = left;
    return item;
  }, (item, fault) => {
    setText(item.left, timeLeft(fault, now));
  });
}

// A lag of 10 shall be seen beside one of 100,000, so that the length of a bar grows with the
// number of its digits.
function length(lag, most) {
  return lag > 0 ? Math.max(0.03, Math.log10(1 + lag) / Math.log10(1 + Math.max(1000, most))) : 0;
}

function makePartition() {
  const number = el('span', { class: 'partition-number' });
  const bar = el('span', { class: 'bar-fill' });
  const lag = el('span', { class: 'number partition-lag' });
  const node = el('li', { class: 'partition' },
    el('span', { class: 'visually-hidden' }, 'Partition '), number,
    el('span', { class: 'bar', 'aria-hidden': 'true' }, bar),
    el('span', { class: 'visually-hidden' }, ', lag '), lag);
  node.set = (partition, most) => {
    setText(number, partition.partition);
    bar.style.setProperty('transform', `scaleX(${length(partition.lag ?? 0, most).toFixed(3)})`);
    setText(lag, whole(partition.lag));
  };
  return node;
}

function makeColumn() {
  const bar = el('span', { class: 'column-fill' });
  const text = el('span', { class: 'visually-hidden' });
  const node = el('li', { class: 'column' }, bar, text);
  node.set = (partition, most) => {
    const share = length(partition.lag ?? 0, most);
    bar.style.setProperty('transform', `scaleY(${share.toFixed(3)})`);
    const words = `Partition ${partition.partition}, lag ${whole(partition.lag)}`;
    setText(text, words);
    setAttribute(node, 'title', words);
  };
  return node;
}

function summary(partitions) {
  let worst = partitions[0];
  let sum = 0;
  for (const partition of partitions) {
    sum += partition.lag ?? 0;
    worst = (partition.lag ?? 0) > (worst.lag ?? 0) ? partition : worst;
  }
  const most = (worst.lag ?? 0) > 0
    ? `, ${whole(worst.lag)} of it in partition ${worst.partition}` : '';
  return `${whole(partitions.length)} partitions, lag ${whole(sum)}${most}`;
}

/** Makes a topic inside of the broker's box: its rate, and the lag of each partition. */
export function makeTopic() {
  const name = el('a', { class: 'cut mono' });
  const speed = el('span', { class: 'number' });
  const rows = el('ul', { class: 'partitions' });
  const columns = el('ul', { class: 'columns' });
  const text = el('p', { class: 'small muted' });
  const node = el('li', { class: 'topic' },
    el('div', { class: 'topic-head' }, name, speed), rows, columns, text);
  node.set = (topic, words) => {
    const { partitions } = topic;
    const many = partitions.length > kMostRows;
    const most = partitions.reduce((sum, { lag }) => Math.max(sum, lag ?? 0), 0);
    setText(name, topic.name);
    setAttribute(name, 'href', `#/topics/${encodeURIComponent(topic.name)}`);
    setAttribute(name, 'title', topic.name);
    setText(speed, words);
    for (const [list, shown, make] of [[rows, many ? [] : partitions, makePartition],
      [columns, many ? partitions.slice(0, kMostBars) : [], makeColumn]]) {
      setAttribute(list, 'hidden', shown.length === 0);
      reconcile(list, shown, ({ partition }) => partition, make,
        (item, partition) => item.set(partition, most));
    }
    setAttribute(text, 'hidden', !many);
    setText(text, many ? summary(partitions) : '');
  };
  return node;
}

// Draws the chain that runs: clients, API, Kafka with its topics, mappings, function, and the pipes
// between them. The boxes are HTML, which wraps text and is read aloud as it is; the pipes are SVG.

import { el, empty, reconcile, setAttribute, setText } from '../dom.js';
import { clock, count, duration, rate, sentence, short, whole } from '../format.js';
import { drawFaults, makeFigures, makePart, makeTopic } from './parts.js';
import { makePipes } from './pipes.js';

const kBrokers = { kafka: 'Kafka', memory: 'Broker', other: 'Kafka' };
// A mapping that has solved its problem does not say so, so that one is shown for a while.
const kTroubleShown = 20_000;
// Where a fault acts, by what its name has in it. Others are named above the drawing.
const kPlaces = [
  ['broker', /broker|kafka/], ['function', /function|invocation/], ['api', /api|queue/],
];

function place(fault) {
  return kPlaces.find(([, pattern]) => pattern.test(fault.name))?.[0] ?? 'other';
}

function address(url) {
  return (url ?? '').replace(/^https?:\/\//, '');
}

function makeClients() {
  const part = makePart('clients', 'Clients');
  part.set('absent', '', '', [], 0);
  return { ...part, update: (state) => {
    setText(part.head, state.api.state === 'absent' ? 'Producers' : 'Clients');
  } };
}

function makeApi() {
  const figures = makeFigures([['rate', 'requests/s'], ['p50', 'p50'], ['p99', 'p99'],
    ['requests', 'requests'], ['errors', '5xx/s']]);
  const part = makePart('api', 'API', figures.node);
  return { ...part, update: ({ api, now_ms: now }, faults) => {
    setAttribute(part.node, 'hidden', api.state === 'absent');
    part.set(api.state, address(api.url) || api.program || '', api.reason, faults.api, now);
    figures.set({
      rate: rate(api.requests_per_s),
      requests: short(api.requests), errors: rate(api.errors_per_s),
      p50: duration(api.p50_ms), p99: duration(api.p99_ms),
    });
  } };
}

function makeBroker() {
  const topics = el('ul', { class: 'topics' });
  const more = el('a', { class: 'small', href: '#/topics' });
  const none = el('p', { class: 'small muted' }, 'No topic is read yet.');
  const part = makePart('broker', 'Kafka', topics, none, more);
  return { ...part, topics, update: (state, faults) => {
    const { broker, now_ms: now } = state;
    setText(part.head, kBrokers[broker.kind] ?? 'Kafka');
    const where = broker.bootstrap ?? '';
    part.set(broker.state, broker.kind === 'memory' ? `${where} in memory` : where, broker.reason,
      faults.broker, now);
    const own = state.topics.filter((topic) => topic.own);
    const others = state.topics.length - own.length;
    setAttribute(none, 'hidden', own.length > 0);
    setAttribute(more, 'hidden', others === 0);
    setText(more, `${count(others, 'other topic')}`);
    reconcile(topics, own, (topic) => topic.name, makeTopic, (node, topic) => {
      node.set(topic, `${rate(topic.events_per_s ?? 0)} events/s`);
    });
  } };
}

function makeMapping() {
  const figures = makeFigures([['rate', 'records/s'], ['handled', 'handled'],
    ['retries', 'retries'], ['given_up', 'given up'], ['filtered', 'filtered']]);
  const fill = el('span', { class: 'bar-fill' });
  const batch = el('span', { class: 'number' });
  const limit = el('span', { class: 'number muted' });
  const destination = el('p', { class: 'small muted cut' });
  const trouble = el('p', { class: 'part-trouble', hidden: true });
  const part = makePart('mapping', 'Mapping',
    trouble, figures.node,
    el('p', { class: 'batch' }, el('span', { class: 'muted' }, 'A batch has '), batch, limit,
      el('span', { class: 'bar', 'aria-hidden': 'true' }, fill)),
    destination);
  part.node.set = (mapping, now) => {
    part.set(mapping.state, mapping.name, mapping.reason, [], now);
    figures.set({
      rate: rate(mapping.records_per_s),
      handled: short(mapping.handled), retries: short(mapping.retries),
      given_up: short(mapping.given_up), filtered: short(mapping.filtered),
    });
    const recent = mapping.trouble && now - mapping.trouble_at_ms < kTroubleShown;
    setAttribute(trouble, 'hidden', !recent || mapping.trouble === mapping.reason);
    setText(trouble, recent ? `${clock(mapping.trouble_at_ms)} ${sentence(mapping.trouble)}` : '');
    const share = mapping.batch_size > 0 ? (mapping.batch_records ?? 0) / mapping.batch_size : 0;
    fill.style.setProperty('transform', `scaleX(${Math.min(1, share).toFixed(3)})`);
    setText(batch, rate(mapping.batch_records));
    setText(limit, ` of ${whole(mapping.batch_size)}`);
    setAttribute(destination, 'hidden', !mapping.destination);
    setAttribute(destination, 'title', mapping.destination ?? null);
    setText(destination, `Given up → ${(mapping.destination ?? '').split(':').at(-1)}`);
  };
  return part.node;
}

function makeProcess() {
  const text = el('span', { class: 'visually-hidden' });
  const node = el('li', { class: 'process' }, text);
  node.set = ({ name, state, reason, busy }) => {
    const what = state !== 'running' ? state : busy ? 'busy' : 'idle';
    const words = `${name}: ${what}${reason ? `, ${reason}` : ''}`;
    setAttribute(node, 'data-state', what);
    setAttribute(node, 'title', words);
    setText(text, words);
  };
  return node;
}

function makeFunction() {
  const figures = makeFigures([['rate', 'invocations/s'], ['p50', 'p50'], ['p99', 'p99'],
    ['invocations', 'invocations'], ['failures', 'failed']]);
  const processes = el('ul', { class: 'processes' });
  const busy = el('p', { class: 'small muted' });
  const part = makePart('function', 'Function', figures.node, processes, busy);
  return { ...part, update: (state, faults) => {
    const what = state.function;
    const list = what.processes ?? [];
    part.set(what.state, what.name ?? '', what.reason, faults.function, state.now_ms);
    figures.set({
      rate: rate(what.invocations_per_s), p50: duration(what.p50_ms), p99: duration(what.p99_ms),
      invocations: short(what.invocations), failures: short(what.failures),
    });
    reconcile(processes, list.slice(0, 64), (process) => process.name, makeProcess,
      (node, process) => node.set(process));
    const running = list.filter((process) => process.state === 'running');
    setText(busy, running.length === 0 ? 'No process runs.'
      : `${count(running.length, 'process', 'processes')}, ${
        running.filter((process) => process.busy).length} busy`);
  } };
}

/** Makes the drawing. Returns {node, update(state), end}. */
export function makeDrawing() {
  const clients = makeClients();
  const api = makeApi();
  const broker = makeBroker();
  const mappings = el('ul', { class: 'mappings' });
  const target = makeFunction();
  const columns = el('ol', { class: 'parts' }, clients.node, api.node, broker.node,
    el('li', { class: 'mappings-column' }, mappings), target.node);
  const pipes = makePipes();
  const others = el('ul', { class: 'part-faults' });
  const waiting = empty('Waiting for the first numbers', 'They come each second.');
  const box = el('div', { class: 'chain-box', hidden: true }, pipes.node, columns);
  const node = el('section', { class: 'chain', 'aria-labelledby': 'chain-title' },
    el('h2', { id: 'chain-title', class: 'visually-hidden' }, 'What runs'), others, waiting, box);

  const update = (state) => {
    waiting.hidden = true;
    box.hidden = false;
    const faults = { api: [], broker: [], function: [], other: [] };
    for (const fault of state.faults) {
      faults[place(fault)].push(fault);
    }
    drawFaults(others, faults.other, state.now_ms);
    clients.update(state);
    api.update(state, faults);
    broker.update(state, faults);
    reconcile(mappings, state.mappings, (mapping) => mapping.name, makeMapping,
      (item, mapping) => item.set(mapping, state.now_ms));
    target.update(state, faults);
    pipes.update(box, sections(state));
  };

  // Says which boxes a pipe joins, how much flows, and whether it is broken.
  const sections = (state) => {
    const list = [];
    const has = state.api.state !== 'absent';
    // The worse of two parts: a pipe at one that is down is broken, at one that starts it waits.
    const at = (...parts) => parts.some(({ state: one }) => one === 'down' || one === 'stopped')
      ? 'broken' : parts.some(({ state: one }) => one === 'starting') ? 'waiting' : 'whole';
    const events = state.topics.reduce((sum, topic) => sum + (topic.events_per_s ?? 0), 0);
    if (has) {
      list.push({
        from: clients.node, to: api.node, flow: state.api.requests_per_s ?? 0, how: at(state.api),
      });
    }
    list.push({
      from: has ? api.node : clients.node, to: broker.node, flow: events,
      how: at(state.api, state.broker),
    });
    const topics = broker.topics.keptNodes ?? new Map();
    for (const mapping of state.mappings) {
      const item = mappings.keptNodes.get(mapping.name);
      const flow = mapping.records_per_s ?? 0;
      list.push({
        from: topics.get(mapping.topic) ?? broker.node, side: broker.node, to: item, flow,
        how: at(state.broker, mapping),
      });
      list.push({ from: item, to: target.node, flow, how: at(mapping, state.function) });
    }
    return list;
  };
  return { node, update, end: pipes.end };
}

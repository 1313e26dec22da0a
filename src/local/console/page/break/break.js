// The view of what can be broken: a card for each fault, with the promise beside it.

import { readOnlyNotice } from '../access.js';
import { get, hasToken, post, remove, stream } from '../client.js';
import { el, empty, failure, fill, inFrame, loading, setAttribute, setText } from '../dom.js';
import { timeLeft } from '../format.js';
import { makePromise } from '../chain/promise.js';
import { link } from '../routes.js';

// What can be broken depends on what runs, of which no event tells. It is asked for so often.
const kAskAgain = 2_000;

// What the parameters of a fault are called, and what the API allows.
const kParameters = {
  seconds: { label: 'Seconds', most: 600 },
  milliseconds: { label: 'Delay in ms', most: 60_000 },
  count: { label: 'How many', most: 10_000 },
};

function makeField(card, name, fault) {
  const { label, most } = kParameters[name];
  const id = `${fault.name}-${name}`;
  const input = el('input', {
    class: 'input', id, type: 'number', inputmode: 'numeric', min: 1, max: most, step: 1,
    required: true, value: String(fault[name] ?? 1),
    oninput: () => {
      setAttribute(input, 'aria-invalid', input.validity.valid ? null : 'true');
      setText(card.trouble, '');
    },
  });
  card.inputs.set(name, input);
  return el('div', { class: 'field fault-field' }, el('label', { for: id }, label), input);
}

/** One fault: what it is, the form that starts it, and how long it lasts still. */
class Card {
  constructor(fault, changed) {
    this.fault = fault;
    this.changed = changed;
    this.inputs = new Map();
    this.trouble = el('div', { class: 'fault-trouble', role: 'alert' });
    this.button = el('button', { class: 'button', type: 'submit' });
    this.badge = el('span', { class: 'badge' });
    this.because = el('p', { class: 'small' });
    this.result = el('p', { class: 'fault-result', role: 'status' });
    const title = `fault-${fault.name}`;
    const fields = (fault.parameters ?? []).filter((name) => name in kParameters)
      .map((name) => makeField(this, name, fault));
    const facts = [['Here', fault.effect],
      ['On AWS', fault.on_aws], ['Watch for', fault.watch_for]];
    this.node = el('article', { class: 'card fault', 'aria-labelledby': title },
      el('div', { class: 'fault-head' }, el('h2', { id: title }, fault.title), this.badge),
      el('dl', { class: 'fault-facts' }, facts.filter(([, text]) => text).map(([name, text]) =>
        el('div', null, el('dt', null, name), el('dd', null, text)))),
      this.because,
      el('form', {
        class: 'fault-form', novalidate: true, onsubmit: (event) => this.#submit(event),
      }, fields, this.button),
      this.result, this.trouble);
    this.busy = false;
    this.draw();
  }

  update(fault) {
    if (!this.busy) {
      this.fault = fault;
      this.draw();
    }
  }

  // `offset` is what the server's clock is ahead of this one.
  draw(offset = this.offset ?? 0) {
    this.offset = offset;
    const { fault } = this;
    const left = timeLeft(fault, Date.now() + offset);
    setAttribute(this.node, 'data-active', fault.active);
    setAttribute(this.badge, 'hidden', fault.available && !fault.active);
    setAttribute(this.badge, 'data-tone', fault.active ? 'warn' : null);
    const active = left === '' ? '⚡ active' : `⚡ ${left} left`;
    setText(this.badge, fault.active ? active : 'not here');
    setAttribute(this.node, 'data-unavailable', !fault.available);
    setAttribute(this.because, 'hidden', fault.available);
    setText(this.because, fault.available ? '' : fault.unavailable_because || 'Not possible now.');
    setText(this.result, fault.result ?? '');
    const able = hasToken() && !this.busy && (fault.active || fault.available);
    setAttribute(this.button, 'disabled', !able);
    setText(this.button, this.busy ? 'Wait …' : fault.active ? 'Mend it now' : 'Break it');
    this.button.className = fault.active ? 'button primary' : 'button danger';
    setAttribute(this.button, 'aria-label',
      `${fault.active ? 'Mend it now' : 'Break it'}: ${fault.title}`);
    for (const input of this.inputs.values()) {
      input.disabled = fault.active || !able;
    }
  }

  async #submit(event) {
    event.preventDefault();
    const ends = this.fault.active;
    const body = {};
    for (const [name, input] of this.inputs) {
      if (!ends && !input.validity.valid) {
        input.setAttribute('aria-invalid', 'true');
        input.focus();
        fill(this.trouble, el('p', { class: 'fault-wrong' },
          `${kParameters[name].label}: a whole number from 1 to ${kParameters[name].most}.`));
        return;
      }
      body[name] = Number(input.value);
    }
    this.busy = true;
    fill(this.trouble);
    this.draw();
    const path = `/api/faults/${encodeURIComponent(this.fault.name)}`;
    try {
      this.fault = ends ? await remove(path) : await post(path, body);
      const happened = ends ? 'it is mended' : 'it has happened';
      this.changed(`${this.fault.title}: ${this.fault.active ? 'it is active now' : happened}.`);
    } catch (error) {
      fill(this.trouble, failure(error));
    }
    this.busy = false;
    this.draw();
    this.button.focus();
  }
}

/** Shows the faults. Returns a function that ends it. */
export function show(container) {
  const promise = makePromise();
  const said = el('p', { class: 'visually-hidden', role: 'status' });
  const list = el('div', { class: 'faults' });
  const place = el('div', null, loading());
  container.append(
    el('div', { class: 'view-head' },
      el('div', null, el('h1', null, 'Break things, safely'),
        el('p', null, 'Break a part of the system and watch the promise: nothing that was ' +
          'acknowledged is lost. Each fault ends by itself.')),
      el('a', { class: 'button', href: link('') }, 'Look at the chain')),
    hasToken() ? '' : readOnlyNotice(),
    el('div', { class: 'fault-promise' }, promise.node), said, place);
  const aborter = new AbortController();
  const cards = new Map();
  let offset = 0;
  let active = null;

  const load = async () => {
    try {
      const { faults } = await get('/api/faults', { signal: aborter.signal });
      if (faults.length === 0) {
        fill(place, empty('Nothing can be broken here', 'No part of this system can be broken.'));
        return;
      }
      for (const fault of faults) {
        const card = cards.get(fault.name);
        if (card !== undefined) {
          card.update(fault);
        } else {
          cards.set(fault.name, new Card(fault, (text) => {
            setText(said, text);
            load();
          }));
          list.append(cards.get(fault.name).node);
        }
      }
      if (list.parentNode !== place) {
        fill(place, list);
      }
    } catch (error) {
      if (!aborter.signal.aborted && list.parentNode !== place) {
        fill(place, failure(error, () => {
          fill(place, loading());
          load();
        }));
      }
    }
  };

  const draw = inFrame((state) => {
    promise.update(state);
    offset = state.now_ms - Date.now();
    // Faults begin and end elsewhere, too: by themselves, on another page, with curl.
    const names = state.faults.map((fault) => fault.name).join();
    if (active !== null && names !== active) {
      load();
    }
    active = names;
    state.faults.forEach((fault) => cards.get(fault.name)?.update(fault));
    cards.forEach((card) => card.draw(offset));
  });
  const ends = [
    stream.on('state', draw),
    stream.on('connection', ({ state }) => {
      if (state === 'open' || cards.size === 0) {
        load();
      }
    }),
    draw.cancel,
  ];
  const timers = [
    setInterval(() => cards.forEach((card) => card.draw()), 500),
    setInterval(() => document.hidden || load(), kAskAgain),
  ];
  return () => {
    ends.forEach((end) => end());
    timers.forEach(clearInterval);
    aborter.abort();
  };
}

// The service's test events, each with a button that invokes the function with it.

import { get, hasToken, post } from '../client.js';
import { el, empty, failure, fill, loading, setAttribute, setText } from '../dom.js';
import { visible } from '../foreign_text.js';
import { duration } from '../format.js';
import { payload } from '../payload.js';

const kInvocationMs = 930_000;  // AWS's longest time-out is 15 minutes.

function shown(outcome) {
  const form = (text) => {
    try {
      JSON.parse(text);
      return 'json';
    } catch {
      return 'text';
    }
  };
  const { response, log } = outcome;
  return el('div', { class: 'stack' },
    el('div', { class: 'notice', data: { tone: outcome.succeeded ? 'good' : 'bad' } },
      el('p', null, outcome.succeeded ? 'It succeeded after ' : 'It failed after ',
        duration(outcome.duration_ms), outcome.succeeded ? '.' : `: ${visible(outcome.error)}`)),
    response === '' ? null : payload('Response', { form: form(response), text: response,
      size: new TextEncoder().encode(response).length }),
    log.length === 0 ? el('p', { class: 'small muted' }, 'It wrote no line to its log.')
      : el('details', { class: 'payload', open: true },
        el('summary', { class: 'payload-head' }, el('span', { class: 'payload-name' }, 'Log')),
        el('pre', { class: 'payload-text', tabindex: '0', 'aria-label': 'Log' },
          visible(log.join('\n')))));
}

function makeEvent({ name, text }, index) {
  const id = `test-event-${index}`;
  const area = el('textarea', { class: 'input mono', id, rows: 12, spellcheck: 'false',
    value: text });
  const result = el('div', { role: 'status' });
  const label = `Invoke with ${visible(name, true)}`;
  const button = el('button', { type: 'button', class: 'button', disabled: !hasToken(),
    'aria-label': label }, 'Invoke');
  button.addEventListener('click', async () => {
    setAttribute(button, 'disabled', true);
    setText(button, 'Wait …');
    try {
      fill(result, shown(await post('/api/invocations', { event: area.value },
        { deadline: kInvocationMs })));
    } catch (error) {
      fill(result, failure(error));
    }
    setText(button, 'Invoke');
    setAttribute(button, 'disabled', null);
  });
  return el('article', { class: 'card stack test-event' },
    el('div', { class: 'card-head' }, el('h3', { class: 'mono' }, visible(name, true)), button),
    el('details', null, el('summary', null, 'The event'),
      el('div', { class: 'field' }, el('label', { for: id, class: 'visually-hidden' },
        `The event ${visible(name, true)}`), area)),
    result);
}

/** Adds the test events to a section. `signal` ends what is asked for. */
export async function testEvents(section, signal) {
  const place = el('div', { class: 'stack' }, loading());
  section.append(place);
  const load = async () => {
    fill(place, loading());
    try {
      const found = await get('/api/test-events', { signal });
      fill(place, found.test_events.length === 0
        ? empty('There are no test events', 'They are files of JSON in the service\'s folder '
          + 'test-events.') : found.test_events.map(makeEvent));
    } catch (error) {
      if (signal.aborted) return;
      fill(place, error.status === 404 ? el('p', { class: 'muted' }, visible(error.detail))
        : failure(error, load));
    }
  };
  await load();
}

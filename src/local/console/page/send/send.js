// The view that sends requests: the contract's operations, and a form for the one that is chosen.

import { get, hasToken, post, stream } from '../client.js';
import { el, empty, failure, fill, loading } from '../dom.js';
import { visible } from '../foreign_text.js';
import { link } from '../routes.js';
import { operationsOf } from './contract_model.js';
import { operationForm } from './operation_form.js';
import { operationList } from './operation_list.js';

// The contract is read again when the list is shown, and not for each operation.
let contract = null;
let clients = [];
let service = null;
// How far the list beside the form is scrolled stays while one goes from one to another.
let scrolled = 0;

function content(id) {
  const operations = operationsOf(contract);
  if (operations.length === 0) {
    return { node: empty('The contract has no operation',
      'Requests can be sent once the contract of the service describes some.'), end: null };
  }
  const chosen = operations.find((operation) => operation.id === id) ?? null;
  if (id !== null && chosen === null) {
    return { node: empty('There is no such operation',
      `The contract has no operation "${visible(id, true)}".`,
      el('a', { class: 'button', href: link('send') }, 'All operations')), end: null };
  }
  const list = operationList(operations, chosen);
  if (chosen === null) {
    return { node: el('div', { class: 'send-all' }, list), end: null };
  }
  const form = operationForm(contract, chosen, clients);
  return { node: el('div', { class: 'send-split' },
    el('div', { class: 'send-side' }, list), form.nodes), end: form.end };
}

// Reads the credentials that the system has made for its own API. Who only looks gets none.
async function readClients(signal) {
  return hasToken() ? (await post('/api/clients', undefined, { signal })).credentials : [];
}

// Scrolls the list beside the form, and not the page, to the chosen operation.
function scrollList(list) {
  list.scrollTop = scrolled;
  const chosen = list.querySelector('[aria-current]').getBoundingClientRect();
  const frame = list.getBoundingClientRect();
  if (chosen.top < frame.top || chosen.bottom > frame.bottom) {
    list.scrollTop += chosen.top - frame.top - frame.height / 3;
  }
}

/** Shows the view. `params.id` is an operation's name, or null for the list. */
export function show(container, { id }) {
  const stopped = new AbortController();
  const box = el('div', null, loading('Reading the contract …'));
  const docs = el('div', { class: 'actions' });
  let end = null;
  let sideList = null;
  let url = '';
  const off = stream.on('state', (state) => {
    const next = /^https?:\/\//.test(state.api?.docs_url ?? '') ? state.api.docs_url : '';
    if (next !== url) {
      url = next;
      fill(docs, url === '' ? null : el('a', { class: 'button', href: url, target: '_blank',
        rel: 'noopener noreferrer' }, 'The contract as a page ↗'));
    }
    // A service that has begun again may have another contract.
    if (service !== null && state.started_at_ms !== service) {
      contract = null;
    }
    service = state.started_at_ms;
  });

  const load = async () => {
    try {
      if (contract === null || id === null) {
        clients = await readClients(stopped.signal);
        contract = await get('/api/contract', { signal: stopped.signal });
      }
    } catch (error) {
      if (!stopped.signal.aborted) {
        fill(box, error.status === 404
          ? empty('There is nothing to send to', error.detail) : failure(error, load));
      }
      return;
    }
    let shown;
    try {
      shown = content(id);
    } catch (error) {
      // The contract is of the user, and may be such as nobody has thought of.
      console.error(error);
      fill(box, failure({ title: 'The form could not be made', detail: String(error.message) }));
      return;
    }
    end = shown.end;
    fill(box, shown.node);
    sideList = box.querySelector('.send-side .operation-groups');
    if (sideList !== null) {
      scrollList(sideList);
    }
  };

  fill(container,
    el('div', { class: 'view-head' },
      el('div', null,
        id === null ? null : el('p', { class: 'send-back' },
          el('a', { href: link('send') }, '← All operations')),
        el('h1', null, 'Send'),
        el('p', null, 'Requests to the API, from its contract. What breaks the contract is sent, '
          + 'too: the API is the judge.')), docs),
    box);
  load();
  return () => {
    stopped.abort();
    scrolled = sideList?.scrollTop ?? 0;
    end?.();
    off();
  };
}

// The operations of the contract in groups, with a search.

import { el, fill, setText } from '../dom.js';
import { visible } from '../foreign_text.js';
import { count } from '../format.js';
import { link } from '../routes.js';
import { groupsOf, matches } from './contract_model.js';
import { newId } from './fields.js';

// What one has searched for stays while one goes from operation to operation.
let searched = '';

/** Makes a method's name with the look of its kind. */
export function methodName(method) {
  return el('span', { class: 'method mono', data: { method } }, method);
}

function entry(operation, chosen) {
  return el('a', { class: 'operation', href: link('send', operation.id),
    'aria-current': operation === chosen ? 'page' : null },
  el('span', { class: 'operation-line' }, methodName(operation.method),
    el('span', { class: 'mono operation-path' }, visible(operation.path, true))),
  el('span', { class: 'muted small operation-text' },
    operation.publishes ? el('span', { class: 'badge', data: { tone: 'accent' } }, 'event') : null,
    operation.deprecated ? el('span', { class: 'badge' }, 'deprecated') : null,
    visible(operation.summary, true)));
}

/** Makes the list; `chosen` is the operation that is shown beside it, or null. */
export function operationList(operations, chosen) {
  const number = el('p', { class: 'muted small', role: 'status' });
  const groups = groupsOf(operations).map((group) => {
    const entries = group.operations.map((operation) =>
      ({ operation, node: el('li', null, entry(operation, chosen)) }));
    const node = el('section', { class: 'operation-group' },
      el('h2', { class: 'operation-head' }, visible(group.name, true)),
      el('ul', null, entries.map((one) => one.node)));
    return { entries, node };
  });
  const id = newId();
  const input = el('input', { class: 'input', id, type: 'search', value: searched,
    autocomplete: 'off', spellcheck: 'false', placeholder: 'Name, path or summary' });
  const search = () => {
    searched = input.value;
    let shown = 0;
    for (const { entries, node } of groups) {
      let some = false;
      for (const one of entries) {
        const has = matches(one.operation, searched.trim());
        one.node.hidden = !has;
        some ||= has;
        shown += has ? 1 : 0;
      }
      node.hidden = !some;
    }
    setText(number, shown === operations.length ? count(shown, 'operation')
      : shown === 0 ? 'No operation has these words.' : `${shown} of ${operations.length}`);
  };
  input.addEventListener('input', search);
  const list = el('div', { class: 'operation-groups' });
  fill(list, groups.map(({ node }) => node));
  search();
  return el('nav', { class: 'card operations', 'aria-label': 'Operations' },
    el('div', { class: 'operation-search' },
      el('div', { class: 'field' }, el('label', { for: id }, 'Search'), input), number), list);
}

// The fields by which stories are filtered.

import { el } from '../dom.js';
import { kOutcomes } from '../outcomes.js';

const kStatuses = ['2xx', '3xx', '4xx', '5xx'];

function field(label, name, control) {
  control.id = `filter-${name}`;
  return el('div', { class: `field filter-${name}` },
    el('label', { for: control.id }, label), control);
}

function select(options, value, change) {
  return el('select', { class: 'input', onchange: change },
    [['', 'All'], ...options].map(([word, title]) =>
      el('option', { value: word, selected: word === value }, title)));
}

/**
 * Makes the fields for filters, which begin with `filters`. `changed(filters)` is called when the
 * user has changed one. Returns {node, end, clear, learn}: `learn(stories)` offers their routes.
 */
export function makeFilters(filters, changed) {
  let timer = 0;
  const controls = {};
  const read = () => changed(Object.fromEntries(
    Object.entries(controls).map(([name, control]) => [name, control.value.trim()])));
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(read, 300);
  };
  const text = (name, placeholder) => el('input', { class: 'input', type: 'search', placeholder,
    value: filters[name] ?? '', autocomplete: 'off', spellcheck: 'false', oninput: later,
    maxlength: 200, name });
  const statuses = kStatuses.map((word) => [word, word]);
  if (filters.status && !kStatuses.includes(filters.status)) {
    statuses.push([filters.status, filters.status]);
  }
  controls.text = text('text', 'Id, trace, topic, path …');
  controls.route = text('route', '/orders/{order_id}');
  controls.key = text('key', 'The whole key');
  controls.status = select(statuses, filters.status, read);
  controls.outcome = select(Object.entries(kOutcomes).map(([word, [title]]) => [word, title]),
    filters.outcome, read);
  controls.route.setAttribute('list', 'routes');
  const routes = el('datalist', { id: 'routes' });
  const known = new Set();
  const node = el('form', { class: 'toolbar filters', role: 'search',
    'aria-label': 'Filter stories',
    onsubmit: (event) => event.preventDefault() },
  field('Search', 'text', controls.text), field('Route', 'route', controls.route), routes,
  field('Status', 'status', controls.status), field('Outcome', 'outcome', controls.outcome),
  field('Key', 'key', controls.key));
  return {
    node,
    end: () => clearTimeout(timer),
    clear: () => {
      for (const control of Object.values(controls)) {
        control.value = '';
      }
      read();
    },
    learn: (stories) => {
      for (const { route } of stories) {
        if (route && !known.has(route) && known.size < 200) {
          known.add(route);
          routes.append(el('option', { value: route }));
        }
      }
    },
  };
}

// The form that stores a record in a topic.

import { readOnlyNotice } from '../access.js';
import { hasToken, post } from '../client.js';
import { el, failure, fill, setAttribute } from '../dom.js';
import { link } from '../routes.js';

function headerRow(list) {
  const name = el('input', { class: 'input', 'aria-label': 'Name of the header' });
  const value = el('input', { class: 'input', 'aria-label': 'Value of the header' });
  const row = el('div', { class: 'row header-row' }, name, value,
    el('button', { type: 'button', class: 'button quiet', 'aria-label': 'Remove this header',
      onclick: () => row.remove() }, '✕'));
  row.read = () => ({ name: name.value, value: value.value });
  list.append(row);
  name.focus();
}

function labelled(label, control) {
  return el('div', { class: 'field' }, el('label', { for: control.id }, label), control);
}

/** Makes the form, folded. `stored` is called when Kafka has a new record. */
export function producer(topic, stored) {
  const partition = el('input', { class: 'input', id: 'produce-partition', type: 'number', min: 0,
    placeholder: 'by the key' });
  const key = el('input', { class: 'input', id: 'produce-key', autocomplete: 'off' });
  const value = el('textarea', { class: 'input mono', id: 'produce-value', rows: 6,
    spellcheck: 'false' });
  const kind = el('select', { class: 'input', id: 'produce-kind' },
    [['text', 'Text, such as JSON'], ['base64', 'Bytes, in base64'],
      ['tombstone', 'None: a tombstone']].map(([word, text]) =>
      el('option', { value: word }, text)));
  kind.addEventListener('change', () => {
    setAttribute(value, 'disabled', kind.value === 'tombstone');
  });
  const headers = el('div', { class: 'stack' });
  const result = el('div', { role: 'status' });
  const button = el('button', { type: 'submit', class: 'button primary', disabled: !hasToken() },
    'Store it');
  const submit = async (event) => {
    event.preventDefault();
    const body = { headers: [...headers.children].map((row) => row.read()) };
    if (partition.value !== '') body.partition = Number(partition.value);
    if (key.value !== '') body.key = key.value;
    if (kind.value !== 'tombstone') {
      body.value = value.value;
      body.encoding = kind.value;
    }
    setAttribute(button, 'disabled', true);
    try {
      const at = await post(`/api/topics/${encodeURIComponent(topic)}/records`, body);
      const name = `${topic}-${at.partition}@${at.offset}`;
      fill(result, el('div', { class: 'notice', data: { tone: 'good' } },
        el('p', null, 'Kafka has stored it as ', el('a', { href: link('stories', name) }, name),
          '.')));
      stored();
    } catch (error) {
      fill(result, failure(error));
    }
    setAttribute(button, 'disabled', null);
  };
  return el('details', { class: 'card produce' }, el('summary', null, 'Store a record'),
    hasToken() ? null : readOnlyNotice(),
    el('form', { class: 'stack', onsubmit: submit, novalidate: true },
      el('div', { class: 'row produce-row' }, labelled('Partition', partition),
        labelled('Key', key), labelled('Value is', kind)),
      labelled('Value', value),
      el('div', { class: 'field' }, el('span', { class: 'label' }, 'Headers'), headers,
        el('div', { class: 'actions' }, el('button', { type: 'button', class: 'button quiet',
          onclick: () => headerRow(headers) }, 'Add a header'))),
      el('div', { class: 'actions' }, button), result));
}

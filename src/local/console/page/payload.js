// Shows bytes of others: the schema Bytes of the console's API, as text and never as markup.

import { copyButton, el, fill } from './dom.js';
import { bytesOf, hexDump, visible } from './foreign_text.js';
import { size } from './format.js';
import { layOutJson } from './json_text.js';

const kShownText = 20_000;
const kShownBytes = 4_096;
const kNames = { json: 'JSON', text: 'Text', bytes: 'Bytes' };

function shownText(bytes) {
  return bytes.form === 'json' ? layOutJson(bytes.text ?? '') : bytes.text ?? '';
}

// Shows the first part of a text, and a button for the rest.
function textBox(text, limit, label) {
  const box = el('pre', { tabindex: '0', 'aria-label': label, class: 'payload-text', dir: 'auto' });
  fill(box, visible(text.slice(0, limit)));
  if (text.length <= limit) {
    return [box];
  }
  const more = el('button', { type: 'button', class: 'button', onclick: () => {
    fill(box, visible(text));
    more.remove();
  } }, `Show all ${size(text.length)}`);
  return [box, more];
}

function bytesBox(bytes, label) {
  const shown = bytesOf(bytes.text ?? '', kShownBytes);
  const total = bytes.size ?? shown.length;
  const box = el('pre', { tabindex: '0', class: 'hex', 'aria-label': label }, hexDump(shown));
  if (total <= shown.length) {
    return [box];
  }
  const more = el('button', { type: 'button', class: 'button', onclick: () => {
    fill(box, hexDump(bytesOf(bytes.text)));
    more.remove();
  } }, `Show all ${size(total)}`);
  return [box, more];
}

/**
 * Makes a section that shows Bytes under a name. `open` says whether its text is unfolded, and
 * `whole()`, if given, loads the rest of what is cut.
 */
export function payload(name, bytes, { open = true, none = 'None', whole = null } = {}) {
  if (!bytes || bytes.form === 'null') {
    return el('div', { class: 'payload' }, el('div', { class: 'payload-head' },
      el('span', { class: 'payload-name' }, name), el('span', { class: 'muted small' }, none)));
  }
  const about = `${kNames[bytes.form] ?? bytes.form}, ${size(bytes.size)}`;
  const isBytes = bytes.form === 'bytes';
  const text = isBytes ? '' : shownText(bytes);
  if (bytes.text === '') {
    return payload(name, null, { none: 'Empty' });
  }
  const content = isBytes ? bytesBox(bytes, name) : textBox(text, kShownText, name);
  const cut = bytes.cut
    ? el('p', { class: 'small muted' }, 'Only the first part is here. ',
      whole ? el('button', { type: 'button', class: 'button', onclick: whole }, 'Load it whole')
        : null)
    : null;
  return el('details', { class: 'payload', open }, el('summary', { class: 'payload-head' },
    el('span', { class: 'payload-name' }, name), el('span', { class: 'muted small' }, about)),
  content, cut, isBytes ? null : el('div', { class: 'actions' }, copyButton(() => bytes.text)));
}

/** Returns Bytes as one short line. */
export function preview(bytes, limit = 160) {
  if (!bytes || bytes.form === 'null') {
    return '';
  }
  if (bytes.form === 'bytes') {
    const shown = bytesOf(bytes.text ?? '', 24);
    const text = [...shown].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    return (bytes.size ?? 0) > shown.length ? `${text} …` : text;
  }
  const text = bytes.text ?? '';
  return visible(text.slice(0, limit), true) + (text.length > limit || bytes.cut ? ' …' : '');
}

/** Makes the list of a record's headers. */
export function headerList(headers) {
  if (headers.length === 0) {
    return el('p', { class: 'muted small' }, 'It has no headers.');
  }
  return el('dl', { class: 'pairs headers' }, headers.flatMap(({ name, value }) => [
    el('dt', { class: 'mono' }, visible(name, true)),
    el('dd', { class: 'mono' }, value === null || value?.form === 'null'
      ? el('span', { class: 'muted' }, 'null')
      : typeof value === 'string' ? visible(value) : preview(value, 2000)),
  ]));
}

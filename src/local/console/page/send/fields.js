// Makes the controls of a form from models of schemas. A field tells its value by `change(value)`,
// where undefined means that it is left out. A value that the contract refuses is not hindered.

import { el, fill, setAttribute, setText } from '../dom.js';
import { visible } from '../foreign_text.js';
import { numberOf, readJson, writeJson } from '../json_text.js';
import { makeGroup } from './groups.js';
import { fits, same } from './schema_model.js';
import { hintsFor, limitsOf } from './schema_values.js';

const kDeepest = 6;
const kLongHelp = 600;
const kLongText = 500;
const kNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const kGroups = ['object', 'array', 'choice'];
let lastId = 0;

/** Is the model of a value of which nothing is known. */
export const kAny = { kind: 'any', schema: {}, nullable: true, description: '', deprecated: false };

/** Makes an id for a control. */
export function newId() {
  lastId += 1;
  return `field-${lastId}`;
}

/** Makes what names a field: its name, and whether it is required or deprecated. */
export function nameNodes(name, model, { required, isItem }) {
  return [el('span', { class: 'field-name' }, visible(name, true)),
    required && !isItem ? [el('span', { class: 'required', 'aria-hidden': 'true' }, ' *'),
      el('span', { class: 'visually-hidden' }, ' (required)')] : null,
    model.deprecated ? el('span', { class: 'muted' }, ' (deprecated)') : null];
}

/** Makes the help of a field, or null: what the contract says of it. */
export function helpOf(model, id) {
  const about = visible(model.description.trim());
  const text = about.length > kLongHelp ? `${about.slice(0, kLongHelp)} …` : about;
  const words = [text, limitsOf(model)].filter(Boolean);
  return words.length === 0 ? null
    : el('p', { class: 'help', id }, words.map((word, i) => (i > 0 ? [el('br'), word] : word)));
}

// Makes a field around a control: the name above it, help and hints below it.
function frame(name, model, options, control, more = null) {
  const id = newId();
  const help = helpOf(model, `${id}-help`);
  const hint = el('p', { class: 'hint', id: `${id}-hint`, role: 'status' });
  control.id = id;
  setAttribute(control, 'aria-describedby', `${help ? `${id}-help ` : ''}${id}-hint`);
  const node = el('div', { class: 'field' },
    el('label', { for: id }, nameNodes(name, model, options)), control, more, help, hint);
  const check = (value, sentences = null) => {
    const hints = sentences ?? (value === undefined
      ? options.required ? ['It is required.'] : [] : hintsFor(model, value));
    setText(hint, hints.join(' '));
    setAttribute(control, 'aria-invalid', hints.length > 0 ? 'true' : null);
  };
  return { node, check };
}

function selectField(name, model, value, options) {
  const values = model.kind === 'boolean' ? [true, false]
    : model.kind === 'const' ? [model.constant] : [...model.values];
  if (model.nullable && !values.includes(null)) {
    values.push(null);
  }
  const control = el('select', { class: 'input' }, el('option', { value: '' }, '– left out –'),
    values.map((one, i) => el('option', { value: String(i) },
      visible(typeof one === 'string' && one !== '' ? one : writeJson(one, ''), true))));
  const index = values.findIndex((one) => same(one, value));
  control.value = index < 0 ? '' : String(index);
  const { node, check } = frame(name, model, options, control);
  control.addEventListener('change', () => {
    const chosen = control.value === '' ? undefined : values[Number(control.value)];
    check(chosen);
    options.change(chosen);
  });
  check(value);
  return node;
}

// Returns what a text in the control of a scalar stands for.
function scalarOf(model, text, options) {
  if (text === '') {
    return model.kind === 'string' && options.required && !options.blankIsNone ? '' : undefined;
  }
  return model.kind !== 'string' && kNumber.test(text) ? numberOf(text) : text;
}

function textField(name, model, value, options) {
  const { schema } = model;
  const isNumber = model.kind !== 'string';
  const text = value === undefined || value === null ? ''
    : typeof value === 'string' ? value : writeJson(value, '');
  const isLong = !isNumber && (text.includes('\n') || schema.maxLength > kLongText);
  const control = el(isLong ? 'textarea' : 'input', {
    class: 'input', spellcheck: 'false', autocomplete: 'off', value: text,
    type: isLong ? null : schema.format === 'password' ? 'password' : 'text',
    inputmode: !isNumber ? null : model.kind === 'integer' && schema.minimum >= 0
      ? 'numeric' : 'decimal', rows: isLong ? 3 : null,
  });
  const isNull = model.nullable ? el('input', { type: 'checkbox', checked: value === null }) : null;
  const more = isNull && el('label', { class: 'row small null-box' }, isNull,
    el('span', null,
      el('span', { class: 'visually-hidden' }, `${visible(name, true)} is `), 'null'));
  const { node, check } = frame(name, model, options, control, more);
  const tell = () => {
    control.disabled = isNull?.checked ?? false;
    const said = isNull?.checked ? null : scalarOf(model, control.value, options);
    check(said);
    options.change(said);
  };
  control.addEventListener('input', tell);
  isNull?.addEventListener('change', tell);
  control.disabled = value === null;
  check(value);
  return node;
}

/** Makes a field that takes any value as JSON. What is no JSON is sent as a text. */
function jsonField(name, model, value, options) {
  const control = el('textarea', { class: 'input', rows: 3, spellcheck: 'false',
    value: value === undefined ? '' : writeJson(value) });
  const { node, check } = frame(`${name} as JSON`, model, options, control);
  control.addEventListener('input', () => {
    if (control.value.trim() === '') {
      check(undefined);
      options.change(undefined);
      return;
    }
    try {
      const read = readJson(control.value);
      check(read);
      options.change(read);
    } catch {
      check(control.value, ['It is no JSON, so it is sent as a text.']);
      options.change(control.value);
    }
  });
  return node;
}

/**
 * Makes a field. `options` are {required, change, depth, blankIsNone, isItem}: `depth` is how many
 * objects and arrays it is in, `blankIsNone` says that an empty text leaves the field out, and
 * `isItem` that it is removed as a whole by a button beside it.
 */
export function makeField(name, model, value, options) {
  const depth = options.depth ?? 0;
  const isGroup = kGroups.includes(model.kind);
  if ((isGroup && depth > kDeepest)
      || (value !== undefined && !fits(model, value) && !isText(model, value))) {
    return jsonField(name, model, value, options);
  }
  if (isGroup) {
    return makeGroup(name, model, value, { ...options, depth });
  }
  if (['boolean', 'enum', 'const'].includes(model.kind)) {
    return selectField(name, model, value, options);
  }
  return ['string', 'integer', 'number'].includes(model.kind)
    ? textField(name, model, value, options) : jsonField(name, model, value, options);
}

// A text that is typed where a number is wanted stays in the field.
function isText(model, value) {
  return ['integer', 'number'].includes(model.kind) && typeof value === 'string';
}

/** Makes a node whose content `draw()` makes, and a function that makes it again. */
export function redrawable(draw, attributes = null) {
  const node = el('div', attributes);
  const again = () => fill(node, draw());
  again();
  return { node, again };
}

// Edits a body, by fields or as text. Both show the same value.

import { el, fill } from '../dom.js';
import { visible } from '../foreign_text.js';
import { readJson, writeJson } from '../json_text.js';
import { formOf, writeBody } from './body_text.js';
import { helpOf, makeField, newId } from './fields.js';
import { makeFields } from './groups.js';
import { bodyStart } from './request.js';
import { modelOf } from './schema_model.js';

function labelled(text, control) {
  control.id = newId();
  return el('div', { class: 'field' }, el('label', { for: control.id }, text), control);
}

// Shows a value as JSON. A text that is no JSON is sent as it is, where the body is JSON.
function jsonText(draft, isJson, changed) {
  const note = el('p', { class: 'hint', role: 'status' });
  const area = el('textarea', { class: 'input body-text', rows: 14, spellcheck: 'false',
    value: draft.text ?? writeJson(draft.body) });
  area.addEventListener('input', () => {
    try {
      draft.body = readJson(area.value);
      draft.text = isJson ? area.value : null;
      fill(note);
    } catch (error) {
      draft.text = isJson ? area.value : null;
      fill(note, isJson ? 'It is no JSON; it is sent as it is. ' : 'It is no JSON; the last value '
        + 'that was is sent. ', visible(error.message));
    }
    changed();
  });
  return [labelled('Body as JSON', area), note];
}

function plainText(draft, changed) {
  const area = el('textarea', { class: 'input body-text', rows: 8, spellcheck: 'false',
    value: draft.text ?? writeBody('text/plain', draft.body).text });
  area.addEventListener('input', () => {
    draft.text = area.value;
    changed();
  });
  return labelled('Body as text', area);
}

function fieldsOf(contract, media, draft, changed) {
  const model = modelOf(contract, media.schema);
  const change = (value) => {
    draft.body = value;
    draft.text = null;
    changed();
  };
  return [helpOf(model, null), model.kind === 'any'
    ? makeField('Body', model, draft.body, { required: true, change })
    : makeFields('Body', model, draft.body, { required: true, change })];
}

/**
 * Makes the editor of the body of a draft; `changed()` is called after each change. `draft.byText`
 * says whether it is edited as text.
 */
export function bodyEditor(contract, body, draft, changed) {
  const fields = el('div', { class: 'fields' });
  const modes = el('div', { class: 'segments', role: 'group', 'aria-label': 'Edit the body' });
  const notJson = () => draft.text !== null && !parses(draft.text);

  function draw() {
    const media = body.types[draft.media];
    const form = formOf(media.type);
    const isPlain = form === 'text';
    const byText = draft.byText || notJson();
    fill(modes, isPlain || !draft.withBody ? null : [['Form', false], ['As JSON', true]]
      .map(([title, mode]) => el('button', { type: 'button', class: 'button',
        'aria-pressed': String(byText === mode), disabled: !mode && notJson(),
        title: !mode && notJson() ? 'The text is no JSON, so the form cannot show it.' : null,
        onclick: () => {
          draft.byText = mode;
          draw();
          modes.querySelector('[aria-pressed="true"]').focus();
        } }, title)));
    fill(fields, !draft.withBody ? null : isPlain ? plainText(draft, changed)
      : byText ? jsonText(draft, form === 'json', () => {
        changed();
        const [first] = modes.children;
        first.disabled = notJson();
      }) : fieldsOf(contract, media, draft, changed));
  }

  const types = body.types.length < 2
    ? el('span', { class: 'muted small mono' }, visible(body.types[0].type, true))
    : labelled('Media type', el('select', { class: 'input', onchange: (event) => {
      draft.media = Number(event.target.value);
      begin(bodyStart(contract, body.types[draft.media]));
    } }, body.types.map(({ type }, i) =>
      el('option', { value: String(i), selected: i === draft.media }, visible(type, true)))));
  const without = body.required ? null : el('label', { class: 'row small' },
    el('input', { type: 'checkbox', checked: draft.withBody, onchange: (event) => {
      draft.withBody = event.target.checked;
      draw();
      changed();
    } }), el('span', null, 'Send a body'));
  const begin = (value) => {
    draft.body = structuredClone(value);
    draft.text = null;
    draw();
    changed();
  };
  const examples = body.types.length > 1 || body.types[0].examples.length < 2 ? null
    : labelled('Example', el('select', { class: 'input', onchange: (event) =>
      begin(body.types[0].examples[Number(event.target.value)]?.value) },
    body.types[0].examples.map(({ name, summary }, i) =>
      el('option', { value: String(i) }, visible(String(summary ?? name), true)))));
  draw();
  return el('section', { class: 'form-part', 'aria-label': 'Body' },
    el('div', { class: 'form-part-head' }, el('h3', null, 'Body'), types, examples, without, modes),
    body.description ? el('p', { class: 'muted small' }, visible(String(body.description))) : null,
    fields);
}

function parses(text) {
  try {
    readJson(text);
    return true;
  } catch {
    return false;
  }
}

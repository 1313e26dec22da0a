// Fields that have fields in them: objects, arrays, and choices between schemas.

import { el, fill } from '../dom.js';
import { visible } from '../foreign_text.js';
import { helpOf, kAny, makeField, nameNodes, newId, redrawable } from './fields.js';
import { choiceFor } from './schema_model.js';
import { exampleOf, exampleOfChoice } from './schema_values.js';

const kMostRows = 200;

function smallButton(text, onclick, name = null) {
  return el('button', { type: 'button', class: 'button small-button', 'aria-label': name, onclick },
    text);
}

// The members of an object that its schema does not know, as rows of a name and a value.
function rowsOf(name, model, rows, options, tell) {
  const inner = model.additional?.() ?? kAny;
  return redrawable(() => {
    const shown = rows.map((row, i) => {
      const id = newId();
      return el('div', { class: 'member-row' },
        el('div', { class: 'field' }, el('label', { for: id }, `${name}: name ${i + 1}`),
          el('input', { class: 'input', id, value: row.name, spellcheck: 'false',
            autocomplete: 'off', oninput: (event) => {
              row.name = event.target.value;
              tell();
            } })),
        makeField(`${name}: value ${i + 1}`, inner, row.value, { required: true, isItem: true,
          depth: options.depth + 1, change: (value) => {
            row.value = value;
            tell();
          } }),
        smallButton('Remove', () => {
          rows.splice(i, 1);
          tell(true);
        }, `Remove ${row.name || `name ${i + 1}`}`));
    });
    const offers = model.additional !== null && model.offersMore && rows.length < kMostRows;
    return [...shown, offers ? smallButton(`Add a member${name ? ` to ${name}` : ''}`, () => {
      rows.push({ name: '', value: exampleOf(inner) });
      tell(true);
    }) : null];
  }, { class: 'member-rows' });
}

function objectBody(name, model, value, options) {
  const properties = model.properties();
  const known = new Map(properties.map((one) => [one.name, value[one.name]]));
  const rows = Object.entries(value).filter(([key]) => !known.has(key))
    .map(([key, one]) => ({ name: key, value: one }));
  const tell = (redraw = false) => {
    // fromEntries, and not an assignment, because __proto__ may be a member's name.
    options.change(Object.fromEntries([...known, ...rows.filter((row) => row.name !== '')
      .map((row) => [row.name, row.value])].filter(([, one]) => one !== undefined)));
    if (redraw) {
      more.again();
    }
  };
  const more = rowsOf(name, model, rows, options, tell);
  return [properties.map((one) => makeField(one.name, one.model(),
    Object.hasOwn(value, one.name) ? value[one.name] : undefined, {
      required: one.required, depth: options.depth + 1, change: (said) => {
        known.set(one.name, said);
        tell();
      } })), more.node];
}

function arrayBody(name, model, value, options) {
  const items = [...value];
  const list = redrawable(() => [
    items.map((item, i) => el('div', { class: 'item-row' },
      makeField(`${name} ${i + 1}`, model.items(i), item, { required: true, isItem: true,
        depth: options.depth + 1, change: (said) => {
          items[i] = said === undefined ? null : said;
          options.change([...items]);
        } }),
      smallButton('Remove', () => {
        items.splice(i, 1);
        changed();
      }, `Remove ${name} ${i + 1}`))),
    items.length < kMostRows ? smallButton(`Add to ${name}`, () => {
      items.push(exampleOf(model.items(items.length)));
      changed();
    }) : null,
  ], { class: 'item-rows' });
  const changed = () => {
    options.change([...items]);
    list.again();
  };
  return [list.node];
}

function choiceBody(name, model, value, options) {
  let index = choiceFor(model, value);
  let current = value;
  const id = newId();
  const slot = el('div', { class: 'group-body' });
  const draw = () => {
    const inner = model.choices[index].model();
    const change = (said) => {
      current = said;
      options.change(said);
    };
    fill(slot, bodyOf(name, inner, current, { ...options, change })
      ?? makeField(name, inner, current, { ...options, depth: options.depth + 1, change }));
  };
  const select = el('select', { class: 'input', id, onchange: () => {
    index = Number(select.value);
    current = exampleOfChoice(model, index);
    options.change(current);
    draw();
  } }, model.choices.map(({ title }, i) =>
    el('option', { value: String(i) }, visible(title, true))));
  select.value = String(index);
  draw();
  const label = el('label', { for: id }, `${name} is one of`);
  return [el('div', { class: 'field' }, label, select), slot];
}

// Returns the fields that are in a group, or null if the model has none.
function bodyOf(name, model, value, options) {
  if (value === null || value === undefined) {
    return null;
  }
  switch (model.kind) {
    case 'object': return objectBody(name, model, value, options);
    case 'array': return Array.isArray(value) ? arrayBody(name, model, value, options) : null;
    case 'choice': return choiceBody(name, model, value, options);
    default: return null;
  }
}

/** Makes the fields of a whole value, such as a body, without a frame around them. */
export function makeFields(name, model, value, options) {
  return bodyOf(name, model, value, { depth: 0, ...options })
    ?? makeField(name, model, value, options);
}

/** Makes a fieldset for an object, an array or a choice, that can be left out. */
export function makeGroup(name, model, value, options) {
  let current = value;
  const shown = visible(name, true);
  const set = (next) => {
    current = next;
    options.change(next);
    box.again();
  };
  const change = (said) => {
    current = said;
    options.change(said);
  };
  const box = redrawable(() => {
    const absent = current === undefined || current === null;
    return el('fieldset', { class: 'group', data: absent ? { absent: '' } : null },
      el('legend', null, nameNodes(name, model, options)),
      helpOf(model, null),
      absent ? null : el('div', { class: 'group-body' },
        bodyOf(shown, model, current, { ...options, change })),
      el('div', { class: 'row' },
        current === null ? el('span', { class: 'mono small' }, 'null') : null,
        absent ? smallButton(`Add ${shown}`, () => set(exampleOf(model))) : null,
        current !== undefined && !options.isItem
          ? smallButton(`Leave out ${shown}`, () => set(undefined)) : null,
        model.nullable && current !== null ? smallButton('Set to null', () => set(null),
          `Set ${shown} to null`) : null));
  }, { class: 'group-box' });
  return box.node;
}

// The form of one operation, the request that it makes, and what has come of it.

import { hasToken, post, stream } from '../client.js';
import { copyButton, el, failure, fill, setText } from '../dom.js';
import { visible } from '../foreign_text.js';
import { answerPanel } from './answer.js';
import { bodyEditor } from './body_editor.js';
import { detailsOf, eventsOf } from './contract_model.js';
import { curlOf } from './curl.js';
import { kAny, makeField, newId } from './fields.js';
import { makeFields } from './groups.js';
import { methodName } from './operation_list.js';
import { kNobody, kOwnCredentials, proofsOf, subjectsOf } from './proofs.js';
import { draftOf, parameterModel, requestOf } from './request.js';

const kPlaces = { path: 'Path', query: 'Query', header: 'Headers', cookie: 'Cookies' };
const kMostDrafts = 20;
const kMoreHeaders = { kind: 'object', properties: () => [], offersMore: true, schema: {},
  additional: () => ({ ...kAny, kind: 'string', nullable: false }), description: '' };

// What one has filled in, and the last answer, stay while one looks at something else.
const drafts = new Map();

function draftFor(contract, operation, details, sender) {
  const kept = drafts.get(operation.id);
  if (kept?.contract === contract) {
    return kept;
  }
  const draft = { ...draftOf(contract, details), contract, sender, answer: null, byText: false };
  drafts.set(operation.id, draft);
  if (drafts.size > kMostDrafts) {
    drafts.delete(drafts.keys().next().value);
  }
  return draft;
}

function parameterParts(contract, details, draft, changed) {
  return Object.entries(kPlaces).map(([place, title]) => {
    const parameters = details.parameters.filter((parameter) => parameter.in === place);
    return parameters.length === 0 ? null : el('section',
      { class: 'form-part', 'aria-label': title },
      el('h3', null, title), el('div', { class: 'fields' }, parameters.map((parameter) => {
        const name = `${place} ${parameter.name}`;
        return makeField(parameter.name, parameterModel(contract, parameter), draft.values[name], {
          required: parameter.required === true, blankIsNone: true,
          change: (value) => {
            draft.values[name] = value;
            changed();
          } });
      })));
  });
}

const kSenderHelp = {
  [kNobody]: 'No credentials are sent.',
  [kOwnCredentials]:
    'The API takes the test credentials alone. See here what it answers to others.',
};

// Says which credentials are enough, where there is a choice.
function alternativesPart({ alternatives }) {
  return alternatives.length < 2 ? null : el('p', { class: 'help' }, 'One of these is enough: '
    + `${alternatives.map((titles) => visible(titles.join(' with '), true)).join(', or ')}.`);
}

// Whom the request is sent as, where the system has credentials for the operation.
function senderPart(subjects, draft, chosen) {
  const id = newId();
  return subjects.length === 0 ? null : el('section', { class: 'form-part' },
    el('h3', null, 'Who sends'), el('div', { class: 'fields' }, el('div', { class: 'field' },
      el('label', { for: id }, 'As'),
      el('select', { class: 'input sender', id,
        onchange: (event) => chosen(event.target.value) },
        [...subjects, kNobody, kOwnCredentials].map((one) =>
          el('option', { value: one, selected: one === draft.sender }, visible(one, true)))),
      el('p', { class: 'help' }, kSenderHelp[draft.sender] ?? 'This system has made the test '
        + 'credentials for its own API. They end with it.'))));
}

function credentialPart(details, draft, changed) {
  const has = details.credentials.length > 0 && draft.proofs === null;
  return !has ? null : el('section', { class: 'form-part' },
    el('h3', null, 'Proof of who sends'), el('div', { class: 'fields' },
      alternativesPart(details), details.credentials.map((credential) => {
        const id = newId();
        return el('div', { class: 'field' },
          el('label', { for: id }, visible(`${credential.title} (${credential.name})`, true)),
          el('input', { class: 'input', id, type: 'password', autocomplete: 'off',
            value: draft.secrets[credential.title] ?? '', oninput: (event) => {
              draft.secrets[credential.title] = event.target.value;
              changed();
            } }),
          el('p', { class: 'help' }, credential.prefix === 'Basic '
            ? 'As USER:PASSWORD. The page keeps it until it is closed.'
            : 'The page keeps it until it is closed.'));
      })));
}

function headerPart(draft, changed) {
  return el('details', { class: 'form-part', open: Object.keys(draft.headers).length > 0 },
    el('summary', null, 'More headers'),
    el('div', { class: 'fields' }, makeFields('header', kMoreHeaders, draft.headers, {
      required: true, change: (headers) => {
        draft.headers = headers;
        changed();
      } })));
}

function head(operation) {
  const { raw } = operation;
  const events = eventsOf(raw);
  return el('div', { class: 'form-head' }, el('div', { class: 'row' },
    el('h2', { class: 'operation-title mono' }, methodName(operation.method), ' ',
      visible(operation.path, true)),
    operation.deprecated ? el('span', { class: 'badge', data: { tone: 'warn' } }, '! deprecated')
      : null),
  operation.summary ? el('p', null, visible(operation.summary)) : null,
  operation.description && operation.description !== operation.summary
    ? el('p', { class: 'muted small operation-about' }, visible(operation.description)) : null,
  events.map((event) => el('p', { class: 'small' }, 'It publishes ',
    el('span', { class: 'mono' }, visible(String(event?.type ?? 'an event'), true)),
    event?.topic ? [' to ', el('span', { class: 'mono' }, visible(String(event.topic), true))]
      : null,
    raw['x-events']?.atomic === true ? ', together with its others or not at all.' : '.')));
}

/**
 * Makes the form. `clients` are the credentials that the system has made. Returns {nodes, end}: the
 * form, and below it what has come of a request.
 */
export function operationForm(contract, operation, clients) {
  const details = detailsOf(contract, operation);
  const isMet = proofsOf(contract, operation.raw, clients, '').length > 0;
  const subjects = isMet ? subjectsOf(clients) : [];
  const stopped = new AbortController();
  const command = el('pre', { class: 'command', tabindex: '0',
    'aria-label': 'The request as curl' });
  const result = el('div', { class: 'send-result' });
  const mistake = el('p', { class: 'hint', role: 'status' });
  const fields = el('div');
  const allowed = hasToken();
  let draft = draftFor(contract, operation, details, subjects[0] ?? kOwnCredentials);
  let apiUrl = 'http://localhost';
  let panel = null;
  let sending = false;

  const changed = () => {
    try {
      const { shown } = requestOf(operation, details, draft);
      setText(command, visible(curlOf({ ...shown, url: apiUrl + shown.target })));
      setText(mistake, '');
    } catch (error) {
      setText(command, '');
      setText(mistake, error.message);
    }
  };
  const plainCommand = () => {
    const { shown } = requestOf(operation, details, draft);
    return curlOf({ ...shown, url: apiUrl + shown.target });
  };
  const show = (answer) => {
    panel?.end();
    panel = answerPanel(answer);
    fill(result, panel.node);
  };
  const send = async (event) => {
    event.preventDefault();
    if (sending) {
      return;
    }
    let request;
    try {
      ({ request } = requestOf(operation, details, draft));
    } catch (error) {
      fill(result, failure({ title: 'This cannot be sent', detail: error.message }));
      return;
    }
    // The button is not disabled meanwhile, because it would lose the keyboard's focus.
    sending = true;
    setText(button, 'Sending …');
    const sent = draft;
    try {
      const answer = await post('/api/requests', request, { signal: stopped.signal });
      sent.answer = answer;
      show(answer);
      result.scrollIntoView({ block: 'nearest' });
    } catch (error) {
      if (!stopped.signal.aborted) {
        panel?.end();
        panel = null;
        fill(result, failure(error));
      }
    }
    sending = false;
    setText(button, 'Send');
  };
  const button = el('button', { type: 'submit', class: 'button primary send-button',
    disabled: !allowed }, 'Send');
  const drawFields = () => {
    draft.proofs = draft.sender === kOwnCredentials ? null : draft.sender === kNobody ? []
      : proofsOf(contract, operation.raw, clients, draft.sender);
    fill(fields, parameterParts(contract, details, draft, changed),
      senderPart(subjects, draft, (sender) => {
        draft.sender = sender;
        drawFields();
        fields.querySelector('.sender')?.focus();
      }),
      credentialPart(details, draft, changed),
      details.body ? bodyEditor(contract, details.body, draft, changed) : null,
      headerPart(draft, changed));
    changed();
  };
  const reset = () => {
    drafts.delete(operation.id);
    draft = draftFor(contract, operation, details, subjects[0] ?? kOwnCredentials);
    drawFields();
  };
  const off = stream.on('state', (state) => {
    const url = String(state.api?.url ?? '').replace(/\/+$/, '');
    if (url !== '' && url !== apiUrl) {
      apiUrl = url;
      changed();
    }
  });
  drawFields();
  if (draft.answer) {
    show(draft.answer);
  }
  const form = el('form', { class: 'card send-form', novalidate: true, onsubmit: send,
    'aria-label': `Request ${operation.id}` },
  head(operation), fields,
  el('div', { class: 'send-bar' },
    allowed ? null : el('p', { class: 'notice', data: { tone: 'warn' } },
      'This page only reads, because it was opened without a token. To send, open the URL that '
      + 'penstock_local has printed.'),
    mistake,
    el('div', { class: 'row' }, button,
      el('button', { type: 'button', class: 'button', onclick: reset }, 'Begin again'))),
  el('div', { class: 'form-part' },
    el('div', { class: 'form-part-head' }, el('h3', null, 'As curl'), copyButton(plainCommand)),
    command));
  return { nodes: [form, result], end: () => {
    stopped.abort();
    panel?.end();
    off();
  } };
}

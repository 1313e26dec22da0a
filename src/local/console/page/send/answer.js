// Shows what has come of a request: the answer, and its story beside it.

import { el } from '../dom.js';
import { duration, size } from '../format.js';
import { toneOf } from '../outcomes.js';
import { headerList, payload } from '../payload.js';
import { storyPanel } from '../stories/story.js';

const kMeanings = [[500, 'the server failed'], [400, 'refused'], [300, 'redirected'],
  [200, 'well'], [0, 'provisional']];

/** Makes the panel of an answer (a SentRequest). Returns {node, end}. */
export function answerPanel(answer) {
  const [, meaning] = kMeanings.find(([least]) => answer.status >= least);
  const story = answer.trace_id ? storyPanel(answer.trace_id) : null;
  const node = el('div', { class: 'split' },
    el('section', { class: 'card', 'aria-label': 'The answer' },
      el('div', { class: 'card-head' }, el('h2', null, 'Answer'),
        el('div', { class: 'row', role: 'status' },
          el('span', { class: 'badge', data: { tone: toneOf(answer.status) } },
            `${answer.status} ${meaning}`),
          el('span', { class: 'number small' }, duration(answer.duration_ms)),
          el('span', { class: 'number small muted' }, size(answer.body?.size ?? 0)))),
      payload('Body', answer.body),
      el('details', { class: 'payload' }, el('summary', { class: 'payload-head' },
        el('span', { class: 'payload-name' }, 'Headers'),
        el('span', { class: 'muted small' }, answer.headers.length)),
      headerList(answer.headers))),
    story?.node);
  return { node, end: () => story?.end() };
}

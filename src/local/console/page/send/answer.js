// Shows what has come of a request: the answer, and its story beside it.

import { el } from '../dom.js';
import { duration, size } from '../format.js';
import { toneOf } from '../outcomes.js';
import { headerList, payload } from '../payload.js';
import { storyPanel } from '../stories/story.js';

const kReasons = {
  200: 'OK', 201: 'Created', 202: 'Accepted', 204: 'No Content', 301: 'Moved Permanently',
  302: 'Found', 303: 'See Other', 304: 'Not Modified', 400: 'Bad Request', 401: 'Unauthorized',
  403: 'Forbidden', 404: 'Not Found', 405: 'Method Not Allowed', 406: 'Not Acceptable',
  409: 'Conflict', 412: 'Precondition Failed', 413: 'Content Too Large', 414: 'URI Too Long',
  415: 'Unsupported Media Type', 422: 'Unprocessable Content', 429: 'Too Many Requests',
  431: 'Request Header Fields Too Large', 500: 'Internal Server Error', 501: 'Not Implemented',
  502: 'Bad Gateway', 503: 'Service Unavailable', 504: 'Gateway Timeout',
};

/** Makes the panel of an answer (a SentRequest). Returns {node, end}. */
export function answerPanel(answer) {
  const story = answer.trace_id ? storyPanel(answer.trace_id) : null;
  const node = el('div', { class: 'split' },
    el('section', { class: 'card', 'aria-label': 'The answer' },
      el('div', { class: 'card-head' }, el('h2', null, 'Answer'),
        el('div', { class: 'row', role: 'status' },
          el('span', { class: 'badge', data: { tone: toneOf(answer.status) } },
            `${answer.status} ${kReasons[answer.status] ?? ''}`.trim()),
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

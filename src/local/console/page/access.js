// What a view says when this tab has no token.

import { el } from './dom.js';

/** Makes the notice that this tab may only look, for a view in which one could change something. */
export function readOnlyNotice() {
  return el('div', { class: 'notice', data: { tone: 'warn' } },
    el('p', { class: 'notice-title' }, 'This page may only look'),
    el('p', null, 'What changes something needs a token. Open the URL that ',
      el('code', null, 'penstock_local'), ' has printed in its terminal when it started: ',
      'it ends in ', el('code', null, '#token=…'), '. Each start has a new one.'));
}

// How outcomes, statuses and methods look: a word, a tone and a sign, so that colour is not needed.

import { el, setAttribute, setText } from './dom.js';

/** The words of the schema Outcome: [title, tone, sign, what it means]. */
export const kOutcomes = {
  answered: ['Answered', '', '·', 'The request published nothing.'],
  invalid: ['Invalid', 'warn', '!', 'The contract or the handler refused it (4xx).'],
  failed: ['Failed', 'bad', '×', 'The event was not stored, or that is not known (5xx).'],
  stored: ['Stored', 'accent', '…', 'Kafka has it, and it waits for a mapping.'],
  handling: ['Handling', 'accent', '…', 'The function has it.'],
  retrying: ['Retrying', 'warn', '↻', 'An invocation has failed, and another follows.'],
  done: ['Done', 'good', '✓', 'The function has handled it.'],
  filtered: ['Filtered', '', '∅', 'The mapping’s filter has left it out.'],
  poison: ['Poison', 'bad', '×', 'The function has refused it for good.'],
  given_up: ['Given up', 'bad', '×', 'The mapping goes on without it.'],
};

/** Makes a badge for an outcome; setOutcome() changes it. */
export function outcomeBadge(outcome) {
  const badge = el('span', { class: 'badge' },
    el('span', { class: 'badge-sign', 'aria-hidden': 'true' }), el('span'));
  setOutcome(badge, outcome);
  return badge;
}

/** Lets a badge of outcomeBadge() show another outcome. */
export function setOutcome(badge, outcome) {
  const [title, tone, sign, meaning] = kOutcomes[outcome] ?? [String(outcome), '', '?', ''];
  setAttribute(badge, 'data-tone', tone || null);
  setAttribute(badge, 'title', meaning || null);
  setText(badge.firstChild, sign);
  setText(badge.lastChild, title);
}

/** Returns the tone of a status. */
export function toneOf(status) {
  return status >= 500 ? 'bad' : status >= 400 ? 'warn'
    : status >= 200 && status < 300 ? 'good' : '';
}

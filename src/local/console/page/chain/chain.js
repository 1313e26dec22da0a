// The view of the chain: the promise, the drawing of what runs, and the plots.

import { hasToken, stream } from '../client.js';
import { el, paced, setAttribute } from '../dom.js';
import { makeDrawing } from './drawing.js';
import { makePlots } from './plots.js';
import { makePromise } from './promise.js';
import { link } from '../routes.js';

const kRedraw = 200;

/** Shows the chain. Returns a function that ends it. */
export function show(container) {
  const promise = makePromise();
  const drawing = makeDrawing();
  const plots = makePlots();
  const send = el('a', { class: 'button primary', href: link('send'), hidden: true },
    'Send a request');
  container.append(
    el('div', { class: 'view-head' },
      el('div', null, el('h1', null, 'The chain'),
        el('p', null, 'The way of a request: from the client to the function, as it is now.')),
      el('div', { class: 'actions' }, send,
        el('a', { class: 'button', href: link('break') }, 'Break something'))),
    promise.node, drawing.node, plots.node);
  let latest = null;
  const draw = paced(() => {
    setAttribute(send, 'hidden', !hasToken() || !latest.api);
    promise.update(latest);
    drawing.update(latest);
  }, () => kRedraw);
  // What happened while there was no connection is fetched when there is one again.
  let before = 'open';
  plots.load();
  const ends = [
    stream.on('state', (state) => {
      latest = state;
      plots.append(state);
      draw();
    }),
    stream.on('connection', ({ state }) => {
      if (state === 'open' && before !== 'open') {
        plots.load();
      }
      before = state;
    }),
    draw.cancel, drawing.end, plots.end,
  ];
  return () => ends.forEach((end) => end());
}

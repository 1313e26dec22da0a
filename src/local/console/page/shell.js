// What is around every view: the navigation, the service's name, the state of the connection.

import { stream } from './client.js';
import { el, inFrame, setAttribute, setText, svg } from './dom.js';
import { duration } from './format.js';
import { kViews, link } from './routes.js';

// One path each, of 24 by 24 units.
const kIcons = {
  '': 'M3 7h6v4H3zM15 13h6v4h-6zM9 9h3a3 3 0 0 1 3 3v3',
  stories: 'M6 5v14M6 7h12M6 12h8M6 17h10',
  send: 'M4 12 20 4l-5 16-3-7z',
  topics: 'M4 6h16M4 10h16M4 14h16M4 18h16',
  failures: 'M12 4 2.5 20h19zM12 10v5M12 17.5v.5',
  break: 'M13 3 6 13h5l-1 8 8-11h-6z',
};

function icon(name) {
  return svg('svg', { class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true' },
    svg('path', { d: kIcons[name] }));
}

function brand() {
  return el('a', { class: 'brand', href: '#/', 'aria-label': 'Penstock console, the chain' },
    svg('svg', { class: 'brand-mark', viewBox: '0 0 32 32', 'aria-hidden': 'true' },
      svg('rect', { width: 32, height: 32, rx: 8, class: 'brand-ground' }),
      svg('path', { d: 'M6 10h7c6 0 5 12 13 12', class: 'brand-pipe' }),
      svg('circle', { cx: 24, cy: 10, r: 2.5, class: 'brand-drop' })),
    el('span', { class: 'brand-name' }, 'Penstock'));
}

function makeBanner() {
  const text = el('span');
  const retry = el('button', {
    type: 'button', class: 'button', onclick: () => stream.retry(),
  }, 'Reconnect now');
  const node = el('div', { class: 'banner', role: 'status' });
  let timer = 0;
  const show = (connection) => {
    clearInterval(timer);
    if (connection.state !== 'lost') {
      node.replaceChildren();
      return;
    }
    if (!node.firstChild) {
      // The sentence is said once; the countdown beside it is for the eye only.
      node.replaceChildren(
        el('strong', null, 'The connection to penstock_local is lost.'),
        el('span', null, ' What you see is the last state that was received. '),
        text, retry);
      setAttribute(text, 'aria-hidden', 'true');
    }
    const count = () => {
      const left = Math.max(0, connection.retry_at_ms - Date.now());
      setText(text,
        left > 300 ? `Trying again in ${Math.ceil(left / 1000)} s.` : 'Trying again …');
    };
    count();
    timer = setInterval(count, 500);
  };
  return { node, show };
}

/**
 * Makes the shell. `nodes` are for the body, `main` is where views are shown, `select(view)` marks
 * one in the navigation, and `showAccess(allowed)` says whether this page may change things.
 */
export function makeShell() {
  const main = el('main', { id: 'main', tabindex: '-1' });
  const links = new Map();
  const list = el('ul', { class: 'nav-list' }, kViews.map((view) => {
    const node = el('a', { class: 'nav-link', href: link(view.name) }, icon(view.name),
      el('span', { class: 'nav-text' }, view.title));
    links.set(view, node);
    return el('li', null, node);
  }));
  const banner = makeBanner();
  const service = el('span', { class: 'service-name' });
  const version = el('span', { class: 'muted' });
  const uptime = el('span', { class: 'muted number' });
  const docs = el('a', { class: 'docs-link', target: '_blank', rel: 'noreferrer', hidden: true },
    'The contract’s page ↗');
  const light = el('span', { class: 'light', 'aria-hidden': 'true' });
  const connection = el('span', null, 'Connecting …');
  const access = el('a', {
    class: 'access', href: link('break'), hidden: true,
    title: 'Open the URL that penstock_local has printed to change things',
  }, 'Read-only');

  const focusMain = () => main.focus({ preventScroll: true });
  const skip = el('a', {
    class: 'skip', href: '#main',
    onclick: (event) => {
      // The fragment belongs to the router.
      event.preventDefault();
      focusMain();
    },
  }, 'Skip to the content');

  const drawState = inFrame((state) => {
    setText(service, state.service);
    setText(version, state.version);
    setText(uptime, `up ${duration(state.now_ms - state.started_at_ms)}`);
    const url = state.api.docs_url ?? '';
    setAttribute(docs, 'hidden', !/^https?:/.test(url));
    if (/^https?:/.test(url)) {
      setAttribute(docs, 'href', url);
    }
  });
  const content = el('div', { class: 'content' }, banner.node, main);
  stream.on('state', drawState);
  stream.on('connection', (value) => {
    const text = { connecting: 'Connecting …', open: 'Live', lost: 'Offline' }[value.state];
    setText(connection, text);
    setAttribute(light, 'data-state', value.state);
    banner.show(value);
    content.classList.toggle('stale', value.state === 'lost');
  });

  const header = el('header', { class: 'side' }, brand(),
    el('nav', { class: 'nav', 'aria-label': 'Views' }, list),
    el('div', { class: 'side-foot' },
      el('div', { class: 'service' }, service,
        el('div', { class: 'service-line' }, version, uptime)),
      docs,
      el('div', { class: 'side-line' },
        el('span', { class: 'connection' }, light, connection), access)));
  return {
    nodes: [skip, header, content],
    main,
    focusMain,
    select: (view) => {
      for (const [candidate, node] of links) {
        setAttribute(node, 'aria-current', candidate === view ? 'page' : null);
      }
    },
    showAccess: (allowed) => setAttribute(access, 'hidden', allowed),
  };
}

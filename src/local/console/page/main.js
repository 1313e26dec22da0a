// Begins the page: the shell with its navigation, the state of the connection, and the router.

import { hasToken, stream, takeToken } from './client.js';
import { el, failure, fill, loading } from './dom.js';
import { kViews, parse } from './routes.js';
import { makeShell } from './shell.js';

takeToken();
const shell = makeShell();
document.body.prepend(...shell.nodes);

let end = null;
let shown = 0;

async function route(focus) {
  const { view, params } = parse(location.hash);
  const number = ++shown;
  end?.();
  end = null;
  shell.select(view);
  document.title = view === null ? 'Not found · Penstock console'
    : `${params.id ?? view.title} · Penstock console`;
  // Each view gets a container of its own, so that one that is late cannot draw into the next.
  const container = el('div', { class: 'view' });
  fill(shell.main, container);
  if (view === null) {
    fill(container, el('h1', null, 'There is nothing here'),
      el('p', null, 'This address names no view of the console. '),
      el('p', null, el('a', { href: '#/' }, 'Back to the chain')));
  } else {
    const waiting = setTimeout(() => fill(container, loading()), 150);
    try {
      const module = await import(view.module);
      clearTimeout(waiting);
      if (number !== shown) {
        return;
      }
      fill(container);
      end = module.show(container, params) ?? null;
    } catch (error) {
      clearTimeout(waiting);
      if (number !== shown) {
        return;
      }
      console.error(error);
      fill(container, el('h1', null, view.title), failure({
        title: 'This view could not be shown',
        detail: `${error.message ?? error}. Load the page again once penstock_local runs.`,
      }, () => location.reload()));
    }
  }
  window.scrollTo(0, 0);
  if (focus) {
    shell.focusMain();
  }
}

addEventListener('hashchange', () => {
  if (takeToken()) {
    shell.showAccess(hasToken());
  }
  route(true);
});

// `g` and a letter go to a view, as in other tools of this kind; never while one types.
let leader = 0;
addEventListener('keydown', (event) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
  if (typing || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  if (event.key === 'g') {
    leader = Date.now();
  } else if (Date.now() - leader < 1000) {
    leader = 0;
    const view = kViews.find(({ title }) => title[0].toLowerCase() === event.key);
    if (view !== undefined) {
      location.hash = `#/${view.name}`;
    }
  }
});

shell.showAccess(hasToken());
stream.start();
route(false);

// Makes and changes elements. Text is only ever set as text: nothing here reads markup.

const kSvg = 'http://www.w3.org/2000/svg';

function apply(node, name, value) {
  if (value === null || value === undefined || value === false) {
    return;
  }
  if (name.startsWith('on') && typeof value === 'function') {
    node.addEventListener(name.slice(2), value);
  } else if (name === 'style') {
    // Through the object model, which the page's Content-Security-Policy allows.
    for (const [property, text] of Object.entries(value)) {
      node.style.setProperty(property, text);
    }
  } else if (name === 'data') {
    Object.assign(node.dataset, value);
  } else if (name === 'value' || name === 'checked' || name === 'selected') {
    node[name] = value;
  } else {
    node.setAttribute(name, value === true ? '' : String(value));
  }
}

function make(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    apply(node, name, value);
  }
  append(node, children);
  return node;
}

function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) {
      node.append(child instanceof Node ? child : document.createTextNode(String(child)));
    }
  }
}

/**
 * Makes an element of HTML. An attribute that is null or false is left out, and one that is true is
 * empty; `onclick` and the like take functions, `style` and `data` take objects. Children are
 * nodes, texts, numbers, or arrays of these; null and false are left out.
 */
export function el(tag, attributes, ...children) {
  return make(document.createElement(tag), attributes, children);
}

/** Makes an element of SVG, as el() does. */
export function svg(tag, attributes, ...children) {
  return make(document.createElementNS(kSvg, tag), attributes, children);
}

/** Replaces what a node contains. */
export function fill(node, ...children) {
  node.replaceChildren();
  append(node, children);
  return node;
}

/** Sets a node's text, and touches the document only if it differs. */
export function setText(node, text) {
  const value = String(text);
  const first = node.firstChild;
  if (first instanceof Text && first === node.lastChild) {
    if (first.data !== value) {
      first.data = value;
    }
  } else if (first !== null || value !== '') {
    node.textContent = value;
  }
}

/** Sets an attribute, or removes it if the value is null or false, and only if it differs. */
export function setAttribute(node, name, value) {
  if (value === null || value === undefined || value === false) {
    if (node.hasAttribute(name)) {
      node.removeAttribute(name);
    }
    return;
  }
  const text = value === true ? '' : String(value);
  if (node.getAttribute(name) !== text) {
    node.setAttribute(name, text);
  }
}

/**
 * Makes the children of a container those of `items`, in their order, and keeps the nodes of those
 * that are there. `key(item)` tells items apart, `create(item)` makes a node, `update(node, item)`
 * brings it up to date and is called for each, new ones too. The container may have no other
 * children. With `reuse`, a new item gets the node of one that has left, if there is one: `update`
 * must then write all that differs, and a list whose items are all replaced moves no node.
 */
export function reconcile(container, items, key, create, update, { reuse = false } = {}) {
  const before = container.keptNodes ?? new Map();
  const kept = new Map();
  const names = new Set(items.map(key));
  const spare = [...before].filter(([name]) => !names.has(name)).map(([, node]) => node);
  const fresh = names.size - (before.size - spare.length);
  // What leaves goes first, so that no other node needs to move.
  spare.splice(reuse ? fresh : 0).forEach((node) => node.remove());
  let next = container.firstChild;
  for (const item of items) {
    const name = key(item);
    const node = kept.get(name) ?? before.get(name) ?? spare.shift() ?? create(item);
    kept.set(name, node);
    update(node, item);
    if (node === next) {
      next = node.nextSibling;
    } else {
      container.insertBefore(node, next);
    }
  }
  container.keptNodes = kept;
}

/**
 * Returns a function that calls `draw` with its latest argument, once in the next frame however
 * often it is called before. `cancel()` of that function forgets what waits.
 */
export function inFrame(draw) {
  let request = 0;
  let latest;
  const ask = (argument) => {
    latest = argument;
    if (request === 0) {
      request = requestAnimationFrame(() => {
        request = 0;
        draw(latest);
      });
    }
  };
  ask.cancel = () => {
    cancelAnimationFrame(request);
    request = 0;
  };
  return ask;
}

const kShareOfTime = 10;
const kLongestPace = 4_000;

/**
 * Returns a function that asks for `draw`, which then runs in a frame: at most once in `least()`
 * milliseconds, and so seldom that its frames take a tenth of the time, on a machine of any speed.
 * `now()` of that function asks for the next frame, and `cancel()` forgets what waits.
 */
export function paced(draw, least) {
  let timer = 0;
  let next = 0;
  const frame = inFrame(() => {
    const begun = performance.now();
    next = begun + least();
    draw();
    // This runs when the frame's layout and painting are done.
    setTimeout(() => {
      const share = (performance.now() - begun) * kShareOfTime;
      next = Math.max(next, begun + Math.min(share, kLongestPace));
    }, 0);
  });
  const ask = () => {
    if (timer === 0) {
      timer = setTimeout(ask.now, Math.max(0, next - performance.now()));
    }
  };
  ask.now = () => {
    clearTimeout(timer);
    timer = 0;
    frame();
  };
  ask.cancel = () => {
    clearTimeout(timer);
    timer = 0;
    frame.cancel();
  };
  return ask;
}

/** Makes what is shown while something is fetched. */
export function loading(text = 'Loading …') {
  return el('div', { class: 'placeholder', role: 'status' },
    el('span', { class: 'spinner', 'aria-hidden': 'true' }), el('p', null, text));
}

/** Makes what is shown where there is nothing yet: a title, a sentence, and what one can do. */
export function empty(title, text, ...actions) {
  return el('div', { class: 'placeholder' }, el('p', { class: 'placeholder-title' }, title),
    text ? el('p', null, text) : null,
    actions.length > 0 ? el('div', { class: 'actions' }, actions) : null);
}

/** Makes what is shown for an error of client.js. `retry`, if given, is what the button does. */
export function failure(error, retry = null) {
  return el('div', { class: 'notice', data: { tone: 'bad' }, role: 'alert' },
    el('p', { class: 'notice-title' }, error.title ?? 'That did not work'),
    el('p', null, error.detail ?? String(error.message ?? error)),
    retry ? el('div', { class: 'actions' },
      el('button', { type: 'button', class: 'button', onclick: retry }, 'Try again')) : null);
}

/** Makes a button that copies what `text()` returns, and says that it has. */
export function copyButton(text, label = 'Copy') {
  const button = el('button', { type: 'button', class: 'button quiet' }, label);
  let timer = 0;
  button.addEventListener('click', async () => {
    let said = 'Copied';
    try {
      await navigator.clipboard.writeText(text());
    } catch {
      said = 'Not allowed';
    }
    setText(button, said);
    clearTimeout(timer);
    timer = setTimeout(() => setText(button, label), 1500);
  });
  return button;
}

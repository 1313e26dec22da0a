// The page's addresses: `#/VIEW`, `#/VIEW/ID` and `#/VIEW/ID?NAME=VALUE`.

/** The views, in the order of the navigation. `module` has `show(container, params)`. */
export const kViews = [
  { name: '', title: 'Chain', module: './chain/chain.js' },
  { name: 'stories', title: 'Stories', module: './stories/stories.js' },
  { name: 'send', title: 'Send', module: './send/send.js' },
  { name: 'topics', title: 'Topics', module: './topics/topics.js' },
  { name: 'failures', title: 'Failures', module: './failures/failures.js' },
  { name: 'break', title: 'Break', module: './break/break.js' },
];

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Returns the address of a view, for `href`. `query` is an object; empty values are left out. */
export function link(view, id = null, query = {}) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') {
      parameters.set(name, value);
    }
  }
  const path = id === null ? `#/${view}` : `#/${view}/${encodeURIComponent(id)}`;
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** Returns {view, params: {id, query}} of an address. `view` is null if there is none of it. */
export function parse(hash) {
  const [path, query = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s);
  const [name, ...rest] = path.split('/');
  return {
    view: kViews.find((view) => view.name === name) ?? null,
    params: {
      id: rest.length > 0 && rest[0] !== '' ? decode(rest.join('/')) : null,
      query: new URLSearchParams(query),
    },
  };
}

/** Changes the address without showing the view again, such as when a filter changes. */
export function replaceAddress(address) {
  history.replaceState(null, '', address);
}

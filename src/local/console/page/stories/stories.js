// The view of all stories, as they come.

import { get, stream } from '../client.js';
import { el, empty, failure, fill, inFrame, loading, paced, reconcile, setAttribute, setText }
  from '../dom.js';
import { visible } from '../foreign_text.js';
import { clockMs, count, duration, whole } from '../format.js';
import { outcomeBadge, setOutcome, toneOf } from '../outcomes.js';
import { link, replaceAddress } from '../routes.js';
import { showStory } from './story.js';
import { makeFilters } from './story_filters.js';
import { filtersOf, kMost, StoryRows } from './story_list.js';

const kColumns = ['Time', 'Request or record', 'Status', 'Outcome', 'Key', 'Event', 'Duration'];
const kLongType = 14;
const kPointerRests = 2500;
// New rows come five times a second at most, which is as fast as one can read; under load a list of
// others comes each second, which nobody reads while it runs.
const kRedraw = 200;
const kRedrawUnderLoad = 1000;
// So many rows change in a frame, so that no frame takes long; the next frames have the others.
const kRowsAFrame = 20;
const kLoaded = 100;
// The stream of stories begins when the list is being loaded. After this time it has begun.
const kCatchUp = 1500;

// The last words of an event's type tell it from others, and its column is narrow.
function tailOf(type) {
  const words = type.split('.');
  let tail = words.pop();
  while (words.length > 0 && tail.length + words.at(-1).length < kLongType) {
    tail = `${words.pop()}.${tail}`;
  }
  return words.length === 0 || tail === '' ? type : `…${tail}`;
}

function place(story) {
  return `${story.topic}-${story.partition}@${story.offset}`;
}

function makeRow() {
  const cells = kColumns.map((column, i) =>
    el('td', { role: 'cell', class: `story-cell story-${i}` }));
  const method = el('span', { class: 'method' });
  const path = el('span', { class: 'story-path' });
  const anchor = el('a', { class: 'story-link' }, method, path);
  cells[1].append(anchor);
  const badge = outcomeBadge('');
  cells[3].append(badge);
  const row = el('tr', { role: 'row', class: 'story-row' }, cells);
  row.parts = { cells, anchor, method, path, badge };
  return row;
}

function updateRow(row, story) {
  if (row.story === story) {
    return;
  }
  const other = row.story?.id !== story.id;
  row.story = story;
  const { cells, anchor, method, path, badge } = row.parts;
  if (other) {
    setAttribute(anchor, 'href', link('stories', story.id));
  }
  setText(cells[0], clockMs(story.started_at_ms));
  setText(method, story.method ?? '');
  setAttribute(method, 'hidden', story.kind !== 'request');
  const what = visible(
    story.kind === 'request' ? story.path ?? story.route ?? '' : place(story), true);
  setText(path, what);
  setAttribute(path, 'title', what);
  setText(cells[2], story.status ?? '');
  setAttribute(cells[2], 'data-tone', story.status ? toneOf(story.status) || null : null);
  setOutcome(badge, story.outcome);
  const key = visible(story.key ?? '', true);
  setText(cells[4], key);
  setAttribute(cells[4], 'title', key || null);
  const event = story.event_type ?? (story.kind === 'request' && story.topic ? story.topic : '');
  setText(cells[5], visible(tailOf(event), true));
  setAttribute(cells[5], 'title', event ? visible(event, true) : null);
  setText(cells[6], duration(story.total_ms ?? story.duration_ms));
}

function queryText(filters, more) {
  return new URLSearchParams(
    Object.entries({ ...filters, ...more }).filter(([, value]) => value)).toString();
}

/** Shows the list of stories, or the one with an id. */
export function show(container, { id, query }) {
  return id === null ? showList(container, query) : showStory(container, id);
}

function showList(container, query) {
  let rows = new StoryRows(filtersOf(query));
  let asked = new AbortController();
  let paused = false;
  let loaded = false;
  let pointerUntil = 0;
  let scrolled = false;
  let oldest = null;

  const body = el('tbody', { role: 'rowgroup' });
  const table = el('table', { class: 'table story-table', role: 'table', 'aria-label': 'Stories' },
    el('thead', { role: 'rowgroup' }, el('tr', { role: 'row' }, kColumns.map((column, i) =>
      el('th', { role: 'columnheader', scope: 'col', class: `story-${i}` }, column)))), body);
  const instead = el('div');
  const news = el('button', { type: 'button', class: 'button primary news', hidden: true });
  const sample = el('p', { class: 'small muted sample', role: 'status' });
  const older = el('button', { type: 'button', class: 'button' }, 'Older ones');
  const foot = el('div', { class: 'row spread story-foot', hidden: true },
    el('span', { class: 'small muted' }), older);
  const pause = el('button', { type: 'button', class: 'button', 'aria-pressed': 'false' }, 'Pause');
  const top = el('div', { class: 'news-line' }, news);
  const edge = el('div', { class: 'story-edge' });
  const list = el('div', { class: 'card flush story-list' }, edge, top, table, instead, foot);

  const isRead = () => paused || scrolled || Date.now() < pointerUntil
    || body.contains(document.activeElement);

  let late = [];
  const drawLate = inFrame(() => {
    late.splice(0, kRowsAFrame).forEach(([row, story]) => updateRow(row, story));
    if (late.length > 0) {
      drawLate();
    }
  });

  const draw = paced(() => {
    look();
    rows.admit();
    late = [];
    let changed = 0;
    reconcile(body, rows.rows, ({ id }) => id, makeRow, (row, story) => {
      changed += row.story === story ? 0 : 1;
      if (changed <= kRowsAFrame) {
        updateRow(row, story);
      } else {
        late.push([row, story]);
      }
    }, { reuse: true });
    if (late.length > 0) {
      drawLate();
    }
    const none = loaded && rows.rows.length === 0;
    setAttribute(table, 'hidden', rows.rows.length === 0);
    setAttribute(foot, 'hidden', rows.rows.length === 0);
    setText(foot.firstChild, `${count(rows.rows.length, 'story', 'stories')} shown`
      + (rows.rows.length >= kMost ? ', which is the most' : ''));
    setAttribute(older, 'disabled', rows.rows.length >= kMost);
    setText(older, oldest !== null && rows.rows.at(-1)?.id === oldest ? 'There are no older ones'
      : 'Older ones');
    if (none && instead.dataset.shows !== 'empty') {
      instead.dataset.shows = 'empty';
      const filtered = Object.keys(rows.filters).length > 0;
      fill(instead, filtered
        ? empty('No story passes the filters', 'New ones appear as they come.',
          el('button', { type: 'button', class: 'button', onclick: () => filters.clear() },
            'Clear the filters'))
        : empty('Nothing has happened yet',
          'A request to the API, or a record in a topic that is read, begins a story.',
          el('a', { class: 'button primary', href: link('send') }, 'Send something')));
    } else if (loaded && !none && instead.dataset.shows) {
      delete instead.dataset.shows;
      fill(instead);
    }
    tellNews();
  }, () => (rows.sample() === null ? kRedraw : kRedrawUnderLoad));

  function tellNews() {
    setAttribute(news, 'hidden', rows.waiting === 0);
    setText(news, `${whole(rows.waiting)} new ↑`);
    const { oneIn, leftOut } = rows.sample() ?? {};
    setText(sample, oneIn
      ? `Under load a sample is shown: 1 in ${whole(oneIn)}; ${whole(leftOut)} were left out in `
        + 'the last 5 seconds. All are counted on the chain.'
      : '');
  }

  function look() {
    const held = isRead();
    const changed = held !== rows.held;
    if (changed) {
      rows.hold(held);
    }
    return changed;
  }

  function settle() {
    if (look()) {
      draw();
    }
  }

  async function load() {
    asked.abort();
    asked = new AbortController();
    const { signal } = asked;
    const fresh = rows;
    try {
      const answer = await get(`/api/stories?${queryText(fresh.filters, { limit: kLoaded })}`,
        { signal });
      if (fresh === rows) {
        rows.append(answer.stories);
        filters.learn(answer.stories);
        loaded = true;
        delete instead.dataset.shows;
        fill(instead);
        draw.now();
      }
    } catch (error) {
      if (!signal.aborted) {
        instead.dataset.shows = 'error';
        fill(instead, failure(error, begin));
      }
    }
  }

  // Takes what happened while there was no stream.
  async function catchUp() {
    const fresh = rows;
    let stories;
    try {
      ({ stories } = await get(`/api/stories?${queryText(fresh.filters, { limit: kLoaded })}`,
        { signal: asked.signal }));
    } catch {
      return;  // The shell says that the connection is lost, and it is tried again then.
    }
    if (fresh !== rows || !loaded) {
      return;
    }
    settle();
    if (!rows.held && stories.length === kLoaded && !stories.some(({ id }) => rows.byId.has(id))) {
      // There would be a hole in the list.
      rows = new StoryRows(rows.filters);
      rows.append(stories);
    } else {
      rows.merge(stories);
    }
    filters.learn(stories);
    draw();
  }

  function startAnew() {
    const { held } = rows;
    rows = new StoryRows(rows.filters);
    rows.held = held && paused;
    begin();
  }

  function begin() {
    loaded = false;
    instead.dataset.shows = 'loading';
    fill(instead, loading());
    draw.now();
    load();
  }

  const filters = makeFilters(rows.filters, (values) => {
    const wanted = filtersOf(new Map(Object.entries(values)));
    if (JSON.stringify(wanted) !== JSON.stringify(rows.filters)) {
      replaceAddress(link('stories', null, wanted));
      rows = new StoryRows(wanted);
      begin();
    }
  });

  news.addEventListener('click', () => {
    pointerUntil = 0;
    scrolled = false;
    if (paused) {
      rows.hold(false);
      rows.hold(true);
    } else {
      document.activeElement?.blur();
      window.scrollTo(0, 0);
      rows.hold(false);
    }
    draw.now();
  });
  pause.addEventListener('click', () => {
    paused = !paused;
    setAttribute(pause, 'aria-pressed', paused);
    setText(pause, paused ? 'Continue' : 'Pause');
    settle();
  });
  older.addEventListener('click', async () => {
    setAttribute(older, 'disabled', true);
    const fresh = rows;
    try {
      const before = rows.rows.at(-1)?.id;
      const answer = await get(`/api/stories?${queryText(rows.filters, { before, limit: 100 })}`,
        { signal: asked.signal });
      if (fresh === rows) {
        rows.append(answer.stories, true);
        oldest = answer.stories.length === 0 ? before : null;
        draw.now();
      }
    } catch (error) {
      if (!asked.signal.aborted) {
        fill(instead, failure(error));
      }
    }
  });
  const point = (event) => {
    if (event.pointerType === 'mouse' || event.type === 'pointerdown') {
      pointerUntil = Date.now() + kPointerRests;
      settle();
    }
  };
  body.addEventListener('pointermove', point);
  body.addEventListener('pointerdown', point);
  const watch = setInterval(settle, 250);
  // An observer knows where the list begins; to ask for it would compute the layout each time.
  const observer = new IntersectionObserver((entries) => {
    const { isIntersecting, boundingClientRect } = entries.at(-1);
    scrolled = !isIntersecting && boundingClientRect.top < 0;
    settle();
  }, { rootMargin: '40px 0px 0px' });
  observer.observe(edge);

  fill(container,
    el('div', { class: 'view-head' },
      el('div', null, el('h1', null, 'Stories'),
        el('p', null, 'Each request and each record from its beginning to its end, as they come.')),
      pause),
    filters.node, sample, list);
  begin();
  const timer = setTimeout(catchUp, kCatchUp);
  let connection = 'open';
  let service = null;
  const ends = [
    stream.on('stories', (message) => {
      settle();
      rows.take(message, Date.now());
      filters.learn(message.stories);
      draw();
    }),
    stream.on('connection', ({ state }) => {
      if (state === 'open' && connection !== 'open') {
        catchUp();
      }
      connection = state;
    }),
    stream.on('state', (state) => {
      // The stories of the last start are gone.
      if (service !== null && state.started_at_ms !== service) {
        startAnew();
      }
      service = state.started_at_ms;
    }),
  ];
  return () => {
    ends.forEach((end) => end());
    clearTimeout(timer);
    clearInterval(watch);
    observer.disconnect();
    filters.end();
    draw.cancel();
    drawLate.cancel();
    asked.abort();
  };
}

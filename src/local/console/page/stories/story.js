// The view of one story, and the same beside an answer.

import { get, stream } from '../client.js';
import { copyButton, el, empty, failure, fill, loading, setText } from '../dom.js';
import { visible } from '../foreign_text.js';
import { dateTime, duration } from '../format.js';
import { outcomeBadge, setOutcome } from '../outcomes.js';
import { headerList, payload } from '../payload.js';
import { link } from '../routes.js';
import { recordLink, timeline, whatIsOpen } from './story_steps.js';

const kRetry = 400;
const kPatience = 6_000;
const kLeastPause = 300;

/** Returns the heading of a story. */
export function titleOf(story) {
  if (story.kind === 'request') {
    return visible(`${story.method ?? ''} ${story.path ?? story.route ?? ''}`.trim(), true)
      || 'A request';
  }
  return visible(`${story.topic}-${story.partition}@${story.offset}`, true);
}

function pair(name, value) {
  return value === undefined || value === null || value === '' ? []
    : [el('dt', null, name), el('dd', null, value)];
}

function mono(text) {
  return text === undefined ? undefined
    : el('span', { class: 'mono' }, visible(String(text), true));
}

function facts(story) {
  const record = story.offset === undefined ? undefined : recordLink(story);
  return el('dl', { class: 'pairs' },
    pair('Began', dateTime(story.started_at_ms)),
    pair('Status', story.status),
    pair('Answered after', story.duration_ms === undefined ? undefined
      : duration(story.duration_ms)),
    pair('Ended after', story.total_ms === undefined ? undefined : duration(story.total_ms)),
    pair('Route', mono(story.route)), pair('Event', mono(story.event_id)),
    pair('Type', mono(story.event_type)), pair('Record', record), pair('Key', mono(story.key)),
    pair('Trace', mono(story.trace_id)), pair('Invocations', story.attempts || undefined));
}

// Shows the record of a story, which Kafka has and no story keeps.
function recordBox(signal) {
  const node = el('div');
  let shown = '';
  const load = async (story) => {
    const name = `${story.topic}-${story.partition}@${story.offset}`;
    if (story.offset === undefined || name === shown) {
      return;
    }
    shown = name;
    fill(node, loading('Reading the record …'));
    try {
      const record = await get(`/api/topics/${encodeURIComponent(story.topic)}/records/`
        + `${story.partition}/${story.offset}`, { signal });
      fill(node, payload('Key', record.key),
        payload('Value', record.value, { none: 'None: this is a tombstone' }),
        el('h3', null, 'Headers'), headerList(record.headers));
    } catch (error) {
      if (!signal.aborted) {
        fill(node, failure(error, () => {
          shown = '';
          load(story);
        }));
      }
    }
  };
  return { node, load };
}

/**
 * Follows a story until it ends: calls `draw(story)` whenever it has changed, and `fail(error)` if
 * there is none. With `patient`, it waits some seconds for the story to begin. Returns a function
 * that stops it.
 */
export function follow(id, draw, fail, { patient = false } = {}) {
  const stopped = new AbortController();
  const begun = Date.now();
  let known = null;
  let busy = false;
  let again = false;
  let timer = 0;

  async function fetchStory() {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    again = false;
    try {
      const story = await get(`/api/stories/${encodeURIComponent(id)}`,
        { signal: stopped.signal });
      known = story;
      draw(story);
    } catch (error) {
      if (stopped.signal.aborted) {
        return;
      }
      if (error.status === 404 && patient && known === null && Date.now() - begun < kPatience) {
        timer = setTimeout(fetchStory, kRetry);
      } else if (known === null) {
        fail(error);
      }
    } finally {
      busy = false;
      if (again && !stopped.signal.aborted) {
        clearTimeout(timer);
        timer = setTimeout(fetchStory, kLeastPause);
      }
    }
  }

  const offs = [
    stream.on('stories', ({ stories }) => {
      if (stories.some((story) => story.id === (known?.id ?? id) || story.trace_id === id)) {
        fetchStory();
      }
    }),
    // A story that is not in a sample changes, too.
    stream.on('state', () => {
      if (known !== null && !known.ended) {
        fetchStory();
      }
    }),
  ];
  fetchStory();
  return () => {
    stopped.abort();
    clearTimeout(timer);
    offs.forEach((off) => off());
  };
}

// Keeps what the user has unfolded when a timeline is made again.
function replaceTimeline(box, story) {
  const open = [...box.querySelectorAll('details')].map((one) => one.open);
  const focused = [...box.querySelectorAll('summary')].indexOf(document.activeElement);
  fill(box, timeline(story));
  box.querySelectorAll('details').forEach((one, i) => {
    one.open = open[i] ?? one.open;
  });
  box.querySelectorAll('summary')[focused]?.focus();
}

/** Shows a story beside something else: its outcome and its timeline. Returns {node, end}. */
export function storyPanel(id) {
  const status = el('div', { role: 'status', class: 'row' });
  const box = el('div', null, loading('Waiting for the story …'));
  const open = el('p', { class: 'small muted' });
  const node = el('section', { class: 'card', 'aria-label': 'The story of this request' },
    el('div', { class: 'card-head' }, el('h2', null, 'Its story'), status), box, open);
  let state = null;
  let badge = null;
  const off = stream.on('state', (value) => {
    state = value;
  });
  const stop = follow(id, (story) => {
    if (badge === null) {
      badge = outcomeBadge(story.outcome);
      fill(status, badge, el('a', { href: link('stories', story.id) }, 'Open'));
    }
    setOutcome(badge, story.outcome);
    replaceTimeline(box, story);
    setText(open, whatIsOpen(story, state) ?? '');
  }, (error) => fill(box, error.status === 404
    ? empty('No story is known', 'Under load only a sample of requests has one, and a service that '
      + 'is no API of Penstock writes none.') : failure(error)), { patient: true });
  return { node, end: () => {
    stop();
    off();
  } };
}

/** Shows the story `id` as a view. */
export function showStory(container, id) {
  const stopped = new AbortController();
  const record = recordBox(stopped.signal);
  const back = el('a', { href: link('stories') }, '← All stories');
  const copy = copyButton(() => location.href, 'Copy the link');
  copy.classList.remove('quiet');
  const title = el('h1', { class: 'story-title' }, 'Story');
  const status = el('div', { role: 'status', class: 'row' });
  const about = el('p', { class: 'mono small' }, visible(id, true));
  const steps = el('div');
  const open = el('p', { class: 'muted small story-open' });
  const factBox = el('div');
  const recordCard = el('section', { class: 'card', hidden: true },
    el('div', { class: 'card-head' }, el('h2', null, 'The record')), record.node);
  const side = el('div', { class: 'stack' },
    el('section', { class: 'card' }, el('div', { class: 'card-head' }, el('h2', null, 'About it')),
      factBox), recordCard);
  const content = el('div', null, loading('Looking for the story …'));
  let badge = null;
  let state = null;
  const off = stream.on('state', (value) => {
    state = value;
  });

  const draw = (story) => {
    if (badge === null) {
      badge = outcomeBadge(story.outcome);
      fill(status, badge);
      fill(content, el('div', { class: 'story-split' },
        el('section', { class: 'card' }, el('div', { class: 'card-head' },
          el('h2', null, 'Timeline')), steps, open), side));
    }
    setText(title, titleOf(story));
    setOutcome(badge, story.outcome);
    replaceTimeline(steps, story);
    fill(factBox, facts(story));
    setText(open, whatIsOpen(story, state) ?? '');
    recordCard.hidden = story.offset === undefined;
    record.load(story);
  };
  const stop = follow(id, draw, (error) => fill(content, error.status === 404
    ? empty('There is no such story', `${error.detail} The oldest stories are forgotten when there `
      + 'are too many.', el('a', { class: 'button', href: link('stories') }, 'All stories'))
    : failure(error, () => location.reload())));

  fill(container,
    el('div', null, back),
    el('div', { class: 'view-head' }, el('div', { class: 'story-head' },
      el('div', { class: 'row' }, title, status), about),
    el('div', { class: 'actions' }, copy)),
    content);
  return () => {
    stopped.abort();
    stop();
    off();
  };
}

// The steps of a story as a timeline, with a bar for the time that each took.

import { el } from '../dom.js';
import { visible } from '../foreign_text.js';
import { clockMs, duration, size } from '../format.js';
import { layOutJson } from '../json_text.js';
import { link } from '../routes.js';

const kLinesShown = 5;
const kLongLine = 300;

/** The steps' names for people: [title, tone]. */
const kSteps = {
  received: ['Received', ''], validated: ['Validated', 'good'], violation: ['Violation', 'warn'],
  handled: ['Handler', ''], published: ['Published', ''], stored: ['Stored in Kafka', 'good'],
  answered: ['Answered', ''], read: ['Read', ''], filtered: ['Filtered', ''],
  invoked: ['Invoked', 'accent'], log: ['Log', ''], failed: ['Failed', 'bad'],
  waits: ['Waits', 'warn'], given_up: ['Given up', 'bad'], done: ['Done', 'good'],
};

const kNames = {
  in: 'In', where: 'At', keyword: 'Keyword', message: 'Message', place: 'Contract',
  event_id: 'Event', event_type: 'Type', request_id: 'Invocation', attempt: 'Attempt',
  batch: 'Batch', records: 'Records', process: 'Process', reason: 'Reason', pause_ms: 'Pause',
  bytes: 'Size', duration_ms: 'Took', condition: 'Condition', destination: 'Destination',
  attempts: 'Attempts',
  trace_id: 'Trace', mapping: 'Mapping', status: 'Status',
};

function valueText(name, value) {
  if (name.endsWith('_ms') && typeof value === 'number') {
    return duration(value);
  }
  if (name === 'bytes' && typeof value === 'number') {
    return size(value);
  }
  return visible(typeof value === 'string' ? value : JSON.stringify(value), true);
}

// A short word, such as "query", may be in a sentence by chance.
function isSaid(value, sentence) {
  return typeof value === 'string' && value.length > 8 && sentence.includes(value);
}

// What the sentence has said already is not said again.
function details(step) {
  const entries = Object.entries(step.details ?? {}).filter(([name, value]) =>
    value !== null && value !== '' && !isSaid(value, step.text)
      && !['topic', 'partition', 'offset', 'path', 'method', 'route', 'status'].includes(name));
  if (entries.length === 0) {
    return null;
  }
  return el('dl', { class: 'step-details' }, entries.map(([name, value]) =>
    el('div', { class: 'step-detail' }, el('dt', null, kNames[name] ?? name.replaceAll('_', ' ')),
      el('dd', { class: /id$|place|where|batch/.test(name) ? 'mono' : null },
        valueText(name, value)))));
}

/**
 * Returns the words of a log line in JSON that tell it from others: its level if that is no
 * information, its type or message, and its other members. A line without these is returned as it
 * is.
 */
export function logSummary(text) {
  let line;
  try {
    line = JSON.parse(text);
  } catch {
    return text;
  }
  if (line === null || typeof line !== 'object' || Array.isArray(line)) {
    return text;
  }
  const { timestamp: _time, requestId: _request, _aws, level, type, message, value, ...rest }
    = line;
  const more = value ?? rest;
  const words = [/^(INFO|info)?$/.test(level ?? '') ? '' : String(level), type, message,
    typeof more === 'string' ? more : JSON.stringify(more)];
  return words.filter((word) => typeof word === 'string' && word !== '' && word !== '{}').join(' ')
    || text;
}

function logLine(step) {
  const text = step.text;
  const isJson = /^\s*\{/.test(text);
  if (!isJson && text.length <= kLongLine) {
    return el('p', { class: 'log-line mono' }, visible(text));
  }
  return el('details', { class: 'log-line' },
    el('summary', { class: 'mono cut' },
      visible((isJson ? logSummary(text) : text).slice(0, kLongLine), true)),
    el('pre', null, visible(isJson ? layOutJson(text) : text)));
}

// Log lines that follow each other are one entry.
function entriesOf(steps) {
  const entries = [];
  for (const step of steps) {
    const last = entries.at(-1);
    if (step.step === 'log' && last?.step === 'log') {
      last.lines.push(step);
    } else {
      entries.push(step.step === 'log' ? { ...step, lines: [step] } : step);
    }
  }
  return entries;
}

/** Returns {from, to} of the times of steps; a story that goes on reaches to `now`. */
export function spanOf(steps, now = null) {
  const times = steps.map(({ at_ms: at }) => at).filter((at) => typeof at === 'number');
  if (times.length === 0) {
    return null;
  }
  const from = Math.min(...times);
  return { from, to: Math.max(from + 0.001, now ?? 0, ...times) };
}

/**
 * Returns the bars of steps, as parts of 100: {left, width}, each from the step before it to it, or
 * null where a time is not known.
 */
export function barsOf(steps, span) {
  let before = span?.from;
  return steps.map(({ at_ms: at }) => {
    if (typeof at !== 'number' || span === null) {
      return null;
    }
    const from = Math.min(before, at);
    before = at;
    const scale = 100 / (span.to - span.from);
    return { left: (from - span.from) * scale, width: (at - from) * scale };
  });
}

function logEntry(entry) {
  const shown = entry.lines.slice(0, kLinesShown).map(logLine);
  const rest = entry.lines.slice(kLinesShown);
  if (rest.length > 0) {
    shown.push(el('details', { class: 'log-rest' },
      el('summary', null, `${rest.length} more lines`), rest.map(logLine)));
  }
  return shown;
}

function stepNode(entry, bar, span, before) {
  const [title, tone] = kSteps[entry.step] ?? [entry.step, ''];
  const known = typeof entry.at_ms === 'number';
  const node = el('li', { class: 'step', data: { step: entry.step, tone } },
    el('div', { class: 'step-time mono', title: known ? clockMs(entry.at_ms) : null },
      known ? `+${duration(entry.at_ms - span.from)}` : 'not known'),
    el('div', { class: 'step-mark', 'aria-hidden': 'true' }),
    el('div', { class: 'step-body' },
      el('div', { class: 'step-head' }, el('span', { class: 'step-title' }, title),
        known && before !== null && entry.at_ms - before >= 0.005
          ? el('span', { class: 'muted small number' }, `after ${duration(entry.at_ms - before)}`)
          : null),
      entry.lines ? logEntry(entry) : el('p', { class: 'step-text' }, visible(entry.text)),
      entry.lines ? null : details(entry)),
    el('div', { class: 'step-bar', 'aria-hidden': 'true' }, bar === null ? null
      : el('div', { class: 'step-bar-fill', style: {
        left: `${bar.left}%`, width: `${Math.max(0.4, bar.width)}%` } })));
  return node;
}

/** Makes the timeline of a story's steps. */
export function timeline(story) {
  const entries = entriesOf(story.steps);
  const span = spanOf(story.steps);
  const bars = barsOf(entries, span);
  let before = null;
  const nodes = entries.map((entry, i) => {
    const node = stepNode(entry, bars[i], span, before);
    before = typeof entry.at_ms === 'number' ? entry.at_ms : before;
    return node;
  });
  return el('ol', { class: 'steps', 'aria-label': 'Timeline' }, nodes);
}

/** Says what comes next for a story, or what is not known of it; null if all is said. */
export function whatIsOpen(story, state) {
  if (story.ended) {
    return story.kind === 'record' && !story.steps.some(({ step }) => step === 'received')
      ? 'Another program has produced this record; what was before is not known.' : null;
  }
  const topic = state?.topics?.find(({ name }) => name === story.topic);
  const mapping = state?.mappings?.find((one) => one.topic === story.topic);
  if (story.topic && state && !topic?.own && !mapping) {
    return `No mapping of this system reads ${story.topic}. `
      + 'What becomes of the record is not known.';
  }
  if (mapping && mapping.state !== 'running') {
    return `It waits: the mapping of ${story.topic} does not run. ${mapping.reason}`;
  }
  return {
    stored: 'It waits until the mapping reads it.',
    handling: 'The function has it.',
    retrying: 'It waits for the next attempt.',
  }[story.outcome] ?? 'It goes on.';
}

/** Makes a link to the records around a story's record. */
export function recordLink(story) {
  const text = `${story.topic}-${story.partition}@${story.offset}`;
  return el('a', { class: 'mono', href: link('topics', story.topic,
    { partition: story.partition, offset: story.offset }) }, visible(text, true));
}

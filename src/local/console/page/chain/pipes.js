// The pipes of the chain's drawing. They are measured from the boxes that they join, when the boxes
// change their size, and not with each number.

import { setAttribute, svg } from '../dom.js';

// An animation of CSS is computed with each frame, which took three times as much as these steps
// (6 % of a processor core, for a few dashes that move).
const kStep = 140;
const kSteps = 24;

// Rounds, so that a path is written only if it differs.
function at(x, y) {
  return `${Math.round(x)} ${Math.round(y)}`;
}

// Wide screens: from the right side of one box to the left side of the next, at the height of the
// heads. Phones: from the lower side to the upper one.
function course(section, origin, unit, beside) {
  const from = section.from.getBoundingClientRect();
  const to = section.to.getBoundingClientRect();
  const side = (section.side ?? section.from).getBoundingClientRect();
  if (beside) {
    const x1 = side.right - origin.left;
    const x2 = to.left - origin.left;
    const y1 = from.top - origin.top + 1.6 * unit;
    const y2 = to.top - origin.top + 1.6 * unit;
    const bend = (x2 - x1) / 2;
    return { d: `M${at(x1, y1)}C${at(x1 + bend, y1)} ${at(x2 - bend, y2)} ${at(x2, y2)}`,
      x: (x1 + x2) / 2, y: (y1 + y2) / 2 };
  }
  const x = to.left - origin.left + 2 * unit;
  const y2 = to.top - origin.top;
  // Boxes are in one column, so a pipe begins at the gap above its box.
  const y1 = y2 - 1.5 * unit;
  return { d: `M${at(x, y1)}L${at(x, y2)}`, x, y: (y1 + y2) / 2 };
}

function makeSection() {
  const outer = svg('path', { class: 'pipe-outer' });
  const inner = svg('path', { class: 'pipe-inner' });
  const flow = svg('path', { class: 'pipe-flow' });
  const cross = svg('path', { class: 'pipe-cross', d: 'M-5-5 5 5M5-5-5 5' });
  const node = svg('g', { class: 'pipe' }, outer, inner, flow, cross);
  return { node, paths: [outer, inner, flow], cross };
}

function speed({ flow, how }) {
  if (how === 'broken') {
    return how;
  }
  if (flow <= 0 || how === 'waiting') {
    return 'none';
  }
  return flow < 10 ? 'slow' : flow < 1000 ? 'middle' : 'fast';
}

/** Makes the drawing of the pipes. Returns {node, update(box, sections), end}. */
export function makePipes() {
  const node = svg('svg', { class: 'pipes', 'aria-hidden': 'true', focusable: 'false' });
  let drawn = [];
  let joined = [];
  let box = null;
  let request = 0;

  const measure = () => {
    request = 0;
    if (box === null || !box.isConnected) {
      return;
    }
    const origin = box.getBoundingClientRect();
    const unit = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const beside = getComputedStyle(box).getPropertyValue('--beside').trim() === '1';
    const courses = joined.map((section) => course(section, origin, unit, beside));
    setAttribute(node, 'viewBox', `0 0 ${Math.round(origin.width)} ${Math.round(origin.height)}`);
    courses.forEach(({ d, x, y }, index) => {
      drawn[index].paths.forEach((path) => setAttribute(path, 'd', d));
      setAttribute(drawn[index].cross, 'transform', `translate(${at(x, y)})`);
    });
  };
  const ask = () => {
    request ||= requestAnimationFrame(measure);
  };
  const observer = new ResizeObserver(ask);
  const observed = new Set();
  // To ask `matches` in each step would compute the page's style each time.
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  let step = 0;
  let timer = 0;
  const turn = () => {
    clearInterval(timer);
    if (!still.matches) {
      timer = setInterval(() => {
        if (!document.hidden && !node.closest('.stale')) {
          step = (step + 1) % kSteps;
          node.style.setProperty('--step', step);
        }
      }, kStep);
    }
  };
  still.addEventListener('change', turn);
  turn();

  const update = (container, sections) => {
    box = container;
    while (drawn.length < sections.length) {
      drawn.push(makeSection());
      node.append(drawn.at(-1).node);
    }
    drawn.splice(sections.length).forEach((section) => section.node.remove());
    const changed = sections.length !== joined.length || sections.some((section, index) =>
      section.from !== joined[index].from || section.to !== joined[index].to);
    joined = sections;
    sections.forEach((section, index) => {
      setAttribute(drawn[index].node, 'data-flow', speed(section));
      for (const end of [section.from, section.to, section.side]) {
        if (end && !observed.has(end)) {
          observed.add(end);
          observer.observe(end);
        }
      }
    });
    if (changed) {
      observer.observe(box);
      for (const end of observed) {
        if (!end.isConnected) {
          observer.unobserve(end);
          observed.delete(end);
        }
      }
      ask();
    }
  };
  return { node, update, end: () => {
    clearInterval(timer);
    still.removeEventListener('change', turn);
    observer.disconnect();
    cancelAnimationFrame(request);
  } };
}

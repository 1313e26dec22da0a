// The plots of the last 15 minutes, drawn by uPlot.

import { el, failure, fill, paced, setAttribute, setText, svg } from '../dom.js';
import { clock, duration, rate, short } from '../format.js';
import { History, kSeconds } from './history.js';

const kPlots = [
  { title: 'Requests', api: true, unit: 'per second', text: rate, lines: [
    ['requests', 'requests', 'area'], ['errors', '5xx', 'bad']] },
  { title: 'Time to answer', api: true, unit: 'of requests', text: duration, axis: mark, lines: [
    ['p50_ms', 'p50', 'area'], ['p99_ms', 'p99', 'line']] },
  { title: 'Events', unit: 'per second', text: rate, lines: [
    ['events', 'stored', 'area'], ['handled', 'handled', 'line']] },
  { title: 'Lag', unit: 'records that wait', text: short, lines: [['lag', 'lag', 'area']] },
  { title: 'Function', unit: 'per second', text: rate, lines: [
    ['invocations', 'invocations', 'area'], ['retries', 'retries', 'line'],
    ['given_up', 'given up', 'bad']] },
];
// How a line looks: the variable of its colour, its width and its dashes.
const kLooks = {
  area: ['--series-1', 1.5, []], line: ['--series-2', 1.5, []], bad: ['--bad', 2, [5, 3]],
};
const kSync = 'penstock';
const kRedraw = 50;

// The text of a mark at the axis of time, which has round numbers only.
function mark(value) {
  return value < 1000 ? `${Number(value.toPrecision(3))} ms`
    : `${Number((value / 1000).toPrecision(3))} s`;
}

function tick(value) {
  return value < 100 ? String(Number(value.toPrecision(3))) : short(value);
}

// A number between two gaps has no line, so it is a point.
function alone(plot, line) {
  const numbers = plot.data[line];
  const found = [];
  numbers.forEach((number, index) => {
    if (number !== null && (numbers[index - 1] ?? null) === null &&
        (numbers[index + 1] ?? null) === null) {
      found.push(index);
    }
  });
  return found;
}

let library = null;

// uPlot is a script of the old kind, which the page needs for this view only.
function load() {
  library ??= new Promise((resolve, reject) => {
    document.head.append(
      el('link', { rel: 'stylesheet', href: 'vendor/uplot.min.css' }),
      el('script', {
        src: 'vendor/uplot.min.js',
        onload: () => resolve(globalThis.uPlot),
        onerror: () => {
          library = null;
          reject(new Error('vendor/uplot.min.js could not be loaded.'));
        },
      }));
  });
  return library;
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function rem() {
  return parseFloat(getComputedStyle(document.documentElement).fontSize);
}

function swatch(look) {
  const [name, width, dashes] = kLooks[look];
  return svg('svg', { class: 'swatch', viewBox: '0 0 18 10', 'aria-hidden': 'true' },
    look === 'area' ? svg('rect', { class: 'swatch-area', width: 18, height: 10, y: 2 }) : null,
    svg('path', { d: 'M0 4h18', style: {
      stroke: `var(${name})`, 'stroke-width': String(width + 0.5),
      'stroke-dasharray': dashes.join(' '),
    } }));
}

class Plot {
  // `pointed` is called with the second under the pointer, or with null.
  constructor(definition, history, pointed) {
    this.definition = definition;
    this.history = history;
    this.pointed = pointed;
    this.plot = null;
    this.values = definition.lines.map(() => el('dd', { class: 'number' }, '–'));
    this.area = el('div', { class: 'plot-area', role: 'img', 'aria-label': definition.title });
    this.node = el('figure', { class: 'plot card' },
      el('figcaption', { class: 'plot-head' }, el('h3', null, definition.title),
        el('span', { class: 'small muted' }, definition.unit)),
      el('dl', { class: 'legend' }, definition.lines.map(([, label, look], index) =>
        el('div', null, el('dt', null, swatch(look), label), this.values[index]))),
      this.area);
  }

  // Makes the plot, once it is known how large it is.
  begin(uPlot) {
    const { definition } = this;
    const unit = rem();
    const font = `${Math.round(unit * 0.6875)}px ${colour('--font')}`;
    const axis = {
      font,
      stroke: () => colour('--muted'),
      grid: { stroke: () => colour('--grid'), width: 1 },
      ticks: { show: false },
    };
    const text = definition.axis ?? tick;
    this.plot = new uPlot({
      width: Math.max(100, this.area.clientWidth),
      height: Math.max(80, this.area.clientHeight),
      padding: [unit * 0.5, unit, 0, 0],
      legend: { show: false },
      cursor: { sync: { key: kSync }, y: false, drag: { x: false, y: false }, points: { size: 6 } },
      scales: {
        x: { range: () => this.#span() },
        y: { range: (_, __, most) => [0, most > 0 ? most * 1.1 : 1] },
      },
      axes: [
        { ...axis, space: unit * 4.5, size: unit * 1.25, gap: 4, incrs: [60, 120, 180, 300],
          values: (_, marks) => marks.map((at) => clock(at * 1000).slice(0, -3)) },
        { ...axis, space: unit * 1.75, size: unit * (definition.axis ? 3.25 : 2.75), gap: 4,
          values: (_, marks) => marks.map((value) => text(value)) },
      ],
      series: [{}, ...definition.lines.map(([, , look]) => {
        const [name, width, dash] = kLooks[look];
        return {
          stroke: () => colour(name), width, dash,
          points: { show: true, size: 4, filter: alone },
          fill: look === 'area' ? () => `${colour(name)}26` : undefined,
        };
      })],
      hooks: { setCursor: [(plot) => this.#point(plot.cursor.left < 0 ? null : plot.cursor.idx)] },
    }, this.#data(), this.area);
  }

  // The whole 15 minutes, or as much as there is yet.
  #span() {
    const { at } = this.history;
    const now = at.at(-1) ?? Math.floor(Date.now() / 1000);
    return [Math.max(now - kSeconds, Math.min(at[0] ?? now, now - 120)), now];
  }

  #data() {
    return [this.history.at, ...this.definition.lines.map(([name]) => this.history.series[name])];
  }

  #point(index) {
    this.#values(index ?? null);
    this.pointed(this.history.at[index] ?? null);
  }

  // The legend has the numbers under the pointer, or the last ones.
  #values(index) {
    this.definition.lines.forEach(([name], line) => {
      const series = this.history.series[name];
      const value = index === null ? series.at(-1) : series[index];
      setText(this.values[line], this.definition.text(value ?? null));
    });
  }

  draw() {
    this.plot?.setData(this.#data());
    if (this.plot === null || this.plot.cursor.idx === null || this.plot.cursor.left < 0) {
      this.#values(null);
    }
  }

  // Says what a picture says, for those who do not see it.
  describe() {
    const { title, unit, text, lines } = this.definition;
    const parts = lines.map(([name, label]) => {
      const known = this.history.series[name].filter((value) => value !== null);
      return known.length === 0 ? `${label} not known`
        : `${label} at most ${text(known.reduce((most, value) => Math.max(most, value), 0))}`;
    });
    setAttribute(this.area, 'aria-label',
      `${title} ${unit}, the last 15 minutes: ${parts.join(', ')}`);
  }

  resize() {
    const width = this.area.clientWidth;
    const height = this.area.clientHeight;
    if (this.plot !== null && width > 0 && height > 0 &&
        (width !== this.plot.width || height !== this.plot.height)) {
      this.plot.setSize({ width, height });
    }
  }
}

/** Makes the plots. Returns {node, load(), append(state), end}. */
export function makePlots() {
  const history = new History();
  const time = el('span', { class: 'small muted number' });
  const pointed = (second) => setText(time, second === null ? '' : `at ${clock(second * 1000)}`);
  const plots = kPlots.map((definition) => new Plot(definition, history, pointed));
  const trouble = el('div', { class: 'plots-trouble' });
  const grid = el('div', { class: 'plots' }, plots.map((plot) => plot.node));
  const node = el('section', { 'aria-labelledby': 'plots-title' },
    el('div', { class: 'card-head' }, el('h2', { id: 'plots-title' }, 'The last 15 minutes'), time),
    trouble, grid);
  const aborter = new AbortController();
  const observer = new ResizeObserver(() => plots.forEach((plot) => plot.resize()));
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  const repaint = () => plots.forEach((plot) => plot.plot?.redraw(false));
  scheme.addEventListener('change', repaint);
  let draws = 0;
  let loading = false;

  // One plot in a frame, so that no frame takes long.
  let next = 0;
  const draw = paced(() => {
    plots[next].draw();
    if (draws % 15 === 0) {
      plots[next].describe();
    }
    next = (next + 1) % plots.length;
    if (next > 0) {
      draw();
    } else {
      draws += 1;
    }
  }, () => kRedraw);
  const reload = async () => {
    if (loading) {
      return;
    }
    loading = true;
    try {
      const uPlot = await load();
      if (aborter.signal.aborted) {
        return;
      }
      for (const plot of plots) {
        if (plot.plot === null) {
          plot.begin(uPlot);
          observer.observe(plot.area);
        }
      }
      await history.load(aborter.signal);
      fill(trouble);
      draws = 0;
      next = 0;
      draw();
    } catch (error) {
      if (!aborter.signal.aborted) {
        fill(trouble, failure({ title: 'The past could not be loaded', detail: error.message },
          reload));
      }
    } finally {
      loading = false;
    }
  };
  return {
    node,
    load: reload,
    append: (state) => {
      const api = state.api.state !== 'absent';
      grid.classList.toggle('few', !api);
      plots.forEach((plot) => setAttribute(plot.node, 'hidden', plot.definition.api && !api));
      history.append(state);
      draw();
    },
    end: () => {
      aborter.abort();
      draw.cancel();
      observer.disconnect();
      scheme.removeEventListener('change', repaint);
      plots.forEach((plot) => plot.plot?.destroy());
    },
  };
}

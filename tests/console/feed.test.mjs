import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { Feed } from '../../src/local/console/page/feed.js';

const { setTimeout, clearTimeout } = globalThis;
const { now } = Date;
let sources = [];
let timers = new Map();
let clock = 0;

// Lets this time pass, in no time.
function pass(milliseconds) {
  const end = clock + milliseconds;
  for (;;) {
    const due = [...timers].filter(([, timer]) => timer.at <= end)
      .sort(([, a], [, b]) => a.at - b.at)[0];
    if (due === undefined) {
      clock = end;
      return;
    }
    timers.delete(due[0]);
    clock = due[1].at;
    due[1].run();
  }
}

// Stands for the browser's, whose events the test sends.
class FakeSource {
  constructor(url) {
    this.url = url;
    this.listeners = {};
    this.closed = false;
    sources.push(this);
  }

  addEventListener(name, listener) { this.listeners[name] = listener; }

  close() { this.closed = true; }

  send(name, text) { this.listeners[name]({ data: text }); }
}

let heard;
let feed;
beforeEach(() => {
  timers = new Map();
  clock = 1000;
  let last = 0;
  Date.now = () => clock;
  globalThis.setTimeout = (run, pause) => {
    timers.set(last += 1, { at: clock + pause, run });
    return last;
  };
  globalThis.clearTimeout = (timer) => timers.delete(timer);
  globalThis.EventSource = FakeSource;
  sources = [];
  heard = [];
  feed = new Feed((name, text) => heard.push([name, JSON.parse(text)]));
});

afterEach(() => {
  Object.assign(globalThis, { setTimeout, clearTimeout });
  Date.now = now;
});

const open = () => sources.filter(({ closed }) => !closed);
const lastConnection = () => heard.filter(([name]) => name === 'connection').at(-1)?.[1];

test('WhatIsReceivedIsTold', () => {
  feed.want('state');
  assert.deepEqual(sources.map(({ url }) => url), ['/api/stream?stories=false']);
  sources[0].send('state', '{"now_ms":1}');
  assert.deepEqual(heard, [['connection', { state: 'open', retry_at_ms: null }],
    ['state', { now_ms: 1 }]]);
});

test('StoriesAreAskedForOnlyWhileSomebodyWantsThem', () => {
  feed.want('state');
  feed.want('stories');
  feed.want('stories');
  feed.want('state');
  assert.deepEqual(sources.map(({ url }) => url.split('=')[1]), ['false', 'true', 'false']);
  assert.equal(open().length, 1);
});

test('WhatAnOldConnectionSendsIsNotTold', () => {
  feed.want('state');
  feed.want('stories');
  sources[0].send('state', '{}');
  sources[0].send('error');
  assert.deepEqual(heard, []);
  assert.equal(open().length, 1);
});

test('ALossIsToldAndFollowedByTriesThatAreLaterEachTime', () => {
  feed.want('state');
  const pauses = [];
  for (let i = 0; i < 7; i += 1) {
    open()[0].send('error');
    assert.equal(lastConnection().state, 'lost');
    assert.equal(open().length, 0);
    const pause = lastConnection().retry_at_ms - Date.now();
    pauses.push(pause);
    pass(pause - 1);
    assert.equal(open().length, 0);
    pass(1);
    assert.equal(open().length, 1);
  }
  assert.deepEqual(pauses, [500, 1000, 2000, 4000, 8000, 8000, 8000]);
  open()[0].send('state', '{}');
  open()[0].send('error');
  assert.equal(lastConnection().retry_at_ms - Date.now(), 500);
});

test('SilenceIsALoss', () => {
  feed.want('state');
  sources[0].send('state', '{}');
  pass(3999);
  sources[0].send('state', '{}');
  pass(3999);
  assert.equal(lastConnection().state, 'open');
  pass(1);
  assert.equal(lastConnection().state, 'lost');
  assert.equal(sources[0].closed, true);
});

test('ATabThatWantsNothingHoldsNoConnection', () => {
  feed.want('state');
  sources[0].send('state', '{}');
  feed.want('nothing');
  assert.equal(open().length, 0);
  assert.equal(lastConnection().state, 'connecting');
  pass(60_000);
  assert.equal(sources.length, 1);
  feed.want('state');
  assert.equal(open().length, 1);
});

test('NothingIsRetriedThatIsOpenOrNotWanted', () => {
  feed.retry();
  assert.equal(sources.length, 0);
  feed.want('state');
  sources[0].send('state', '{}');
  feed.retry();
  assert.equal(sources.length, 1);
  sources[0].send('error');
  feed.retry();
  assert.equal(open().length, 1);
  pass(500);
  assert.equal(sources.length, 2);
});

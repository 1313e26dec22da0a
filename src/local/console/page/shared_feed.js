// A worker that all tabs share. It holds the one stream of them all: a browser has six connections
// to a host, and with a stream in each of six tabs, none of them could load anything more.

import { Feed } from './feed.js';

// A tab that crashes says no good-bye. What it wants is forgotten after this time.
const kForgotten = 15_000;

const tabs = new Map();
const latest = new Map();

const feed = new Feed((name, text) => {
  latest.set(name, text);
  for (const [port, tab] of tabs) {
    if (tab.wants === 'stories' || (tab.wants === 'state' && name !== 'stories')) {
      port.postMessage({ name, text });
    }
  }
});

function adjust() {
  const wants = [...tabs.values()].map((tab) => tab.wants);
  feed.want(wants.includes('stories') ? 'stories' : wants.includes('state') ? 'state' : 'nothing');
}

function hear(port, { wants, retry, end }) {
  const tab = tabs.get(port) ?? { wants: 'nothing', at: 0 };
  const woke = tab.wants === 'nothing' && wants !== undefined && wants !== 'nothing';
  tabs.set(port, tab);
  tab.at = Date.now();
  tab.wants = wants ?? tab.wants;
  if (end) {
    tabs.delete(port);
  }
  if (woke) {
    // The tab need not wait a second for what others know already.
    for (const name of ['connection', 'state']) {
      if (latest.has(name)) {
        port.postMessage({ name, text: latest.get(name) });
      }
    }
  }
  adjust();
  if (retry) {
    feed.retry();
  }
}

setInterval(() => {
  for (const [port, tab] of tabs) {
    if (tab.wants !== 'nothing' && Date.now() - tab.at > kForgotten) {
      tabs.delete(port);
    }
  }
  adjust();
}, kForgotten);

globalThis.onconnect = (event) => {
  const [port] = event.ports;
  port.onmessage = (message) => hear(port, message.data);
};

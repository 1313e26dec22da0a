// 20,000 records a second, and readers that are slow.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { freePorts, System } from './system.mjs';
import { check, until } from './report.mjs';

const kRate = Number(process.env.CONSOLE_RATE ?? 20_000);
const kSeconds = Number(process.env.CONSOLE_SECONDS ?? 60);
const kFrameMs = 100;
const kTopic = 'console-load';

/** Starts `esm` with a console, on the Kafka of the system and with the cheapest function. */
async function startMapping({ programs, folder }) {
  const config = path.join(folder, 'load.json');
  writeFileSync(config, JSON.stringify({
    FunctionName: 'answering', Topics: [kTopic], StartingPosition: 'TRIM_HORIZON', BatchSize: 100,
    SelfManagedKafkaEventSourceConfig: { ConsumerGroupId: 'console-load' },
    SelfManagedEventSource: { Endpoints: { KAFKA_BOOTSTRAP_SERVERS: ['127.0.0.1:1'] } },
  }));
  const state = await lastState;
  const [port] = await freePorts(1);
  return System.start(path.join(programs, 'penstock_local'), [
    'esm', '--config', config, '--bootstrap', state.broker.bootstrap, '--function',
    path.join(programs, 'answering_function'), '--console-port', String(port),
  ]);
}

let lastState;

function feed({ programs }, bootstrap, rate, seconds) {
  const feeder = spawn(path.join(programs, 'record_feeder'),
    [bootstrap, kTopic, 4, rate, seconds].map(String), { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [feeder.stdout, feeder.stderr]) {
    stream.on('data', (part) => { text += part; });
  }
  return new Promise((resolve, reject) => {
    feeder.on('close', (code) => (code === 0 ? resolve(text.trim())
      : reject(new Error(`record_feeder: ${code} ${text}`))));
  });
}

const residentMiB = (pid) => Number(/VmRSS:\s+(\d+)/
  .exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

async function watchFrames(page) {
  await page.evaluate(() => {
    const frames = { longest: 0, count: 0, tasks: [] };
    globalThis.penstockFrames = frames;
    let last = performance.now();
    const next = (now) => {
      frames.longest = Math.max(frames.longest, now - last);
      frames.count += 1;
      last = now;
      requestAnimationFrame(next);
    };
    requestAnimationFrame((now) => { last = now; requestAnimationFrame(next); });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) frames.tasks.push(Math.round(duration));
    }).observe({ type: 'longtask' });
  });
}

export async function runLoadCases(report, system, browser, places) {
  lastState = system.get('/api/state');
  const { bootstrap } = (await lastState).broker;
  await feed(places, bootstrap, 100, 1); // Makes the topic.
  const mapping = await startMapping(places);

  await report.run(`${kRate} records a second for ${kSeconds} s leave the page responsive`,
    async () => {
      const window = await browser.open(mapping.url);
      const second = await browser.open(`${mapping.origin}/#/stories`);
      const fed = feed(places, bootstrap, kRate, kSeconds);
      await until(
        async () => (await mapping.get('/api/state')).mappings[0].records_per_s > kRate / 4,
        'the mapping is at work');
      const frames = [];
      for (const { page } of [window, second]) await watchFrames(page);
      const before = residentMiB(mapping.process.pid);
      console.log(`  ${await fed}`);
      for (const [name, each] of [['chain', window], ['stories', second]]) {
        const seen = await each.page.evaluate(() => ({
          ...globalThis.penstockFrames,
          heap: Math.round(performance.memory.usedJSHeapSize / 1048576),
          rows: document.querySelectorAll('main tr, main li').length,
        }));
        console.log(`  ${name}: ${seen.count} frames, ` +
          `the longest ${Math.round(seen.longest)} ms, ` +
          `tasks over 50 ms: [${seen.tasks.join(', ')}], heap ${seen.heap} MiB, ` +
          `${seen.rows} rows`);
        frames.push([name, seen]);
        await each.picture(`load-${name}`);
      }
      const state = await mapping.get('/api/state');
      console.log(`  penstock_local: ${before.toFixed(0)} to ` +
        `${residentMiB(mapping.process.pid).toFixed(0)} MiB, ${JSON.stringify(state.stories)}`);
      for (const [name, { tasks, rows }] of frames) {
        // A task of the page itself; frames also wait for a busy machine.
        check(tasks.every((duration) => duration < kFrameMs), `${name}: a task of ` +
          `${Math.max(...tasks)} ms`);
        check(rows <= 1500, `${name} has ${rows} rows`);
      }
      check(state.stories.left_out > 0, 'nothing is left out, so there is no sample');
      const said = await second.page.evaluate(() => document.querySelector('main').innerText);
      check(/left out|sample|1 in/i.test(said), 'the page does not say that it shows a sample');
      await until(async () => {
        const { promise } = await mapping.get('/api/state');
        check(promise.lost === 0, JSON.stringify(promise));
        return promise.handled >= kRate * kSeconds;
      }, 'all records are handled', 120_000);
      window.checkErrors();
      second.checkErrors();
      await window.close();
      await second.close();
    });

  await report.run('a browser that stops reading costs nothing', async () => {
    const sockets = Array.from({ length: 12 }, () => {
      const socket = net.connect(mapping.port, '127.0.0.1');
      socket.on('error', () => {});
      socket.write(`GET /api/stream HTTP/1.1\r\nHost: 127.0.0.1:${mapping.port}\r\n\r\n`);
      return socket.pause();
    });
    await mapping.get('/api/state');
    const before = residentMiB(mapping.process.pid);
    await feed(places, bootstrap, kRate, 15);
    const grown = residentMiB(mapping.process.pid) - before;
    console.log(`  ${grown.toFixed(1)} MiB more after 15 s with 12 readers that do not read`);
    check(grown < 40, `${grown} MiB more`);
    await mapping.get('/api/state');
    for (const socket of sockets) socket.destroy();
  });

  await report.run('the mapping alone ends', async () => {
    const status = await mapping.stop();
    check(status === 0, `status ${status}: ${mapping.text.slice(-1000)}`);
  });
}

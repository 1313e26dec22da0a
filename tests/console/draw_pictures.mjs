// Makes the pictures of docs/console.md: draw_pictures.mjs PROGRAMS BUILD CHROMIUM
//
// The arguments are those of judge.mjs. It runs the example with a real Kafka for a minute, sends
// requests to it, of which some break the contract, and kills the function once.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Browser } from './browser.mjs';
import { until } from './report.mjs';
import { freePorts, System } from './system.mjs';

const [bin, packages, chromium] = process.argv.slice(2);
const [programs, build] = [bin, packages].map((name) => path.resolve(name));
const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const kSeconds = 60;
// The plots are drawn one after the other.
const kPlotsMs = 4000;
const kNames = ['Ada', 'Bob', 'Chen', 'Dora', 'Eve', '1'];

const folder = mkdtempSync(path.join(os.tmpdir(), 'penstock-pictures-'));
const [port, admin, own] = await freePorts(3);
const system = await System.start(path.join(programs, 'penstock_local'), [
  '--service', path.join(root, 'hello'), '--port', port, '--admin-port', admin,
  '--console-port', own, '--data', folder, '--batching-window', '0.2',
].map(String));
const browser = await Browser.launch(build, chromium, path.join(root, 'docs/pictures'));
try {
  let sent;
  const end = performance.now() + kSeconds * 1000;
  for (let i = 0; performance.now() < end; ++i) {
    const burst = 1 + Math.round(6 + 5 * Math.sin(i / 9));
    await Promise.all(Array.from({ length: burst }, (_, k) =>
      system.send('GET', `/current_time?name=${kNames[(i + k) % kNames.length]}`)));
    if (i === 40) await system.call('POST', '/api/faults/function-kill', {});
    await new Promise((resolve) => setTimeout(resolve, 250)); // This is the pace of the clients.
  }
  sent = await system.send('GET', '/current_time?name=Paul');
  const story = await system.get(`/api/stories/${sent.trace_id}?wait_seconds=30`);
  for (const colorScheme of ['light', 'dark']) {
    const suffix = colorScheme === 'dark' ? '-dark' : '';
    const window = await browser.open(system.url, {
      viewport: { width: 1440, height: 740 }, colorScheme,
    });
    const { page } = window;
    await page.locator('canvas').first().waitFor();
    await until(() => page.evaluate(() => /kafka_consumer/.test(document.body.innerText)),
      'the chain is drawn');
    await page.waitForTimeout(kPlotsMs);
    await window.picture(`console-chain${suffix}`);
    await page.setViewportSize({ width: 1020, height: 680 });
    await page.goto(`${system.origin}/#/stories/${encodeURIComponent(story.id)}`);
    await until(() => page.evaluate(() => /Hello, Paul/.test(document.body.innerText)),
      'the record is shown');
    await window.picture(`console-story${suffix}`);
    await window.close();
  }
} finally {
  await browser.close();
  await system.stop();
  rmSync(folder, { recursive: true, force: true });
}

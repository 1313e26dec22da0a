// Judges the console: judge.mjs PROGRAMS BUILD CHROMIUM SERVICE [WORD…]
//
// PROGRAMS is the folder of our programs, BUILD the one in which npm has installed packages, and
// where pictures go. SERVICE is the folder of the service that is run. PENSTOCK_KAFKA_LIBS names
// the folder of Apache Kafka's jars. The words choose: views, send, api, page, faults, failures,
// load.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Browser } from './browser.mjs';
import { runFailureCases } from './failure_cases.mjs';
import { runFaultCases } from './fault_cases.mjs';
import { runListCases } from './list_cases.mjs';
import { runLoadCases } from './load_cases.mjs';
import { runPageCases } from './page_cases.mjs';
import { Report } from './report.mjs';
import { runSafetyCases } from './safety_cases.mjs';
import { runSendCases } from './send_cases.mjs';
import { runStoryCases } from './story_cases.mjs';
import { freePorts, System } from './system.mjs';
import { runViewCases } from './view_cases.mjs';

const [bin, packages, chromium, named, ...words] = process.argv.slice(2);
const [programs, build, service] = [bin, packages, named].map((name) => path.resolve(name));
const wants = (word) => words.length === 0 || words.includes(word);
const kTopics = ['fixture-stamps', 'fixture-notes'];

/** Starts the whole system with a real Kafka; `more` are further arguments. */
async function up(folder, more = []) {
  const [port, admin, console] = await freePorts(3);
  const names = Object.fromEntries(readFileSync(path.join(service, 'service.env'), 'utf8')
    .split('\n').filter((line) => /^[A-Z_]+=/.test(line)).map((line) => line.split('=')));
  return System.start(path.join(programs, 'penstock_local'), [
    '--service', service, '--port', port, '--admin-port', admin, '--console-port', console,
    '--data', folder, '--batching-window', '0.1', '--function-timeout', '3',
    '--api', path.join(programs, names.API_PROGRAM),
    '--function', path.join(programs, names.FUNCTION_PROGRAM), ...more,
  ].map(String));
}

/** Writes the requests of mappings that try once, and returns the options that name them. */
function impatientMappings(folder) {
  return kTopics.flatMap((topic) => {
    const file = path.join(folder, `${topic}.json`);
    writeFileSync(file, JSON.stringify({
      FunctionName: 'fixture_consumer', Topics: [topic], StartingPosition: 'TRIM_HORIZON',
      ProvisionedPollerConfig: { MinimumPollers: 1 },
      MaximumRetryAttempts: 0, FunctionResponseTypes: ['ReportBatchItemFailures'],
      EventSourceArn: 'arn:aws:kafka:us-east-1:123456789012:cluster/local/abc',
    }));
    return ['--mapping', file];
  });
}

async function main() {
  const report = new Report();
  const pictures = path.join(build, 'pictures');
  mkdirSync(pictures, { recursive: true });
  const folder = mkdtempSync(path.join(os.tmpdir(), 'penstock-console-'));
  const browser = await Browser.launch(build, chromium, pictures);
  try {
    if (wants('views')) {
      await runViewCases(report, browser);
      await runListCases(report, browser);
    }
    if (wants('send')) await runSendCases(report, browser);
    if (['api', 'page', 'faults', 'load'].some(wants)) {
      const system = await up(path.join(folder, 'one'));
      if (wants('api')) await runSafetyCases(report, system);
      if (wants('api')) await runStoryCases(report, system);
      if (wants('page')) await runPageCases(report, system, browser);
      if (wants('faults')) await runFaultCases(report, system);
      if (wants('load')) {
        await runLoadCases(report, system, browser, { programs, folder });
      }
      await report.run('the system ends', async () => {
        const status = await system.stop();
        if (status !== 0) throw new Error(`status ${status}: ${system.text.slice(-2000)}`);
      });
    }
    if (wants('failures')) {
      const system = await up(path.join(folder, 'two'), impatientMappings(folder));
      await runFailureCases(report, system);
      await system.stop();
    }
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`${report.passed} passed, ${report.failed} failed`);
  process.exit(report.failed === 0 ? 0 : 1);
}

await main();

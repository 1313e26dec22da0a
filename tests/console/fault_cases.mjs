// Things are broken by the API beneath the page, and the promise holds.
import { ended } from './story_cases.mjs';
import { check, until } from './report.mjs';

/** Sends requests until `stop` is called, which returns their answers by status. */
function keepSending(system) {
  const statuses = new Map();
  let running = true;
  const workers = [0, 1, 2].map(async () => {
    while (running) {
      const { status } = await system.send('GET', '/stamp?name=Faulty')
        .catch(() => ({ status: 'none' }));
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status === 'none') await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });
  return async () => {
    running = false;
    await Promise.all(workers);
    return statuses;
  };
}

const states = async (system) => {
  const state = await system.get('/api/state');
  return { api: state.api.state, broker: state.broker.state, function: state.function.state };
};

/** Waits until everything runs and all records are handled, and checks the promise. */
async function checkPromise(system) {
  return until(async () => {
    const state = await system.get('/api/state');
    const { promise } = state;
    check(promise.lost === 0, `lost: ${JSON.stringify(promise)}`);
    check(promise.waiting === 0, `waiting: ${JSON.stringify(promise)}`);
    check(state.faults.length === 0, `active: ${JSON.stringify(state.faults)}`);
    check(state.api.state === 'running' && state.broker.state === 'running' &&
      state.function.state === 'running', JSON.stringify(await states(system)));
    return promise;
  }, 'all that was acknowledged is handled', 120_000);
}

export async function runFaultCases(report, system) {
  const start = (name, body) => system.call('POST', `/api/faults/${name}`, body);

  await report.run('each fault says what it does and what it is on AWS', async () => {
    const { faults } = await system.get('/api/faults');
    check(faults.length >= 9, `${faults.length} faults`);
    for (const fault of faults) {
      for (const member of ['title', 'effect', 'on_aws', 'watch_for']) {
        check(fault[member]?.length > 10, `${fault.name} has no ${member}`);
      }
      // The mapping of this system reads no response.
      check(fault.available !== (fault.name === 'function-garbage'),
        `${fault.name}: ${fault.unavailable_because}`);
    }
  });

  const broken = [
    ['broker-stop', { seconds: 5 }, (state) => state.broker !== 'running'],
    ['broker-cut', { seconds: 4 }, null],
    ['broker-slow', { seconds: 4, milliseconds: 300 }, null],
    ['broker-hang', { seconds: 4 }, null],
    ['function-kill', {}, null],
    ['api-term', {}, null],
  ];
  for (const [name, parameters, seen] of broken) {
    await report.run(`nothing acknowledged is lost by ${name}`, async () => {
      const before = (await system.get('/api/state')).promise.acknowledged;
      const stop = keepSending(system);
      try {
        await start(name, parameters);
        if (seen) await until(async () => seen(await states(system)), `${name} is seen`);
        await until(async () => !(await system.get('/api/state')).faults.length,
          `${name} is over`, 60_000);
        await until(async () => Object.values(await states(system))
          .every((state) => state === 'running'), 'everything runs again', 90_000);
      } finally {
        const statuses = await stop();
        console.log(`  ${name}: ${[...statuses].map(([k, v]) => `${v} × ${k}`).join(', ')}`);
      }
      const after = await checkPromise(system);
      check(after.acknowledged > before, 'nothing was acknowledged meanwhile');
    });
  }

  await report.run('an invocation that takes too long is ended and tried again', async () => {
    await start('function-timeout', { count: 1 });
    const sent = await system.send('GET', '/stamp?name=Slow');
    const story = await ended(system, sent.trace_id, 120);
    check(story.outcome === 'done' && story.attempts > 1, JSON.stringify(story));
    const failed = story.steps.find(({ step }) => step === 'failed');
    check(/time|Timed/i.test(failed?.text ?? ''), JSON.stringify(story.steps));
    await checkPromise(system);
  });

  await report.run('a full queue is answered with 503, and is over', async () => {
    await start('queue-full', { count: 400 });
    await until(async () => !(await system.get('/api/state')).faults.length, 'it is over', 90_000);
    await checkPromise(system);
  });

  await report.run('a fault can be ended early, and is not started twice', async () => {
    await start('broker-slow', { seconds: 300, milliseconds: 100 });
    const again = await system.ask('POST', '/api/faults/broker-slow', { seconds: 1 });
    check(again.status === 409, `the second start has ${again.status} ${again.text}`);
    await system.call('DELETE', '/api/faults/broker-slow');
    check((await system.get('/api/state')).faults.length === 0, 'it is still active');
    await checkPromise(system);
  });
}

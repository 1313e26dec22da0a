// A mapping gives up a batch, which is then handed over again.
import { ended } from './story_cases.mjs';
import { check, until } from './report.mjs';

const kStamps = 'fixture-stamps';

/** `system` has mappings with one attempt, which read partial responses. */
export async function runFailureCases(report, system) {
  await report.run('a record that its schema refuses is poison', async () => {
    const { partition, offset } = await system.call('POST', `/api/topics/${kStamps}/records`, {
      partition: 0, value: '{"wrong":true}',
      headers: [{ name: 'ce_type', value: 'com.example.fixture.stamp' },
        { name: 'ce_id', value: 'poisonous' }],
    });
    const story = await ended(system, `${kStamps}-${partition}@${offset}`);
    check(story.outcome === 'poison', JSON.stringify(story));
  });

  await report.run('a batch that was given up is handed over again', async () => {
    await system.call('POST', '/api/faults/function-garbage', { count: 1 });
    const sent = await system.send('GET', '/stamp?name=GivenUp');
    const story = await ended(system, sent.trace_id);
    check(story.outcome === 'given_up', JSON.stringify(story));
    const { failures } = await system.get('/api/failures');
    check(failures.length === 1, JSON.stringify(failures));
    const [failure] = failures;
    check(failure.condition === 'RetryAttemptsExhausted' && failure.reason,
      JSON.stringify(failure));
    const { promise } = await system.get('/api/state');
    check(promise.given_up === 1 && promise.lost === 0, JSON.stringify(promise));
    const result = await system.call('POST', `/api/failures/${failure.id}/redrive`);
    check(result.done && result.records === 1, JSON.stringify(result));
    await until(async () => (await system.get('/api/failures')).failures[0].redriven,
      'the list says so');
  });

  await report.run('the test events of the service are invoked', async () => {
    const { test_events: events } = await system.get('/api/test-events');
    check(events.length >= 3, JSON.stringify(events.map(({ name }) => name)));
    const stamps = events.find(({ name }) => name.includes('stamps'));
    const result = await system.call('POST', '/api/invocations', { event: stamps.text });
    check(result.succeeded && result.log.length > 0, JSON.stringify(result));
    const wrong = await system.call('POST', '/api/invocations', { event: '{"no":"records"}' });
    check(typeof wrong.succeeded === 'boolean', JSON.stringify(wrong));
  });
}

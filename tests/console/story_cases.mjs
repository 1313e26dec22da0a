// The story of a request and of a record, as the API says it beneath the page.
import { ask } from './system.mjs';
import { check, until } from './report.mjs';

const kStamps = 'fixture-stamps';

const namesOf = (story) => story.steps.map(({ step }) => step);

function checkOrder(story, wanted) {
  const names = namesOf(story);
  let at = -1;
  for (const name of wanted) {
    at = names.indexOf(name, at + 1);
    check(at >= 0, `there is no step ${name} in its place: ${names.join(', ')}`);
  }
}

/** Returns a story when it has ended, as `curl` can. */
export function ended(system, id, seconds = 60) {
  return system.get(`/api/stories/${encodeURIComponent(id)}?wait_seconds=${seconds}`);
}

export async function runStoryCases(report, system) {
  await report.run('a request is followed to the end of its record', async () => {
    const sent = await system.send('GET', '/stamp?name=Paul');
    check(sent.status === 200, JSON.stringify(sent));
    const story = await ended(system, sent.trace_id);
    check(story.ended && story.outcome === 'done', JSON.stringify(story));
    check(story.route === '/stamp' && story.status === 200, JSON.stringify(story));
    checkOrder(story, ['received', 'validated', 'handled', 'stored', 'answered', 'invoked',
      'done']);
    check(namesOf(story).includes('log'), `no line of the function: ${namesOf(story)}`);
    check(story.topic === kStamps && story.offset >= 0, JSON.stringify(story));
    const times = story.steps.map(({ at_ms }) => at_ms).filter((at) => at !== null);
    check(times.every((at, i) => i === 0 || at >= times[i - 1] - 1), `in time: ${times}`);
    // Each of its names leads to it.
    for (const id of [story.id, story.event_id,
      `${story.topic}-${story.partition}@${story.offset}`]) {
      const same = await ended(system, id);
      check(same.id === story.id, `${id} leads to ${same.id}, not to ${story.id}`);
    }
    const record = await system.get(
      `/api/topics/${story.topic}/records/${story.partition}/${story.offset}`);
    check(record.value.form === 'json' && JSON.parse(record.value.text).name === 'Paul',
      JSON.stringify(record));
    const ids = record.headers.filter(({ name }) => name === 'ce_id');
    check(ids[0]?.value.text === story.event_id, JSON.stringify(record.headers));
  });

  await report.run('a request that breaks the contract names the line', async () => {
    const sent = await system.send('POST', '/notes', { title: 5 });
    check(sent.status === 422 || sent.status === 400, JSON.stringify(sent));
    const story = await ended(system, sent.trace_id);
    check(story.outcome === 'invalid', JSON.stringify(story));
    const violations = story.steps.filter(({ step }) => step === 'violation');
    check(violations.length > 0, namesOf(story).join());
    check(violations.some(({ details }) => /fixture[\w.]*\.yaml:\d+/.test(details?.place ?? '')),
      JSON.stringify(violations));
    check(!JSON.stringify(story).includes('"title":5'), 'a value of the request is in the story');
  });

  await report.run('a record of another producer has a story, too', async () => {
    const { partition, offset } = await system.call('POST', `/api/topics/${kStamps}/records`, {
      partition: 0, key: 'elsewhere', value: '{"timestamp":1,"name":"Ann"}',
    });
    const story = await ended(system, `${kStamps}-${partition}@${offset}`);
    check(story.kind === 'record' && story.ended, JSON.stringify(story));
    check(story.key === 'elsewhere', JSON.stringify(story));
  });

  await report.run('records of all kinds are shown as they are', async () => {
    const deep = '['.repeat(5000) + ']'.repeat(5000);
    const kinds = [
      ['null', {}], ['json', { value: '{"a":[1,2]}' }], ['text', { value: 'plain text' }],
      ['bytes', { value: Buffer.from([0, 255, 1, 254]).toString('base64'), encoding: 'base64' }],
      ['text', { value: '<img src=x onerror=alert(1)><script>alert(2)</script>' }],
      [null, { value: deep }], ['json', { value: `"${'x'.repeat(900_000)}"` }],
    ];
    for (const [form, body] of kinds) {
      const { partition, offset } = await system.call('POST', '/api/topics/fixture-notes/records',
        { ...body, key: '<b>&"\u0007' });
      const record = await system.get(
        `/api/topics/fixture-notes/records/${partition}/${offset}`);
      check(form === null || record.value.form === form, JSON.stringify(record).slice(0, 300));
      if (body.value !== undefined && !record.value.cut) {
        check(record.value.text === body.value, JSON.stringify(record).slice(0, 300));
      }
    }
    const { records } = await system.get('/api/topics/fixture-notes/records?limit=7');
    check(records.length === 7, `${records.length} records`);
    const found = await system.get(
      `/api/topics/fixture-notes/records?key=${encodeURIComponent('<b>&"\u0007')}&limit=100`);
    check(found.records.length >= 7, `${found.records.length} with the key`);
  });

  await report.run('the stream tells the state each second, and stories', async () => {
    const controller = new AbortController();
    const answer = await fetch(`${system.origin}/api/stream`, { signal: controller.signal });
    check(answer.headers.get('content-type').startsWith('text/event-stream'), 'its type');
    const decoder = new TextDecoder();
    let text = '';
    const reading = (async () => {
      for await (const part of answer.body) text += decoder.decode(part, { stream: true });
    })().catch(() => {});
    await system.send('GET', '/stamp?name=Streamed');
    await until(() => text.split('event: state').length > 3 && text.includes('event: stories'),
      'the stream has three states and stories');
    controller.abort();
    await reading;
  });

  await report.run('an unknown story, topic or record is said to be unknown', async () => {
    for (const path of ['/api/stories/none', '/api/topics/none/records',
      `/api/topics/${kStamps}/records/0/99999999`, '/api/none']) {
      const answer = await ask(system.origin + path);
      check(answer.status === 404, `${path}: ${answer.status} ${answer.text}`);
      check(answer.headers['content-type'] === 'application/problem+json',
        `${path}: ${answer.headers['content-type']}`);
    }
    const wrong = await ask(`${system.origin}/api/stories?limit=0`);
    check(wrong.status === 400 || wrong.status === 422, `limit=0: ${wrong.status}`);
  });
}

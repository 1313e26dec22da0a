// The page beside a real system: what its user does, and what he sees of it.
import { check, until } from './report.mjs';

const textOf = (page) => page.evaluate(() => document.querySelector('main').innerText);

export async function runPageCases(report, system, browser) {
  let window;
  await report.run('the chain shows what runs, with its numbers', async () => {
    window = await browser.open(system.url);
    const { page } = window;
    await until(async () => /fixture-stamps/.test(await textOf(page)), 'the topic is drawn');
    for (let i = 0; i < 20; ++i) await system.send('GET', '/stamp?name=Chain');
    await until(async () => /acknowledged/i.test(await textOf(page)), 'the promise is there');
    await page.locator('canvas').first().waitFor();
    await window.picture('real-chain');
    check((await window.violations()).length === 0, (await window.violations()).join('; '));
    window.checkErrors();
  });

  await report.run('a request is sent by a form, and its story is beside the answer', async () => {
    const { page } = window;
    await page.goto(`${system.origin}/#/send/get_stamp`);
    await page.getByLabel(/^name/).first().fill('Paula');
    await page.getByRole('button', { name: /^send/i }).first().click();
    await until(async () => /\b200\b/.test(await textOf(page)), 'the answer has 200');
    await until(async () => /"name": "Paula"/.test(await textOf(page)), 'the body is shown');
    await until(async () => /fixture-stamps-\d+@\d+|offset/i.test(await textOf(page)),
      'the story is beside it');
    check(/curl/.test(await textOf(page)), 'there is no curl');
    await window.picture('real-send', true);
    window.checkErrors();
  });

  await report.run('a story opens as a timeline, by its link', async () => {
    const { page } = window;
    const sent = await system.send('GET', '/stamp?name=Timeline');
    const story = await system.get(`/api/stories/${sent.trace_id}?wait_seconds=30`);
    await page.goto(`${system.origin}/#/stories`);
    await until(async () => (await textOf(page)).includes('/stamp'), 'the story is in the list');
    await window.picture('real-stories');
    await page.goto(`${system.origin}/#/stories/${encodeURIComponent(story.id)}`);
    await until(async () => (await textOf(page)).includes('Timeline'),
      'the value of the record is shown');
    const text = await textOf(page);
    check(text.includes(story.event_id), 'the id of the event is not shown');
    await window.picture('real-story', true);
    check((await window.violations()).length === 0, (await window.violations()).join('; '));
    window.checkErrors();
  });

  await report.run('markup in a record stays text', async () => {
    const { page } = window;
    const markup = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    await system.call('POST', '/api/topics/fixture-notes/records', { key: markup, value: markup });
    const title = await page.title();
    await page.goto(`${system.origin}/#/topics/fixture-notes`);
    await until(async () => (await textOf(page)).includes('<img src=x'), 'the text is shown');
    check(await page.locator('main img').count() === 0, 'it became an element');
    check(await page.title() !== '1' && await page.title() !== '2', `${title} changed`);
    await window.picture('real-topics', true);
    window.checkErrors();
  });

  await report.run('something is broken by a click, and is seen', async () => {
    const { page } = window;
    await page.goto(`${system.origin}/#/break`);
    const card = page.locator('main article, main section, main .card')
      .filter({ hasText: /stop.*broker|broker.*stop/i }).last();
    await card.getByRole('button').first().click();
    await until(async () => (await system.get('/api/state')).broker.state !== 'running',
      'the broker is down');
    await page.goto(`${system.origin}/#/`);
    await until(async () => /down|stopped/i.test(await textOf(page)), 'the page says so');
    await window.picture('real-broken', true);
    check((await window.violations()).length === 0, (await window.violations()).join('; '));
    await until(async () => {
      const state = await system.get('/api/state');
      return state.broker.state === 'running' && state.faults.length === 0;
    }, 'it runs again', 90_000);
    window.checkErrors();
    await window.close();
  });
}

// A page that was left open, while penstock_local was started again or has gone on.
import { check, until } from './report.mjs';

const textOf = (page) => page.evaluate(() => document.querySelector('main').innerText);

const kGivenUp = {
  id: '1', at_ms: 1_000, mapping: 'orders', topic: 'orders', batch: 'orders-0 1..3', records: 3,
  condition: 'RetryAttemptsExhausted', reason: 'no stock', attempts: 2, destination: '',
  redriven: false,
};

/** `fixture` is the imitation of the console's API. */
export async function runLeftOpenCases(report, browser, fixture) {
  await report.run('what can be broken is seen when its part has started', async () => {
    const window = await browser.open(fixture.url);
    const { page } = window;
    let asked = 0;
    await page.route('**/api/faults', async (route) => {
      const response = await route.fetch();
      const { faults } = await response.json();
      const state = { available: ++asked > 1, unavailable_because: asked > 1 ? '' : 'Not yet.' };
      await route.fulfill({ response,
        json: { faults: faults.map((fault) => ({ ...fault, active: false, ...state })) } });
    });
    await page.goto(`${fixture.origin}/#/break`);
    await until(async () => (await textOf(page)).includes('Not yet.'), 'it says why not');
    const button = page.getByRole('button', { name: /^Break it/ }).first();
    await until(() => button.isEnabled(), 'it can be broken');
    await window.close();
  });

  await report.run('a batch that was given up is none of the last start', async () => {
    const window = await browser.open(fixture.url);
    const { page } = window;
    let given = kGivenUp;
    await page.route('**/api/failures', (route) => route.fulfill({ json: { failures: [given] } }));
    await page.goto(`${fixture.origin}/#/failures`);
    await until(async () => (await textOf(page)).includes('orders-0 1..3'), 'the batch is there');
    // After a redrive in part, the batch has only the others.
    given = { ...given, batch: 'orders-0 3', records: 1 };
    await until(async () => /orders-0 3\b[^]*\b1 record\b/.test(await textOf(page)), 'one is left');
    given = { ...kGivenUp, at_ms: 2_000, batch: 'orders-0 7', reason: 'no money' };
    await until(async () => (await textOf(page)).includes('no money'), 'the new one is there');
    check(!(await textOf(page)).includes('no stock'), await textOf(page));
    await window.close();
  });

  await report.run('stories that came while the tab was hidden are in the list', async () => {
    const window = await browser.open(fixture.url);
    const { page } = window;
    const show = (visibilityState) => page.evaluate((value) => {
      Object.defineProperty(document, 'visibilityState', { value, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, visibilityState);
    const links = () => page.evaluate(() => [...document.querySelectorAll('.story-link')]
      .map((link) => decodeURIComponent(link.getAttribute('href').split('/').at(-1))));
    await page.goto(`${fixture.origin}/#/stories`);
    await until(async () => (await links()).length > 20, 'the list is there');
    await show('hidden');
    let known = '';
    await until(async () => {
      const before = known;
      await page.waitForTimeout(1000);
      [known] = await links();
      return known === before;
    }, 'the tab rests');
    let missed = [];
    await until(async () => {
      const { stories } = await (await fetch(`${fixture.origin}/api/stories?limit=100`)).json();
      missed = stories.slice(0, stories.findIndex(({ id }) => id === known)).map(({ id }) => id);
      return missed.length > 10;
    }, 'more stories come');
    check((await links())[0] === known, 'the tab has rested');
    await show('visible');
    await until(async () => {
      const shown = new Set(await links());
      return missed.every((id) => shown.has(id));
    }, 'the list has them');
    await window.close();
  });

  await report.run('a batch is handed over by one click at a time', async () => {
    const window = await browser.open(fixture.url);
    const { page } = window;
    let asked = 0;
    let answer = () => {};
    const clicked = new Promise((done) => { answer = done; });
    await page.route('**/api/failures', (route) => {
      ++asked;
      return route.fulfill({ json: { failures: [kGivenUp] } });
    });
    await page.route('**/api/failures/1/redrive', async (route) => {
      await clicked;
      await route.fulfill({ json: { done: true, records: 3, sentence: 'it has done it' } });
    });
    await page.goto(`${fixture.origin}/#/failures`);
    const button = page.locator('.given-up button');
    await button.click();
    const before = asked;
    await until(async () => asked >= before + 2, 'the list was read again');
    check(await button.isDisabled(), 'it can be clicked again while it waits');
    answer();
    await until(async () => (await textOf(page)).includes('it has done it'), 'it says so');
    check(await button.isDisabled(), 'what was handed over can be handed over again');
    await window.close();
  });
}

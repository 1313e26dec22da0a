// Each view, in a window of each size and colour, with an imitation of the console's API.
import { startFixture as start } from './fixture_server.mjs';
import { runLeftOpenCases } from './left_open_cases.mjs';
import { check, until } from './report.mjs';

/** Starts the imitation. `origin` is where it is, and `url` has the token, too. */
async function startFixture(options) {
  const fixture = await start(options);
  return {
    origin: fixture.url, url: `${fixture.url}/#token=fixture-token`, close: () => fixture.close(),
  };
}

// Stands for the views whose names in the address they are. STORY is the id of a story.
const kViews = ['', 'stories', 'stories/STORY', 'send', 'send/OPERATION', 'topics', 'topics/TOPIC',
  'failures', 'break'];
const kLooks = [
  { name: 'desk', viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  { name: 'desk-dark', viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
  { name: 'phone', viewport: { width: 360, height: 740 }, colorScheme: 'light' },
  { name: 'phone-dark', viewport: { width: 360, height: 740 }, colorScheme: 'dark' },
  { name: '4k', viewport: { width: 3840, height: 2160 }, colorScheme: 'light' },
];

/** Puts names that the imitation has in the place of STORY, TOPIC and OPERATION. */
async function addressOf(view, origin) {
  const get = async (path) => (await fetch(origin + path)).json();
  if (view.includes('STORY')) {
    const { stories } = await get('/api/stories?limit=100');
    const chosen = stories.find(({ ended, outcome }) => ended && outcome === 'done') ?? stories[0];
    return view.replace('STORY', encodeURIComponent(chosen?.id ?? 'none'));
  }
  if (view.includes('TOPIC')) {
    const { topics } = await get('/api/topics');
    return view.replace('TOPIC', encodeURIComponent(topics[0]?.name ?? 'none'));
  }
  if (view.includes('OPERATION')) {
    const { paths } = await get('/api/contract');
    const operations = Object.values(paths).flatMap((path) => Object.values(path))
      .filter((operation) => operation.operationId);
    const withBody = operations.find(({ requestBody }) => requestBody) ?? operations[0];
    return view.replace('OPERATION', encodeURIComponent(withBody.operationId));
  }
  return view;
}

/** Returns the elements that are cut off at the window's right edge, but for those that scroll. */
const overflow = (page) => page.evaluate(() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  return wide > 1 ? `the page is ${wide} px wider than its window` : '';
});

async function settle(page) {
  await page.waitForLoadState('load');
  await until(() => page.evaluate(() => document.querySelector('main h1') !== null &&
    document.querySelector('main [aria-busy="true"]') === null), 'the view is there');
  await page.evaluate(() => new Promise((done) => {
    requestAnimationFrame(() => requestAnimationFrame(done));
  }));
}

async function runLooks(report, browser, fixture) {
  for (const look of kLooks) {
    await report.run(`every view fits ${look.name}, and axe-core finds nothing`, async () => {
      const found = [];
      for (const view of kViews) {
        const address = await addressOf(view, fixture.origin);
        const window = await browser.open(fixture.url, look);
        await settle(window.page);
        await window.page.goto(`${fixture.origin}/#/${address}`);
        await settle(window.page);
        const name = `${look.name}-${view.replace('/', '-').toLowerCase() || 'chain'}`;
        await window.picture(name, look.name !== '4k');
        const wide = await overflow(window.page);
        if (wide) found.push(`${view || 'chain'}: ${wide}`);
        for (const each of await window.violations()) found.push(`${view || 'chain'}: ${each}`);
        found.push(...window.errors.map((error) => `${view || 'chain'}: ${error}`));
        await window.close();
      }
      check(found.length === 0, found.join('\n  '));
    });
  }
}

async function runStates(report, browser) {
  const modes = ['empty', 'error', 'down', 'markup', 'esm', 'many', 'load', 'silent', 'refused'];
  for (const mode of modes) {
    await report.run(`every view has a state for '${mode}'`, async () => {
      const fixture = await startFixture({ modes: [mode] });
      const found = [];
      try {
        const window = await browser.open(fixture.url);
        for (const view of kViews.filter((each) => !/[A-Z]/.test(each))) {
          await window.page.goto(`${fixture.origin}/#/${view}`);
          await settle(window.page).catch((error) => found.push(`${view || 'chain'}: ${error}`));
          await window.picture(`state-${mode}-${view || 'chain'}`);
          for (const each of await window.violations()) found.push(`${view || 'chain'}: ${each}`);
          const wide = await overflow(window.page);
          if (wide) found.push(`${view || 'chain'}: ${wide}`);
          const text = await window.page.evaluate(() => document.querySelector('main').innerText);
          check(text.trim().length > 20, `${view}: the view says nothing`);
          check(!/\bundefined\b|\bNaN\b|\[object Object\]/.test(text), `${view}: ${text}`);
        }
        found.push(...window.errors);
        await window.close();
      } finally {
        await fixture.close();
      }
      check(found.length === 0, found.join('\n  '));
    });
  }
}

async function runKeyboard(report, browser, fixture) {
  await report.run('the keyboard alone leads through every view', async () => {
    const window = await browser.open(fixture.url);
    const { page } = window;
    await settle(page);
    await page.keyboard.press('Tab');
    const first = await page.evaluate(() => document.activeElement.textContent);
    check(/skip/i.test(first), `the first stop is '${first}'`);
    const seen = new Set();
    for (let i = 0; i < 40; ++i) {
      await page.keyboard.press('Tab');
      const stop = await page.evaluate(() => {
        const element = document.activeElement;
        const style = getComputedStyle(element);
        return {
          name: element.getAttribute('href') ?? element.textContent.trim().slice(0, 40),
          visible: style.outlineStyle !== 'none' || style.boxShadow !== 'none',
          body: element === document.body,
        };
      });
      if (stop.body) break;
      check(stop.visible, `the focus on '${stop.name}' cannot be seen`);
      seen.add(stop.name);
    }
    for (const view of ['#/stories', '#/send', '#/topics', '#/failures', '#/break']) {
      check(seen.has(view), `Tab does not lead to ${view}: ${[...seen].join(', ')}`);
    }
    await page.locator('a[href="#/break"]').first().focus();
    await page.keyboard.press('Enter');
    await until(() => page.evaluate(() => location.hash === '#/break'), 'Enter follows a link');
    window.checkErrors();
    await window.close();
  });
}

async function runStreams(report, browser) {
  await report.run('the page says that the connection is lost, and reconnects', async () => {
    let fixture = await startFixture();
    const window = await browser.open(fixture.url);
    await settle(window.page);
    const { port } = new URL(fixture.origin);
    await fixture.close();
    await window.page.getByText('connection to penstock_local is lost').first()
      .waitFor({ timeout: 20_000 });
    await window.picture('connection-lost');
    fixture = await startFixture({ port: Number(port) });
    await window.page.getByText('connection to penstock_local is lost').first()
      .waitFor({ state: 'detached', timeout: 40_000 });
    await window.close();
    await fixture.close();
  });

  await report.run('without a token the page reads, and says how to do more', async () => {
    const fixture = await startFixture();
    const window = await browser.open(`${fixture.origin}/#/break`);
    await settle(window.page);
    const text = await window.page.evaluate(() => document.body.innerText);
    check(/token|URL/i.test(text), text);
    const enabled = await window.page.locator('main button:enabled', { hasText: /^(start|break)/i })
      .count();
    check(enabled === 0, `${enabled} buttons can be pressed`);
    await window.close();
    await fixture.close();
  });

  await report.run('the token leaves the address, and another window has none', async () => {
    const fixture = await startFixture();
    const window = await browser.open(fixture.url);
    await settle(window.page);
    const address = await window.page.evaluate(() => location.href);
    check(!address.includes('token'), address);
    await window.close();
    await fixture.close();
  });
}

export async function runViewCases(report, browser) {
  const fixture = await startFixture();
  await runLooks(report, browser, fixture);
  await runKeyboard(report, browser, fixture);
  await runLeftOpenCases(report, browser, fixture);
  await fixture.close();
  await runStates(report, browser);
  await runStreams(report, browser);
}

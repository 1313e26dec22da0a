// The list of stories under load: what one reads stands still, and the rest goes on.
import { startFixture, TOKEN } from './fixture_server.mjs';
import { check, until } from './report.mjs';

const listOf = (page) => page.evaluate(() => {
  const rows = [...document.querySelectorAll('main tbody tr')];
  const news = document.querySelector('.news');
  return {
    links: rows.map((row) => row.querySelector('a').getAttribute('href')),
    texts: rows.map((row) => row.textContent),
    waiting: news.hidden ? 0 : Number(news.textContent.replace(/\D/g, '')),
  };
});

async function untilItMoves(page, what) {
  const { links } = await listOf(page);
  await until(async () => (await listOf(page)).links[0] !== links[0], what);
}

// While `act` is done, the rows stay as they are, though others come.
async function staysWhile(page, act) {
  await act();
  await until(async () => (await listOf(page)).waiting > 0, 'new stories wait');
  const before = await listOf(page);
  await until(async () => (await listOf(page)).waiting > before.waiting, 'more stories wait');
  const after = await listOf(page);
  check(after.links.join() === before.links.join(), 'the rows moved while they were read');
  return after;
}

export async function runListCases(report, browser) {
  const fixture = await startFixture({ modes: ['load'] });
  const window = await browser.open(`${fixture.url}/#token=${TOKEN}`);
  const { page } = window;

  await report.run('the list of stories goes on by itself, and has 100 rows', async () => {
    await page.goto(`${fixture.url}/#/stories`);
    await until(async () => (await listOf(page)).links.length === 100, 'there are 100 rows');
    await untilItMoves(page, 'new stories come');
    const { links, texts } = await listOf(page);
    check(links.length === 100, `${links.length} rows`);
    check(new Set(links).size === 100, 'a story has two rows');
    check(texts.every((text) => text.length > 20), 'a row is empty');
  });

  await report.run('what one has scrolled to stands still, until one wants the news', async () => {
    await staysWhile(page, () => page.mouse.wheel(0, 900));
    await page.locator('.news').click();
    await until(async () => (await listOf(page)).waiting === 0, 'the news are shown');
    check(await page.evaluate(() => scrollY) === 0, 'the list is not at its beginning');
    await untilItMoves(page, 'the list goes on');
  });

  await report.run('the row that has the focus stands still, and Enter opens it', async () => {
    const { links } = await staysWhile(page, () => page.locator('main tbody a').nth(3).focus());
    for (let i = 0; i < 60; ++i) await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => ({
      link: document.activeElement.getAttribute('href'),
      inSight: document.activeElement.getBoundingClientRect().bottom <= innerHeight,
    }));
    check(focused.link === links[63], `the focus is on ${focused.link}, not on ${links[63]}`);
    check(focused.inSight, 'the focus is out of sight');
    await page.keyboard.press('Enter');
    await until(() => page.evaluate((link) => location.hash === link, links[63]), 'it opens');
    window.checkErrors();
  });
  await window.close();
  await fixture.close();
}

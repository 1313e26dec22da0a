// The forms that send requests, with an imitation of the console's API.
import { startFixture } from './fixture_server.mjs';
import { check, until } from './report.mjs';

const command = (page) => page.getByLabel('The request as curl').innerText();
const sent = (page) => page.getByLabel('The answer').getByLabel('Body').innerText();

async function opened(browser, fixture, operation) {
  const window = await browser.open(`${fixture.url}/#token=fixture-token`);
  await window.page.goto(`${fixture.url}/#/send${operation ? `/${operation}` : ''}`);
  await window.page.locator('.operation').first().waitFor({ state: 'attached' });
  return window;
}

async function send(page) {
  await page.getByRole('button', { name: /^Send$/ }).click();
  await page.getByLabel('The answer').waitFor();
}

/** Runs the cases. */
export async function runSendCases(report, browser) {
  const fixture = await startFixture();

  await report.run('a form and its JSON are the same body', async () => {
    const window = await opened(browser, fixture, 'place_order');
    const { page } = window;
    await page.getByLabel(/^name/).first().fill('Zoë');
    await page.getByRole('button', { name: 'As JSON' }).click();
    const text = page.getByLabel('Body as JSON');
    const value = JSON.parse(await text.inputValue());
    check(value.customer.name === 'Zoë', JSON.stringify(value));
    value.lines.push({ article: 'A-99', quantity: 12345678901234567890n.toString() });
    await text.fill(JSON.stringify(value).replace(/"(\d{20})"/, '$1'));
    await page.getByRole('button', { name: 'Form' }).click();
    check(await page.getByLabel(/^article/).nth(1).inputValue() === 'A-99', 'the form has it not');
    check(await page.getByLabel(/^quantity/).nth(1).inputValue() === '12345678901234567890',
      'the number has lost digits');
    await page.getByLabel(/^quantity/).nth(1).fill('many');
    await page.getByRole('button', { name: 'Remove lines 1' }).click();
    check(/"quantity": "many"/.test(await command(page)), await command(page));
    check(!/A-17/.test(await command(page)), await command(page));
    await send(page);
    check(/many/.test(await sent(page)), await sent(page));
    await page.getByLabel('The story of this request').getByText('Received').first().waitFor();
    check((await window.violations()).length === 0, (await window.violations()).join('; '));
    window.checkErrors();
    await window.close();
  });

  await report.run('a body that is no JSON is sent as it is', async () => {
    const window = await opened(browser, fixture, 'place_order');
    const { page } = window;
    await page.getByRole('button', { name: 'As JSON' }).click();
    await page.getByLabel('Body as JSON').fill('{"customer": <b>');
    check(await page.getByRole('button', { name: 'Form' }).isDisabled(), 'the form shows it');
    await send(page);
    check((await sent(page)).includes('<b>'), await sent(page));
    window.checkErrors();
    await window.close();
  });

  await report.run('choices, maps and schemas that contain themselves have fields', async () => {
    const window = await opened(browser, fixture, 'place_order');
    const { page } = window;
    await page.getByRole('button', { name: 'Add payment' }).click();
    await page.getByLabel('payment is one of').selectOption({ index: 1 });
    await page.getByRole('button', { name: 'Add labels' }).click();
    await page.getByRole('button', { name: 'Add a member to labels' }).click();
    await page.getByLabel('labels: name 1').fill('__proto__');
    await page.getByLabel('labels: value 1').fill('red');
    check(/"__proto__": "red"/.test(await command(page)), await command(page));
    await page.getByRole('button', { name: 'Add category' }).click();
    for (let i = 0; i < 12; ++i) {
      const add = page.getByRole('button', { name: /^Add (to )?parts( 1)?$/ }).first();
      if (await page.getByLabel(/^parts.* as JSON/).count() > 0) break;
      await add.click();
    }
    check(await page.getByLabel(/^parts.* as JSON/).count() > 0, 'the recursion has no end');
    check((await window.violations()).length === 0, (await window.violations()).join('; '));
    window.checkErrors();
    await window.close();
  });

  await report.run('what one has filled in stays while one looks at the story', async () => {
    const window = await opened(browser, fixture, 'list_orders');
    const { page } = window;
    await page.getByLabel(/^limit/).fill('77');
    await send(page);
    const focused = await page.evaluate(() => document.activeElement.textContent);
    check(/^Send/.test(focused), `the focus is on '${focused}'`);
    await page.getByLabel('The story of this request').getByRole('link', { name: 'Open' }).click();
    await page.getByText('Timeline').first().waitFor();
    await page.goBack();
    await until(async () => await page.getByLabel(/^limit/).inputValue() === '77', 'it has 77');
    await page.getByLabel('The answer').waitFor();
    window.checkErrors();
    await window.close();
  });

  await report.run('a request is sent as one of the test clients, as nobody, or as oneself',
    async () => {
      const window = await opened(browser, fixture, 'place_order');
      const { page } = window;
      const sender = page.getByLabel('As', { exact: true });
      const offered = await sender.locator('option').allInnerTexts();
      check(offered.join() === 'test,test-without-scopes,nobody,own credentials', offered.join());
      check(await sender.inputValue() === 'test', await sender.inputValue());
      check(/-H 'Authorization: Bearer [\w.=+/-]{60,}'/.test(await command(page)),
        await command(page));
      for (const [client, status] of [['test-without-scopes', 403], ['nobody', 401],
        ['own credentials', 401], ['test', 201]]) {
        await sender.selectOption(client);
        check(await sender.evaluate((one) => one === document.activeElement),
          `the focus is lost with ${client}`);
        check(/Authorization/.test(await command(page)) === /^test/.test(client),
          await command(page));
        await send(page);
        await until(async () => (await page.getByLabel('The answer').innerText())
          .includes(String(status)), `${status} for ${client}`);
        await window.picture(`send-as-${client.replace(' ', '-')}`, true);
        check((await window.violations()).length === 0, (await window.violations()).join('; '));
      }
      window.checkErrors();
      await window.close();
    });

  await report.run('own credentials are in the request, and not in the command', async () => {
    const window = await opened(browser, fixture, 'place_order');
    const { page } = window;
    await page.getByLabel('As', { exact: true }).selectOption('own credentials');
    await page.getByText('One of these is enough: login, or key.').waitFor();
    await page.getByLabel(/X-Api-Key/).fill('of-my-own');
    check(/X-Api-Key: \$KEY/.test(await command(page)), await command(page));
    check(!/of-my-own/.test(await command(page)), await command(page));
    const posted = page.waitForRequest(/\/api\/requests$/);
    await send(page);
    check(/of-my-own/.test((await posted).postData()), 'it is not in the request');
    check((await window.violations()).length === 0, (await window.violations()).join('; '));
    window.checkErrors();
    await window.close();
  });
  await fixture.close();

  await report.run('500 operations are found as fast as one types', async () => {
    const many = await startFixture({ modes: ['many'] });
    const window = await opened(browser, many, '');
    const { page } = window;
    await page.getByLabel('Search').fill('thing_48');
    await until(async () => await page.locator('.operation:visible').count() < 20, 'few are left');
    const took = await page.evaluate(() => {
      const input = document.querySelector('.operation-search input');
      const begun = performance.now();
      for (const text of ['', 't', 'th', 'no_1', 'thing_4']) {
        input.value = text;
        input.dispatchEvent(new Event('input'));
        document.body.getBoundingClientRect();
      }
      return performance.now() - begun;
    });
    check(took < 1000, `five letters took ${took} ms`);
    window.checkErrors();
    await window.close();
    await many.close();
  });
}

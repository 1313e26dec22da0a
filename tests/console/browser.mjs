// Opens the page in Debian's Chromium, and notices what no page of ours may do.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { check } from './report.mjs';

/** Is a browser, with the packages that are installed in the folder `build`. */
export class Browser {
  static async launch(build, executablePath, pictures) {
    const browser = new Browser();
    const require = createRequire(path.join(build, 'package.json'));
    const { chromium } = require('playwright-core');
    browser.axe = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8');
    browser.pictures = pictures;
    browser.chromium = await chromium.launch({
      executablePath, args: ['--enable-precise-memory-info', '--js-flags=--expose-gc'],
    });
    return browser;
  }

  /** Opens a URL in a new window. `options` are those of Playwright's newContext(). */
  async open(url, options = {}) {
    const context = await this.chromium.newContext({
      viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce', ...options,
    });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const page = await context.newPage();
    const window = new Window(this, context, page, new URL(url).origin);
    await page.goto(url);
    return window;
  }

  close() {
    return this.chromium.close();
  }
}

/** Is a window with the console's page. */
export class Window {
  errors = [];

  constructor(browser, context, page, origin) {
    [this.browser, this.context, this.page] = [browser, context, page];
    page.on('pageerror', (error) => this.errors.push(`an error of the page: ${error}`));
    page.on('console', (message) => {
      // The browser itself writes of failed requests; the page shows these to its user.
      const ofNetwork = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !ofNetwork) {
        this.errors.push(`in the console: ${message.text()}`);
      }
    });
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.origin !== origin && url.protocol !== 'data:') {
        this.errors.push(`a request to ${url.origin}`);
      }
    });
    page.on('dialog', (dialog) => {
      this.errors.push(`a dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
  }

  /** Returns what axe-core finds, one sentence for each violation. */
  async violations() {
    await this.page.evaluate(this.browser.axe);
    const found = await this.page.evaluate(async () => {
      const result = await globalThis.axe.run(document, { resultTypes: ['violations'] });
      return result.violations.map(({ id, help, nodes }) =>
        `${id}: ${help}: ${nodes.slice(0, 3).map(({ html }) => html).join(' ')}`);
    });
    return found;
  }

  /** Takes a picture, of the whole page or of what is in the window. */
  picture(name, fullPage = false) {
    return this.page.screenshot({
      path: path.join(this.browser.pictures, `${name}.png`), fullPage, animations: 'disabled',
    });
  }

  /** Ends the case if the page did something that it may not do. */
  checkErrors() {
    check(this.errors.length === 0, this.errors.join('; '));
  }

  close() {
    return this.context.close();
  }
}

// What the tests of the pages share.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {chromium} from 'playwright-core';

export const isr = process.env.ISR;

export const newFolder = () => mkdtempSync(join(tmpdir(), 'isr-browser-'));

// The page of `isr playground` in this folder; undefined where isr was built without what computes in it.
export function playground(folder) {
  const file = join(folder, 'playground.html');
  try { execFileSync(isr, ['playground', '--quiet', '--out', file], {stdio: 'pipe'}); return file; } catch (error) {
    assert.match(String(error.stderr), /built without what computes in the browser/);
    assert.equal(existsSync(file), false);
  }
}

export const launch = () => chromium.launch({
  executablePath: execFileSync('sh', ['-c', 'command -v chromium']).toString().trim(), headless: true,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
         '--disable-component-update', '--disable-sync'],
});

// Opens a file and collects everything that its page must not do.
export async function open(browser, file, {address = '', width = 1600, height = 900, ...settings} = {}) {
  const context = await browser.newContext({viewport: {width, height}, colorScheme: 'light', reducedMotion: 'no-preference', ...settings});
  const page = await context.newPage(), faults = [];
  page.on('console', message => faults.push(`console ${message.type()}: ${message.text()}`));
  page.on('pageerror', error => faults.push(`error: ${error.message}`));
  page.on('request', request => {
    const url = request.url();
    if (!/^(data|blob):/.test(url) && url.replace(/#.*/, '') !== `file://${file}`) faults.push(`request: ${url}`);
  });
  await page.goto(`file://${file}${address}`);
  return {page, faults, close: () => context.close()};
}

// Until everything that a change asked for is painted.
export const settled = page => page.evaluate(() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 120))));

export async function screenshot(page, name, options = {}) {
  if (!process.env.ISR_SCREENSHOTS) return;
  mkdirSync(process.env.ISR_SCREENSHOTS, {recursive: true});
  await page.screenshot({path: join(process.env.ISR_SCREENSHOTS, `${name}.png`), ...options});
}

// Nothing of these elements sticks out of the window, no text is cut off inside them or inside the charts.
export async function assertNotClipped(page, selector) {
  const faults = await page.evaluate(wanted => {
    const found = [];
    if (document.documentElement.scrollWidth > innerWidth) found.push(`page is ${document.documentElement.scrollWidth} wide`);
    for (const node of document.querySelectorAll(wanted)) {
      const box = node.getBoundingClientRect(), name = node.id || node.className || node.tagName;
      if (!box.width || node.closest('.scroll, .spoken')) continue;
      if (box.left < -1 || box.right > innerWidth + 1) found.push(`${name} ends at ${box.right}`);
      if (node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0) found.push(`${name} cuts its text`);
    }
    for (const text of document.querySelectorAll('.plot text')) {
      const box = text.getBoundingClientRect(), plot = text.closest('svg').getBoundingClientRect();
      if (box.left < plot.left - 1 || box.right > plot.right + 1) found.push(`chart text “${text.textContent}” is cut`);
    }
    return found;
  }, selector);
  assert.deepEqual(faults, []);
}

// The page of `isr playground`, as a browser shows it.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';
import * as shared from './shared.mjs';
import {isr, settled} from './shared.mjs';

const work = shared.newFolder(), file = shared.playground(work);
let browser;

async function open(window) {
  const shown = await shared.open(browser, file, window);
  await computed(shown.page);
  return shown;
}

// Until all of the last change is computed and painted; or of a change after that generation.
async function computed(page, since = 0) {
  await page.waitForFunction(past => Number(document.body.dataset.computed ?? 0) > past && !document.body.classList.contains('stale'), since, {timeout: 500000});
  await settled(page);
}
const generationOf = page => page.evaluate(() => Number(document.body.dataset.computed ?? 0));

async function afterChange(page, change) {
  const since = await generationOf(page);
  await change();
  await computed(page, since);
}

const screenshot = (page, name) => shared.screenshot(page, name, {fullPage: true});
const assertNotClipped = page =>
    shared.assertNotClipped(page, '.lab button, .lab select, .lab input, .knob output, .pad, .cell, button, h1, h2');

before(async () => { if (file) browser = await shared.launch(); });
after(async () => {
  await browser?.close();
  rmSync(work, {recursive: true, force: true});
});

describe('the live page', {skip: file ? false : 'isr was built without what computes in the browser'}, () => {
  let shown;
  before(async () => { shown = await open(); });
  after(() => shown.close());

  test('the file is under 1 MB', () => { assert.ok(statSync(file).size < 1e6, `${statSync(file).size} bytes`); });

  test('it opens with four depths of a digit, each at its best, and says how long they took', async () => {
    assert.deepEqual(await shown.page.$$eval('.cell:not(.original)', all => all.map(cell => Number(cell.dataset.depth))), [1, 2, 3, 5]);
    const psnr = await shown.page.evaluate(() => runs.map(run => run.psnr[run.stops.oracle]));
    assert.ok(psnr[0] < 20 && psnr.slice(1).every(x => x === null || x > 30), String(psnr));
    const text = await shown.page.textContent('#working');
    assert.match(text, /first picture after [\d.]+ s, all after [\d.]+ s/);
    console.log(text);
  });

  test('its numbers are those of isr compare with the command that it shows', async () => {
    const command = (await shown.page.textContent('#command')).split(' ').slice(1), folder = join(work, 'compare');
    execFileSync(isr, [...command, '--no-film', '--no-charts', '--quiet', '--out', folder]);
    const {results} = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8'));
    const own = await shown.page.evaluate(() => runs.map(run => ({depth: run.depth, limit: run.psnr[run.stops.limit], holdOut: run.psnr[run.stops['hold-out']]})));
    for (const run of own) {
      const theirs = results.find(result => result.depth === run.depth).stops;
      for (const [mine, other] of [[run.limit, theirs.limit.psnr], [run.holdOut, theirs['hold-out'].psnr]])
        assert.ok(Math.abs(Math.min(mine, 60) - Math.min(other, 60)) < 0.2, `depth ${run.depth}: ${mine} here, ${other} there`);
    }
  });

  test('a change is computed while the pictures before stay', async () => {
    const {page} = shown, before = await page.$$eval('.cell canvas', all => all.length);
    await afterChange(page, async () => {
      await page.evaluate(() => { const n = document.getElementById('n'); n.value = 30; n.dispatchEvent(new Event('input')); });
      assert.equal(await page.$$eval('.cell canvas', all => all.length), before);
    });
    console.log(`a change: ${await page.textContent('#working')}`);
    assert.match(await page.textContent('#subtitle'), /n = 235 of p = 784/);
    assert.match(page.url(), /measurements=30%25/);
  });

  test('what is drawn is in the address, and opens from it as it is', async () => {
    const {page} = shown, box = await page.locator('#pad').boundingBox();
    await afterChange(page, async () => {
      await page.click('#clear');
      await page.mouse.move(box.x + 40, box.y + 30);
      await page.mouse.down();
      await page.mouse.move(box.x + 130, box.y + 150, {steps: 8});
      await page.mouse.up();
      await page.waitForTimeout(150);
    });
    const drawn = await page.evaluate(() => [...lab.pixels]);
    assert.ok(drawn.filter(value => value > 0).length > 20);
    const again = await open({address: new URL(page.url()).hash});
    assert.deepEqual(await again.page.evaluate(() => [...lab.pixels]), drawn);
    assert.equal(await again.page.evaluate(() => lab.share), 30);
    await again.close();
  });

  test('the pad is drawn on by the keyboard', async () => {
    const {page} = shown;
    await page.click('#clear');
    await page.focus('#pad');
    await afterChange(page, async () => { for (const key of ['ArrowRight', ' ', 'ArrowDown', ' ']) await page.keyboard.press(key); });
    assert.ok(await page.evaluate(() => lab.pixels.some(value => value === 255)));
  });

  test('each scene shows its claim, and its setting is in the address', async () => {
    const {page} = shown, count = await page.$$eval('#scenes button', all => all.length);
    assert.equal(count, 5);
    for (let i = 0; i < count; i++) {
      await afterChange(page, () => page.click(`#scenes button >> nth=${i}`));
      assert.match(await page.textContent('#scene-text'), new RegExp(`^${i + 1}\\. `));
      assert.match(page.url(), new RegExp(`scene=${i + 1}`));
      await screenshot(page, `scene-${i + 1}`);
    }
  });

  // What the sentences of the scenes claim, from the numbers that the page shows.
  test('the scenes are true', async () => {
    const {page} = shown;
    const numbers = async i => {
      await afterChange(page, () => page.click(`#scenes button >> nth=${i}`));
      return page.evaluate(() => runs.map(run => ({depth: run.depth, init: data.variants[run.variant].init, decades: run.decades,
                                                   best: run.psnr[run.stops.oracle], limit: run.psnr[run.stops.limit]})));
    };
    const [large, small] = await numbers(0);
    assert.ok(small.init < large.init && small.decades > large.decades, 'a smaller start');
    const depths = await numbers(1);
    assert.ok(depths[0].decades < depths[1].decades && depths[1].decades < depths[2].decades, `depth: ${depths.map(d => d.decades)}`);
    const larger = await numbers(2);
    assert.ok(larger.at(-1).best > larger[0].best + 6, `a larger start: ${larger.map(d => d.best)}`);
    const ridge = await numbers(4);
    for (const {limit} of ridge.slice(1)) assert.ok(Math.abs(limit - ridge[0].limit) < 1.5, `a large start: ${ridge.map(d => d.limit)}`);
  });

  test('the PSNR of every depth is said once the slider rests', async () => {
    const {page} = shown;
    await page.focus('#slider');
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => /dB at depth 2/.test(document.getElementById('status').textContent));
  });

  test('everything that can be used has a name', async () => {
    const unnamed = await shown.page.$$eval('canvas, .plot, button, select, input', all => all
        .filter(node => !(node.getAttribute('aria-label') || node.textContent.trim() || node.closest('label, [aria-hidden=true]') || document.querySelector(`label[for="${node.id}"]`)))
        .map(node => node.outerHTML.slice(0, 80)));
    assert.deepEqual(unnamed, []);
  });

  test('a file that is no picture is refused in a sentence', async () => {
    const text = join(work, 'notes.txt');
    writeFileSync(text, 'no picture');
    await shown.page.setInputFiles('#file', text);
    await shown.page.waitForFunction(() => /notes\.txt is no picture/.test(document.getElementById('working').textContent));
  });

  test('nothing went to the console or the network', () => { assert.deepEqual(shown.faults, []); });

  for (const [name, options] of Object.entries({
         'phone, light': {width: 390, height: 844},
         'phone, dark': {width: 390, height: 844, colorScheme: 'dark'},
         'projector, light': {width: 1920, height: 1080},
         'projector, dark': {width: 1920, height: 1080, colorScheme: 'dark'},
         'laptop at 200 %': {width: 683, height: 384, deviceScaleFactor: 2, reducedMotion: 'reduce'},
       }))
    test(`nothing is cut off: ${name}`, async () => {
      const {page, faults, close} = await open(options);
      await assertNotClipped(page);
      await screenshot(page, `live-${name.replace(/\W+/g, '-')}`);
      assert.deepEqual(faults, []);
      await close();
    });
});

// The page of `isr compare`, as a browser shows it.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {readFileSync, rmSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';
import * as shared from './shared.mjs';
import {isr, screenshot, settled} from './shared.mjs';

const work = shared.newFolder();
let browser;

const runs = {
  digits: ['mnist:train:0-2'],
  noisy: ['mnist:train:0-2', '--noise', '2', '--signed', '--depth', '2,3'],
  matrix: ['mnist:train:0', '--noise', '2', '--signed', '--init', '1e-6,1e-3,0.1,1'],
  picture: [join(import.meta.dirname ?? '.', '../../data/images/camera.png'), '--resize', '128x128', '--depth', '2,3'],
};

function made(name) {
  const folder = join(work, name);
  execFileSync(isr, ['compare', ...runs[name], '--no-film', '--no-charts', '--quiet', '--out', folder]);
  return {page: join(folder, 'compare.html'), results: JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8'))};
}

async function open(file, window) {
  const shown = await shared.open(browser, file, window);
  await shown.page.waitForSelector('body[data-ready]', {timeout: 30000});
  await settled(shown.page);
  return shown;
}

const setSlider = async (page, share) => {
  await page.evaluate(value => {
    const slider = document.getElementById('slider');
    slider.value = value * slider.max;
    slider.dispatchEvent(new Event('input'));
  }, share);
  await settled(page);
};

const pictures = page => page.$$eval('.cell:not(.original) canvas', all => all.map(canvas => canvas.toDataURL()));
const psnrs = page => page.$$eval('.cell .psnr', all => all.map(node => node.textContent));
const decibels = x => x === null || x === 'inf' ? '∞ dB' : `${x.toFixed(1).replace('-', '−')} dB`;

const assertNotClipped = page =>
    shared.assertNotClipped(page, '.cell, .chart figcaption, button, select, .loupe, .readout, .lead, h1, h2, h3');

before(async () => { browser = await shared.launch(); });
after(async () => {
  await browser?.close();
  rmSync(work, {recursive: true, force: true});
});

describe('three digits at four depths', () => {
  let run, shown;
  before(async () => {
    run = made('digits');
    shown = await open(run.page);
  });
  after(() => shown.close());

  test('the file is under 5 MB', () => {
    assert.ok(statSync(run.page).size < 5e6);
  });

  test('it opens with every picture at its best time, with the numbers of results.json', async () => {
    assert.deepEqual(await psnrs(shown.page), run.results.results.map(r => decibels(r.stops.oracle.psnr)));
    await screenshot(shown.page, 'digits-wide-light');
  });

  test('the table holds the numbers of results.json', async () => {
    const rows = await shown.page.$$eval('#table tbody tr', all => all.map(row => [...row.cells].map(cell => cell.textContent)));
    assert.equal(rows.length, run.results.results.length);
    rows.forEach((row, i) => {
      const result = run.results.results[i];
      assert.match(row[0], new RegExp(result.source));
      assert.equal(row[1], `N = ${result.depth}`);
      assert.match(row[4], new RegExp(result.window.decades.toFixed(2).replace('.', '\\.')));
      assert.deepEqual(row.slice(5, 8), ['oracle', 'hold-out', 'limit'].map(rule => decibels(result.stops[rule].psnr)));
    });
  });

  test('the sentences are those of results.json', async () => {
    const sentences = await shown.page.$$eval('#lead, #findings li', all => all.map(node => node.textContent));
    assert.deepEqual(sentences, run.results.findings);
  });

  test('the command is shown as it was typed', async () => {
    assert.equal(await shown.page.textContent('#command'), run.results.command);
  });

  test('each rule puts every picture at its own stop', async () => {
    for (const rule of ['hold-out', 'limit', 'oracle']) {
      await shown.page.click(`#jumps button[data-value="${rule}"]`);
      await settled(shown.page);
      assert.deepEqual(await psnrs(shown.page), run.results.results.map(r => decibels(r.stops[rule].psnr)));
    }
  });

  test('the slider changes pictures, numbers and the markers of the charts', async () => {
    const head = () => shown.page.$$eval('.head', all => all.map(node => node.innerHTML).join());
    await setSlider(shown.page, 0.1);
    const early = [await pictures(shown.page), await psnrs(shown.page), await head()];
    await setSlider(shown.page, 0.9);
    const late = [await pictures(shown.page), await psnrs(shown.page), await head()];
    early[0].forEach((picture, i) => assert.notEqual(picture, late[0][i]));
    assert.notDeepEqual(early[1], late[1]);
    assert.notEqual(early[2], late[2]);
  });

  test('the picture at the limit differs from the original by the relative error beside it', async () => {
    await shown.page.click('#jumps button[data-value="limit"]');
    await settled(shown.page);
    const errors = await shown.page.evaluate(() => cells.filter(cell => cell.run).map(cell => {
      const truth = data.images[cell.image].frames.get(0), frame = cell.run.frames.get(shown(cell.run));
      let difference = 0, norm = 0;
      for (let i = 0; i < truth.pixels.length; i++) {
        difference += (valueAt(frame, i) - valueAt(truth, i)) ** 2;
        norm += valueAt(truth, i) ** 2;
      }
      return Math.sqrt(difference / norm);
    }));
    errors.forEach((error, i) => {
      const expected = run.results.results[i].stops.limit.relative_error;
      assert.ok(Math.abs(error - expected) < 2e-3, `run ${i}: ${error} instead of ${expected}`);
    });
  });

  test('playing moves the slider until it is stopped', async () => {
    await setSlider(shown.page, 0.2);
    await shown.page.click('#play');
    await shown.page.waitForFunction(() => Number(document.getElementById('slider').value) > 0.25 * 2000);
    await shown.page.click('#play');
    await settled(shown.page);
    const stopped = await shown.page.inputValue('#slider');
    await shown.page.waitForTimeout(300);
    assert.equal(await shown.page.inputValue('#slider'), stopped);
  });

  test('the keyboard does everything', async () => {
    const {page} = shown, value = () => page.inputValue('#slider').then(Number);
    await setSlider(page, 0.5);
    await page.keyboard.press('ArrowRight');
    await settled(page);
    assert.ok(await value() > 1000);
    await page.keyboard.press('Shift+ArrowLeft');
    await settled(page);
    assert.ok(await value() < 1000);
    await page.keyboard.press('End');
    await settled(page);
    assert.equal(await value(), 2000);
    for (const [key, rule] of [['b', 'oracle'], ['h', 'hold-out'], ['l', 'limit']]) {
      await page.keyboard.press(key);
      await settled(page);
      assert.equal(await page.getAttribute(`#jumps button[data-value="${rule}"]`, 'aria-pressed'), 'true');
    }
    await page.keyboard.press('v');
    await settled(page);
    assert.equal(await page.getAttribute('#view button[data-value="error"]', 'aria-pressed'), 'true');
    await page.keyboard.press('v');
    await page.keyboard.press('v');
    await page.keyboard.press('ArrowDown');
    await settled(page);
    assert.equal(await page.getAttribute('.row.selected', 'data-image'), '1');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('n');
    await settled(page);
    assert.equal(await page.getAttribute('.cell.chosen', 'data-depth'), '3');
    await page.keyboard.press('p');
    await page.keyboard.press('Home');
    await page.keyboard.press(' ');
    await page.waitForFunction(() => Number(document.getElementById('slider').value) > 20);
    await page.keyboard.press(' ');
    await settled(page);
    assert.equal(await page.getAttribute('#play', 'aria-label'), 'Play');
  });

  test('every time axis shows a depth at the same sample before and after the change', async () => {
    const {page} = shown, sample = () => page.getAttribute('.cell.chosen', 'data-sample');
    await page.click('#table tr.chosen .jump >> nth=1');  // where the window opens
    await settled(page);
    const before = Number(await sample());
    for (const axis of ['iterations', 'window', 'time']) {
      await page.click(`#axis button[data-value="${axis}"]`);
      await settled(page);
      assert.ok(Math.abs(Number(await sample()) - before) <= 1);
    }
  });

  test('absolute error and difference are shown, the difference of a depth to itself being none', async () => {
    const {page} = shown;
    await page.click('#view button[data-value="difference"]');
    await settled(page);
    const colours = await page.$$eval('.row[data-image="0"] .cell[data-depth="2"] canvas', ([canvas]) =>
        new Set(new Uint32Array(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size);
    assert.equal(colours, 1);
    await page.click('#view button[data-value="error"]');
    await settled(page);
    await screenshot(page, 'digits-error');
    await page.click('#view button[data-value="image"]');
  });

  test('pointing at a pixel shows its value at every depth', async () => {
    const {page} = shown;
    await page.hover('.row[data-image="0"] .original canvas', {position: {x: 60, y: 40}});
    await settled(page);
    const place = await page.textContent('#pixel-place');
    const [row, column] = place.match(/\d+/g).map(Number);
    const values = await page.$$eval('.loupe b.value', all => all.map(node => node.textContent));
    const expected = await page.evaluate(([r, c]) => [data.images[0].frames.get(0), ...chartRuns().map(run => run.frames.get(shown(run)))]
        .map(frame => valueAt(frame, r * 28 + c).toFixed(3).replace('-', '−')), [row, column]);
    assert.equal(values.length, 5);
    assert.deepEqual(values, expected);
  });

  test('hovering over a chart reads its values there', async () => {
    const {page} = shown;
    await page.click('#jumps button[data-value="oracle"]');
    await settled(page);
    const legend = () => page.textContent('#main-chart .legend');
    const before = await legend();
    await page.hover('#main-chart .plot', {position: {x: 120, y: 60}});
    assert.notEqual(await legend(), before);
    await page.mouse.move(5, 5);
    assert.equal(await legend(), before);
  });

  test('windows, stops and the slider are marked in every chart', async () => {
    await setSlider(shown.page, 0.5);
    const charts = await shown.page.$$eval('.chart', all => all.map(chart => ({
      title: chart.querySelector('h3').textContent,
      lines: chart.querySelectorAll('.plot path.line').length,
      windows: chart.querySelectorAll('.window').length,
      marks: chart.querySelectorAll('.plot .mark').length,
      now: chart.querySelectorAll('.now').length,
    })));
    assert.ok(charts.length >= 8);
    for (const chart of charts) {
      assert.ok(chart.lines >= 4, chart.title);
      assert.equal(chart.windows, 1, chart.title);
      assert.equal(chart.now, 1, chart.title);
      if (!/pixel|Coordinates|min/.test(chart.title)) assert.ok(chart.marks >= 8, `${chart.title}: ${chart.marks}`);
    }
  });

  test('pictures, charts and controls have names', async () => {
    const unnamed = await shown.page.$$eval('canvas, .plot, button, select, input', all => all
        .filter(node => !(node.getAttribute('aria-label') || node.textContent.trim() || node.closest('label')))
        .map(node => node.outerHTML.slice(0, 80)));
    assert.deepEqual(unnamed, []);
  });

  test('lines differ in their dashes, not in colour alone', async () => {
    const dashes = await shown.page.$$eval('#main-chart .plot path.line', all => all.map(line => getComputedStyle(line).strokeDasharray));
    assert.equal(new Set(dashes).size, 4);
  });

  test('nothing went to the console or the network', () => {
    assert.deepEqual(shown.faults, []);
  });
});

describe('every window', () => {
  let run;
  before(() => { run = made('noisy'); });
  for (const [name, options] of Object.entries({
         'a phone, light': {width: 360, height: 740},
         'a phone, dark': {width: 360, height: 740, colorScheme: 'dark'},
         'a tablet': {width: 820, height: 1180},
         'a laptop, dark': {width: 1366, height: 768, colorScheme: 'dark'},
         'a projector': {width: 1920, height: 1080},
         '4K': {width: 3840, height: 2160},
       }))
    test(`${name} shows everything unclipped`, async () => {
      const {page, faults, close} = await open(run.page, options);
      await assertNotClipped(page);
      await page.click('#view button[data-value="difference"]');
      await page.click('#axis button[data-value="window"]');
      await settled(page);
      await assertNotClipped(page);
      await screenshot(page, name.replace(/\W+/g, '-'));
      const dark = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).every(c => c < 64));
      assert.equal(dark, options.colorScheme === 'dark');
      assert.deepEqual(faults, []);
      await close();
    });

  test('the colours can be changed by hand', async () => {
    const {page, close} = await open(run.page);
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await background();
    await page.keyboard.press('c');
    await page.keyboard.press('c');
    assert.equal(await page.getAttribute('html', 'data-theme'), 'dark');
    assert.notEqual(await background(), light);
    await close();
  });
});

describe('a matrix of four depths and four starts', () => {
  let run;
  before(() => { run = made('matrix'); });
  for (const width of [1600, 360])
    test(`is readable ${width} pixels wide`, async () => {
      const {page, faults, close} = await open(run.page, {width});
      assert.equal(await page.$$eval('.cell:not(.original)', all => all.length), 16);
      assert.deepEqual(await page.$$eval('.variant h4', all => all.map(node => node.textContent)),
                       ['w0 = 10⁻⁶', 'w0 = 10⁻³', 'w0 = 0.1', 'w0 = 1']);
      assert.deepEqual(await psnrs(page), run.results.results.map(r => decibels(r.stops.oracle.psnr)));
      await assertNotClipped(page);
      await page.click('#lines button[data-value="variants"]');
      await settled(page);
      assert.equal(await page.$$eval('#main-chart .plot path.line', all => all.length), 4);
      await assertNotClipped(page);
      await screenshot(page, `matrix-${width}`);
      assert.deepEqual(faults, []);
      await close();
    });
});

describe('a photograph in a wavelet basis', () => {
  let run;
  before(() => { run = made('picture'); });
  test('is shown by compressed frames that change with the slider', async () => {
    const {page, faults, close} = await open(run.page);
    await assertNotClipped(page);
    await setSlider(page, 0);
    await page.waitForTimeout(300);
    const early = await pictures(page);
    await page.click('#jumps button[data-value="oracle"]');
    await page.waitForTimeout(300);
    const best = await pictures(page);
    early.forEach((picture, i) => assert.notEqual(picture, best[i]));
    assert.deepEqual(await psnrs(page), run.results.results.map(r => decibels(r.stops.oracle.psnr)));
    await screenshot(page, 'picture');
    assert.deepEqual(faults, []);
    await close();
  });
});

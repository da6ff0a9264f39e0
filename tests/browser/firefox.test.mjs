// The pages of isr in Firefox, driven by its own protocol, Marionette: playwright drives builds of its own alone.
import assert from 'node:assert/strict';
import {execFileSync, spawn} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {connect, createServer} from 'node:net';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';
import {isr, newFolder, playground} from './shared.mjs';

const firefox = ['firefox-esr', 'firefox'].find(name => {
  try { execFileSync('sh', ['-c', `command -v ${name}`]); return true; } catch { return false; }
});

const freePort = () => new Promise(done => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const {port} = server.address();
    server.close(() => done(port));
  });
});

// Messages are "LENGTH:[TYPE, ID, …]" both ways.
class Marionette {
  constructor(socket) {
    this.socket = socket, this.rest = Buffer.alloc(0), this.waiting = new Map(), this.last = 0;
    socket.on('data', data => { this.rest = Buffer.concat([this.rest, data]); this.read(); });
  }
  read() {
    for (let colon; (colon = this.rest.indexOf(':')) >= 0;) {
      const end = colon + 1 + Number(this.rest.subarray(0, colon));
      if (this.rest.length < end) return;
      const message = JSON.parse(this.rest.subarray(colon + 1, end));
      this.rest = this.rest.subarray(end);
      if (!Array.isArray(message)) continue;  // its greeting
      const [, id, error, result] = message, {done, failed} = this.waiting.get(id);
      this.waiting.delete(id);
      if (error) failed(new Error(`${error.error}: ${error.message}`)); else done(result);
    }
  }
  send(command, parameters = {}) {
    const id = ++this.last, text = JSON.stringify([0, id, command, parameters]);
    this.socket.write(`${Buffer.byteLength(text)}:${text}`);
    return new Promise((done, failed) => this.waiting.set(id, {done, failed}));
  }
  run = async script => (await this.send('WebDriver:ExecuteScript', {script, args: []})).value;
  async until(script, seconds) {
    for (const end = Date.now() + 1000 * seconds; !await this.run(script);) {
      assert.ok(Date.now() < end, `not within ${seconds} s: ${script}`);
      await new Promise(done => setTimeout(done, 200));
    }
  }
  async screenshot(name) {
    if (!process.env.ISR_SCREENSHOTS) return;
    mkdirSync(process.env.ISR_SCREENSHOTS, {recursive: true});
    const {value} = await this.send('WebDriver:TakeScreenshot', {full: false});
    writeFileSync(join(process.env.ISR_SCREENSHOTS, `firefox-${name}.png`), Buffer.from(value, 'base64'));
  }
}

async function connected(port) {
  for (const end = Date.now() + 60000;;) {
    const socket = connect(port, '127.0.0.1');
    if (await new Promise(done => socket.once('connect', () => done(true)).once('error', () => done(false)))) return socket;
    assert.ok(Date.now() < end, 'Firefox does not answer');
    await new Promise(done => setTimeout(done, 200));
  }
}

describe('Firefox', {skip: firefox ? false : 'no Firefox is installed'}, () => {
  const work = newFolder();
  let browser, page;
  before(async () => {
    const profile = mkdtempSync(join(work, 'profile-')), port = await freePort();
    writeFileSync(join(profile, 'user.js'), `user_pref("marionette.port", ${port});\n`);
    browser = spawn(firefox, ['--headless', '--marionette', '--no-remote', '--profile', profile],
                    {stdio: 'ignore', env: {...process.env, HOME: work, MOZ_HEADLESS_WIDTH: '1600', MOZ_HEADLESS_HEIGHT: '1000'}});
    page = new Marionette(await connected(port));
    await page.send('WebDriver:NewSession');
  });
  after(async () => {
    await page?.send('Marionette:Quit', {flags: ['eForceQuit']}).catch(() => {});
    page?.socket.destroy();
    if (browser && browser.exitCode === null) await new Promise(done => browser.once('exit', done));
    rmSync(work, {recursive: true, force: true});
  });

  test('opens the page of isr compare from a file', async () => {
    const out = join(work, 'compared');
    execFileSync(isr, ['compare', 'mnist:train:0', '--depth', '2,3', '--quiet', '--out', out], {stdio: 'pipe'});
    await page.send('WebDriver:Navigate', {url: `file://${out}/compare.html`});
    await page.until('return document.querySelectorAll("tbody tr").length === 2', 60);
    assert.equal(await page.run('return [...document.querySelectorAll(".cell canvas")].every(c => c.width > 0)'), true);
    assert.match(await page.run('return document.body.innerText'), /N = 3/);
    await page.screenshot('compare');
  });

  const file = playground(work);
  test('computes on the live page from a file', {skip: file ? false : 'isr was built without what computes in the browser'}, async () => {
    await page.send('WebDriver:Navigate', {url: `file://${file}`});
    await page.until('return Number(document.body.dataset.computed ?? 0) > 0', 300);
    assert.equal(await page.run('return document.querySelectorAll("tbody tr").length'), 4);
    assert.match(await page.run('return document.body.innerText'), /limit reached/);
    await page.screenshot('live');
  });
});

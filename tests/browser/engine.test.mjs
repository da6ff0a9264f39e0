// What computes in the live page, against the command: the same seed, the same numbers.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {readFileSync, rmSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';
import vm from 'node:vm';
import {inflateSync} from 'node:zlib';
import {isr, newFolder, playground} from './shared.mjs';

const work = newFolder(), page = playground(work);
let call, digits;

// The array of a .npy file of little-endian doubles or floats.
function npy(file) {
  const bytes = readFileSync(file), header = bytes.readUInt16LE(8), text = bytes.subarray(10, 10 + header).toString();
  const data = bytes.buffer.slice(bytes.byteOffset + 10 + header, bytes.byteOffset + bytes.length);
  return /<f8/.test(text) ? new Float64Array(data) : new Float32Array(data);
}

before(async () => {
  if (!page) return;
  const html = readFileSync(page, 'utf8');
  const part = id => html.match(new RegExp(`id="${id}">([^<]*)<`))[1];
  digits = new Map(JSON.parse(part('isr-data')).digits.map(d => [d.source, [...Buffer.from(d.pixels, 'base64')]]));
  const script = inflateSync(Buffer.from(part('isr-engine'), 'base64')).toString();
  const worker = {require: createRequire(import.meta.url), process, console, WebAssembly, TextEncoder, TextDecoder, performance, URL,
                  setTimeout, __dirname: work, __filename: page, module: {exports: {}}, exports: {}};
  vm.createContext(worker);
  vm.runInContext(script + '\n;this.start = async module => { engine = await isrEngine({wasmBinary: module}); return call; };', worker);
  call = await worker.start(inflateSync(Buffer.from(part('isr-module'), 'base64')));
});
after(() => rmSync(work, {recursive: true, force: true}));

const problem = {op: 'problem', height: 28, width: 28, basis: 'pixel', measurements: 392, noise: 2, seed: 42};

describe('the engine of the live page', {skip: page ? false : 'isr was built without it'}, () => {
  for (const ensemble of ['biased-sign', 'rademacher', 'gaussian'])
    test(`makes the command's measurements bit for bit: ${ensemble}`, () => {
      const folder = join(work, ensemble);
      execFileSync(isr, ['measure', 'mnist:train:2', '--ensemble', ensemble, '--basis', 'pixel', '--measurements', '392', '--noise', '2', '--seed', '42',
                         '--quiet', '--out', folder]);
      const reply = call({...problem, ensemble, pixels: digits.get('mnist:train:2')});
      assert.equal(reply.error, undefined);
      const own = new Uint8Array(reply.binary, 0, 8 * 392), theirs = npy(join(folder, 'y.npy'));
      assert.equal(theirs.constructor, Float64Array);
      assert.equal(Buffer.compare(Buffer.from(own), Buffer.from(theirs.buffer)), 0);
    });

  for (const [depth, init] of [[2, 1e-3], [3, 1e-3], [5, 1e-6], [10, 1e-3]])
    test(`finds the command's w: depth ${depth}, w0 = ${init}`, () => {
      const folder = join(work, `w-${depth}`);
      execFileSync(isr, ['recover', 'mnist:train:2', '--ensemble', 'biased-sign', '--basis', 'pixel', '--measurements', '392', '--seed', '42', '--signed',
                         '--depth', String(depth), '--init', String(init), '--stop', 'limit', '--quiet', '--out', folder]);
      assert.equal(call({...problem, noise: 0, ensemble: 'biased-sign', pixels: digits.get('mnist:train:2')}).error, undefined);
      const reply = call({op: 'solve', depth, init, signed: true, stop: 'limit'});
      assert.equal(reply.error, undefined);
      const own = new Float64Array(reply.binary), theirs = npy(join(folder, 'recovered.npy'));
      assert.equal(own.length, theirs.length);
      let difference = 0, norm = 0;
      own.forEach((w, i) => { difference += (w - theirs[i]) ** 2; norm += theirs[i] ** 2; });
      assert.ok(Math.sqrt(difference / norm) < 1e-6, `relative difference ${Math.sqrt(difference / norm)}`);
    });

  test('says what is wrong with a request', () => {
    assert.match(call({...problem, ensemble: 'fair', pixels: digits.get('mnist:train:2')}).error, /ensemble fair is unknown/);
    assert.match(call({op: 'fly'}).error, /no request/);
    assert.match(call({...problem, ensemble: 'gaussian', pixels: [1]}).error, /height × width/);
  });

  test('how long the paths take', () => {
    call({...problem, ensemble: 'biased-sign', pixels: digits.get('mnist:train:2')});
    for (const depth of [1, 2, 3, 5, 10]) {
      const start = performance.now();
      const rough = call({op: 'path', depth, init: 1e-3, signed: true, moments: 100, rough: true});
      assert.equal(rough.error, undefined);
      const middle = performance.now(), reply = call({op: 'path', depth, init: 1e-3, signed: true, moments: 100});
      assert.equal(reply.error, undefined);
      console.log(`depth ${depth}: roughly ${(middle - start).toFixed(0)} ms, to the limit ${(performance.now() - middle).toFixed(0)} ms, ` +
                  `${reply.run.time.length} moments, ${reply.run.status}`);
    }
  });
});

// The data that the page shows (the contract is in compare_page.h), and their frames, decoded.
'use strict';

let data, runs;

function adoptRun(run) {
  run.logTime = run.time.map(Math.log10);
  run.logEnd = Math.min(Math.log10(run.settled), run.logTime.at(-1));  // where the axis may end
  run.open = run.window[1] === run.time.length - 1;                    // the limit is within the window
  run.frames = new Frames(run.frames, data.images[run.image], run.time.length);
  return run;
}

function adoptData(next) {
  data = next;
  for (const image of data.images) image.frames = new Frames(image.truth, image, 1);
  runs = data.runs.map(adoptRun);
}

function runAt(image, variant, depthIndex) {
  return runs.find(r => r.image === image && r.variant === variant && r.depth === data.depths[depthIndex]);
}

const depthName = depth => `N = ${depth}`;
const imageName = image => image.label ? `${image.label} (${image.source})` : image.source;

// ---- frames -------------------------------------------------------------------------------------------------
// A frame holds value(pixel i, channel c) = pixels[i * step + c * plane] * unit.

const bytesOf = base64 => Uint8Array.from(atob(base64), c => c.charCodeAt(0));

async function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// "delta16-deflate": thousandths as 16-bit integers; each frame minus the one before, zigzag coded; all low
// bytes, then all high bytes; zlib. What comes from the worker is "raw": the same integers as they are.
async function decodeExact(frames, size, count) {
  const raw = await inflate(bytesOf(frames.data));
  const total = size * count;
  const values = new Int16Array(total);
  for (let i = 0; i < total; i++) {
    const z = raw[i] | (raw[total + i] << 8);
    values[i] = (i < size ? 0 : values[i - size]) + ((z >>> 1) ^ -(z & 1));
  }
  return i => values.subarray(i * size, (i + 1) * size);
}

// "webp": a file per frame, decoded when first shown; the most recent ones are kept.
const recentFrames = new Map();
const recentLimit = 96;

async function decodeWebp(base64, width, height) {
  const bitmap = await createImageBitmap(new Blob([bytesOf(base64)], {type: 'image/webp'}));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', {willReadFrequently: true});
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, width, height).data;
}

class Frames {
  constructor(frames, image, count) {
    this.source = frames;
    this.image = image;
    this.count = count;
    this.exact = frames.encoding !== 'webp';
    const size = image.height * image.width * image.channels;
    if (frames.encoding === 'raw') this.read = i => frames.data.subarray(i * size, (i + 1) * size);
  }

  async load() {
    const {height, width, channels} = this.image;
    if (this.read) return;
    if (this.exact) this.read = await decodeExact(this.source, height * width * channels, this.count);
    else await this.fetchWebp(0);
  }

  // The frame, or null while it is being decoded (`ready` is called when it is there).
  get(i, ready) {
    const {height, width} = this.image;
    if (this.exact) return {pixels: this.read(i), step: 1, plane: height * width, unit: 1e-3};
    const entry = recentFrames.get(this.key(i));
    if (entry && entry.pixels) {
      recentFrames.delete(this.key(i));
      recentFrames.set(this.key(i), entry);
      return {pixels: entry.pixels, step: 4, plane: 1, unit: 1 / 255};
    }
    this.fetchWebp(i).then(ready);
    return null;
  }

  key(i) {
    this.id ??= Frames.next++;
    return `${this.id}:${i}`;
  }

  fetchWebp(i) {
    const key = this.key(i);
    if (recentFrames.has(key)) return recentFrames.get(key).promise;
    const entry = {};
    entry.promise = decodeWebp(this.source.data[i], this.image.width, this.image.height)
                        .then(pixels => { entry.pixels = pixels; });
    recentFrames.set(key, entry);
    if (recentFrames.size > recentLimit) recentFrames.delete(recentFrames.keys().next().value);
    return entry.promise;
  }
}
Frames.next = 0;

async function loadFrames() {
  await Promise.all([...data.images, ...runs].map(owner => owner.frames.load()));
}

const valueAt = (frame, i, channel = 0) => frame.pixels[i * frame.step + channel * frame.plane] * frame.unit;

// ---- numbers as text ----------------------------------------------------------------------------------------

const superscript = n => String(n).replace('-', '⁻').replace(/\d/g, d => '⁰¹²³⁴⁵⁶⁷⁸⁹'[d]);
const power = n => '10' + superscript(n);

// `digits` significant digits; powers of ten below 0.001 and from 10,000 on.
function number(x, digits = 3) {
  if (x === null || x === undefined || Number.isNaN(x)) return '–';
  if (x === 0) return '0';
  const size = Math.abs(x);
  if (size >= 1e-3 && size < 1e4) {
    const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
    return x.toFixed(Math.min(decimals, 6)).replace('-', '−');
  }
  const [mantissa, exponent] = x.toExponential(Math.min(2, digits - 1)).split('e');
  return `${mantissa}×${power(Number(exponent))}`.replace('-', '−');
}
const decibels = x => x === null || x === undefined ? '∞ dB' : `${x.toFixed(1).replace('-', '−')} dB`;
const count = x => String(x).replace(/\B(?=(\d{3})+$)/g, ' ');

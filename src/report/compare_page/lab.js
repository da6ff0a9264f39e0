// The live page: what is chosen, and the address that keeps it.
'use strict';

// Everything that decides the result, and nothing else: it is what the address keeps.

const lab = {
  picture: 'mnist:train:2',  // a bundled digit's source, or 'drawing'
  side: 28,                  // of a drawing
  pixels: null,              // Uint8Array, side × side
  share: 50,                 // n/p in %
  noise: 0,
  starts: [1e-3],
  depths: [1, 2, 3, 5],
  ensemble: 'biased-sign',
  basis: 'pixel',
  signed: false,
  seed: 42,
};
const mostDepths = 4;
let scene = -1;  // index into scenes; −1: none

const parts = JSON.parse(byId('isr-data').textContent);
const digitPixels = new Map(parts.digits.map(digit => [digit.source, bytesOf(digit.pixels)]));
const measurements = () => Math.max(1, Math.round(lab.share / 100 * lab.side * lab.side));

// ---- the address --------------------------------------------------------------------------------------------

const toAddress = bytes => btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
const fromAddress = text => bytesOf(text.replace(/-/g, '+').replace(/_/g, '/'));

// Pixels in 16 grey levels, as runs: a byte for the level (high half) and the length minus one, up to 16.
function packPixels(pixels) {
  const bytes = [];
  for (let i = 0; i < pixels.length;) {
    const level = pixels[i] >> 4;
    let length = 1;
    while (length < 16 && i + length < pixels.length && pixels[i + length] >> 4 === level) length++;
    bytes.push(level << 4 | length - 1);
    i += length;
  }
  return toAddress(bytes);
}

function unpackPixels(text, count) {
  const pixels = new Uint8Array(count);
  let i = 0;
  for (const byte of fromAddress(text)) for (let k = byte & 15; k >= 0 && i < count; k--) pixels[i++] = (byte >> 4) * 17;
  return pixels;
}

function addressOf() {
  const fields = new URLSearchParams({
    picture: lab.picture === 'drawing' ? `${lab.side}.${packPixels(lab.pixels)}` : lab.picture,
    measurements: `${lab.share}%`, noise: lab.noise, init: lab.starts.join(','), depth: lab.depths.join(','),
    ensemble: lab.ensemble, basis: lab.basis, seed: lab.seed,
  });
  if (lab.signed) fields.set('signed', '1');
  if (scene >= 0) fields.set('scene', scene + 1);
  return '#' + fields.toString().replace(/%3A/g, ':').replace(/%2C/g, ',');
}

// What the address asks for, as far as it makes sense; the rest stays.
function readAddress(address) {
  const fields = new URLSearchParams(address.replace(/^#/, ''));
  const numbers = name => (fields.get(name) ?? '').split(',').filter(Boolean).map(Number).filter(Number.isFinite);
  const within = (name, low, high, apply) => {
    const x = parseFloat(fields.get(name));
    if (x >= low && x <= high) apply(x);
  };
  const picture = fields.get('picture') ?? '';
  const drawn = picture.match(/^(28|40|64)\.([\w-]*)$/);
  if (digitPixels.has(picture)) takeDigit(picture);
  else if (drawn) {
    try { takePixels(unpackPixels(drawn[2], drawn[1] ** 2), Number(drawn[1])); } catch { /* no picture: the one before stays */ }
  }
  within('measurements', 1, 100, x => { lab.share = x; });
  within('noise', 0, 1000, x => { lab.noise = x; });
  within('seed', 0, 2 ** 32 - 1, x => { lab.seed = Math.round(x); });
  const depths = [...new Set(numbers('depth'))].filter(d => Number.isInteger(d) && d >= 1 && d <= 10).sort((a, b) => a - b);
  if (depths.length) lab.depths = depths.slice(0, mostDepths);
  const starts = numbers('init').filter(x => x > 0 && x <= 10);
  if (starts.length) lab.starts = starts.slice(0, 2);
  for (const name of ['ensemble', 'basis'])
    if ([...byId(name).options].some(option => option.value === fields.get(name))) lab[name] = fields.get(name);
  if (fields.has('measurements')) lab.signed = fields.get('signed') === '1';
  const wanted = Number(fields.get('scene')) - 1;
  scene = wanted in scenes ? wanted : -1;
}

function commandOf() {
  const picture = lab.picture === 'drawing' ? 'drawing.png' : lab.picture;
  return `isr compare ${picture} --measurements ${measurements()} --ensemble ${lab.ensemble} --basis ${lab.basis} --noise ${lab.noise} ` +
         `--init ${lab.starts.map(shortStart).join(',')} --depth ${lab.depths.join(',')} ${lab.signed || lab.basis !== 'pixel' ? '--signed' : '--nonnegative'} --seed ${lab.seed}`;
}
const shortStart = w0 => Number(w0.toPrecision(3)).toString();

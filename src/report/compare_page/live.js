// The live page: what is drawn and chosen, the workers that compute, and what they find put before the page.
'use strict';

// ---- what is chosen -----------------------------------------------------------------------------------------
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
  return '#' + fields.toString().replace(/%3A/g, ':').replace(/%2C/g, ',').replace(/%25/g, '%25');
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

// ---- drawing ------------------------------------------------------------------------------------------------

function takePixels(pixels, side) { Object.assign(lab, {picture: 'drawing', pixels, side}); }
function takeDigit(source) { Object.assign(lab, {picture: source, pixels: digitPixels.get(source).slice(), side: 28}); }

const pad = byId('pad'), pen = {x: 14, y: 14, last: null};

function paintPad() {
  pad.width = pad.height = lab.side;
  const context = pad.getContext('2d'), image = context.createImageData(lab.side, lab.side);
  lab.pixels.forEach((value, i) => image.data.set([value, value, value, 255], 4 * i));
  context.putImageData(image, 0, 0);
}

// A round spot with a soft rim; or nothing in its place.
function spot(x, y) {
  const rubber = byId('pen').value === 'rubber', radius = (rubber ? 1.8 : Number(byId('pen').value)) * lab.side / 28;
  if (lab.picture !== 'drawing') takePixels(lab.pixels, lab.side);
  for (let row = Math.floor(y - radius - 1); row <= y + radius + 1; row++) for (let col = Math.floor(x - radius - 1); col <= x + radius + 1; col++) {
    if (row < 0 || col < 0 || row >= lab.side || col >= lab.side) continue;
    const ink = Math.min(1, Math.max(0, radius + 0.5 - Math.hypot(col + 0.5 - x, row + 0.5 - y)));
    const i = row * lab.side + col;
    lab.pixels[i] = rubber ? Math.min(lab.pixels[i], 255 * (1 - ink)) : Math.max(lab.pixels[i], Math.round(15 * ink) * 17);
  }
}

function stroke(event) {
  const box = pad.getBoundingClientRect();
  const x = (event.clientX - box.left) / box.width * lab.side, y = (event.clientY - box.top) / box.height * lab.side;
  const from = pen.last ?? [x, y], steps = Math.max(1, Math.ceil(Math.hypot(x - from[0], y - from[1]) / 0.4));
  for (let k = 1; k <= steps; k++) spot(from[0] + (x - from[0]) * k / steps, from[1] + (y - from[1]) * k / steps);
  pen.last = [x, y];
  paintPad();
  changeLab({picture: true});
}

pad.addEventListener('pointerdown', event => { pad.setPointerCapture(event.pointerId); pen.last = null; stroke(event); event.preventDefault(); pad.focus(); });
pad.addEventListener('pointermove', event => { if (event.buttons & 1) stroke(event); });
pad.addEventListener('keydown', event => {
  const step = {ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0]}[event.key];
  if (step) {
    pen.x = Math.min(lab.side - 1, Math.max(0, pen.x + step[0]));
    pen.y = Math.min(lab.side - 1, Math.max(0, pen.y + step[1]));
  } else if (event.key === ' ') spot(pen.x + 0.5, pen.y + 0.5);
  else if (event.key === 'Backspace') lab.pixels[pen.y * lab.side + pen.x] = 0;
  else return;
  event.preventDefault();
  if (step) byId('working').textContent = `pen at row ${pen.y}, column ${pen.x}`;
  else {
    if (lab.picture !== 'drawing') takePixels(lab.pixels, lab.side);
    changeLab({picture: true});
  }
  paintPad();
  const context = pad.getContext('2d');
  context.fillStyle = '#d10056';
  context.fillRect(pen.x, pen.y, 1, 1);
});

async function takeFile(file) {
  if (!file) return;
  try {
    const bitmap = await createImageBitmap(file), side = Math.min(bitmap.width, bitmap.height), size = Number(byId('side').value);
    const canvas = new OffscreenCanvas(size, size), context = canvas.getContext('2d');
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, (bitmap.width - side) / 2, (bitmap.height - side) / 2, side, side, 0, 0, size, size);
    const rgba = context.getImageData(0, 0, size, size).data;
    takePixels(Uint8Array.from({length: size * size}, (_, i) => 17 * Math.round((0.299 * rgba[4 * i] + 0.587 * rgba[4 * i + 1] + 0.114 * rgba[4 * i + 2]) / 17)), size);
    const dark = lab.pixels.filter(value => value === 0).length;
    if (dark < 0.25 * lab.pixels.length) Object.assign(lab, {basis: 'cdf97', signed: true, ensemble: 'rademacher'});
    changeLab({picture: true, controls: true});
  } catch { complain(`${file.name} is no picture that this browser reads.`); }
}
byId('file').addEventListener('change', event => takeFile(event.target.files[0]));
for (const type of ['dragover', 'dragleave', 'drop']) document.addEventListener(type, event => {
  event.preventDefault();
  pad.classList.toggle('over', type === 'dragover');
  if (type === 'drop') takeFile(event.dataTransfer.files[0]);
});
byId('clear').addEventListener('click', () => { takePixels(new Uint8Array(lab.side ** 2), lab.side); changeLab({picture: true}); });
byId('side').addEventListener('change', event => { const side = Number(event.target.value); takePixels(new Uint8Array(side ** 2), side); changeLab({picture: true}); });
byId('save').addEventListener('click', () => {
  paintPad();
  pad.toBlob(blob => {
    const link = element('a', {href: URL.createObjectURL(blob), download: lab.picture === 'drawing' ? 'drawing.png' : 'digit.png'});
    link.click();
    URL.revokeObjectURL(link.href);
  });
});

// ---- the knobs ----------------------------------------------------------------------------------------------

// Of 1 each from 1 on, of 0.05 below.
const noiseOf = step => step <= 20 ? step * 0.05 : 1 + (step - 20) * 0.225;
const noiseStep = noise => noise <= 1 ? Math.round(noise / 0.05) : Math.min(60, Math.round(20 + (noise - 1) / 0.225));
const startOf = step => Number((10 ** (step / 2)).toPrecision(2));
const startStep = w0 => Math.round(2 * Math.log10(w0));

function showControls() {
  byId('n').value = lab.share;
  byId('noise').value = noiseStep(lab.noise);
  byId('start').value = startStep(lab.starts[0]);
  byId('second').checked = lab.starts.length > 1;
  byId('start2').disabled = lab.starts.length < 2;
  if (lab.starts.length > 1) byId('start2').value = startStep(lab.starts[1]);
  for (const name of ['ensemble', 'basis', 'seed', 'side']) byId(name).value = lab[name];
  byId('signed').checked = lab.signed || lab.basis !== 'pixel';
  byId('signed').disabled = lab.basis !== 'pixel';
  for (const box of byId('depths').querySelectorAll('input')) {
    box.checked = lab.depths.includes(Number(box.value));
    box.disabled = !box.checked && lab.depths.length >= mostDepths;
  }
  showValues();
}

function showValues() {
  const n = measurements(), p = lab.side ** 2;
  byId('n-value').textContent = `n = ${n} of p = ${p}`;
  byId('n').setAttribute('aria-valuetext', `${n} of ${p} pixels, ${lab.share} %`);
  byId('noise-value').textContent = number(lab.noise);
  byId('noise').setAttribute('aria-valuetext', number(lab.noise));
  byId('start-value').textContent = number(lab.starts[0], 2);
  byId('start').setAttribute('aria-valuetext', shortStart(lab.starts[0]));
  byId('start2-value').textContent = lab.starts.length > 1 ? number(lab.starts[1], 2) : '';
  byId('start2').setAttribute('aria-valuetext', lab.starts.length > 1 ? shortStart(lab.starts[1]) : 'none');
}

function buildControls() {
  byId('depths').replaceChildren(...Array.from({length: 10}, (_, k) => element('label', {},
      element('input', {type: 'checkbox', value: k + 1, onchange: event => {
        const chosen = [...byId('depths').querySelectorAll(':checked')].map(box => Number(box.value));
        if (!chosen.length) { event.target.checked = true; return; }
        lab.depths = chosen.slice(0, mostDepths);
        changeLab({controls: true});
      }}), String(k + 1))));
  const range = (id, apply) => byId(id).addEventListener('input', event => { apply(Number(event.target.value)); changeLab(); });
  range('n', value => { lab.share = value; });
  range('noise', value => { lab.noise = Number(noiseOf(value).toFixed(3)); });
  range('start', value => { lab.starts[0] = startOf(value); });
  range('start2', value => { lab.starts[1] = startOf(value); });
  byId('second').addEventListener('change', event => {
    lab.starts = event.target.checked ? [lab.starts[0], startOf(Number(byId('start2').value))] : [lab.starts[0]];
    if (lab.starts[1] === lab.starts[0]) lab.starts[1] = lab.starts[0] < 0.01 ? 0.1 : 1e-5;
    changeLab({controls: true});
  });
  for (const name of ['ensemble', 'basis']) byId(name).addEventListener('change', event => { lab[name] = event.target.value; changeLab({controls: true}); });
  byId('signed').addEventListener('change', event => { lab.signed = event.target.checked; changeLab(); });
  byId('seed').addEventListener('change', event => {
    if (event.target.checkValidity() && event.target.value !== '') { lab.seed = Number(event.target.value); changeLab(); }
  });
  byId('digits').replaceChildren(...parts.digits.map(digit => {
    const canvas = element('canvas', {width: 28, height: 28, 'aria-hidden': 'true'}), context = canvas.getContext('2d');
    const image = context.createImageData(28, 28);
    digitPixels.get(digit.source).forEach((value, i) => image.data.set([value, value, value, 255], 4 * i));
    context.putImageData(image, 0, 0);
    return element('button', {type: 'button', 'aria-label': `digit ${digit.label}`, 'data-source': digit.source, title: digit.source,
                              onclick: () => { takeDigit(digit.source); changeLab({picture: true, controls: true}); }}, canvas);
  }));
  byId('scenes').setAttribute('role', 'group');
  byId('scenes').setAttribute('aria-label', 'prepared scenes');
  byId('scenes').replaceChildren(...scenes.map((shown, i) => element('button', {type: 'button', title: shown.text, onclick: () => showScene(i)}, shown.name)));
}

// ---- computing ----------------------------------------------------------------------------------------------

class Engine {
  constructor(address, module) {
    this.worker = new Worker(address);
    this.waiting = new Map();
    this.next = 0;
    this.worker.onmessage = ({data: {id, reply}}) => { this.waiting.get(id)(reply); this.waiting.delete(id); };
    this.ready = this.send({module});
  }
  send(message) {
    return new Promise((resolve, reject) => {
      const id = this.next++;
      this.waiting.set(id, resolve);
      this.worker.onerror = event => reject(new Error(event.message));
      this.worker.postMessage({...message, id});
    });
  }
  async ask(request) {
    const reply = await this.send({request});
    if (reply.error) throw new Error(reply.error);
    return reply;
  }
}

const engines = [];  // those that are idle
let queue = [];      // tasks not begun: functions of an engine
let busy = 0, generation = 0, changedAt = 0;
const timings = {};  // milliseconds from the last change to its first result, and to all

async function startEngines() {
  const script = new TextDecoder().decode(await inflate(bytesOf(byId('isr-engine').textContent)));
  const module = await inflate(bytesOf(byId('isr-module').textContent));
  const address = URL.createObjectURL(new Blob([script], {type: 'text/javascript'}));
  const count = Math.min(mostDepths, Math.max(1, (navigator.hardwareConcurrency ?? 2) - 1));
  const started = Array.from({length: count}, () => new Engine(address, module));
  await Promise.all(started.map(engine => engine.ready));
  engines.push(...started);
}

function pump() {
  while (engines.length && queue.length) {
    const engine = engines.pop(), task = queue.shift(), mine = generation;
    busy++;
    task(engine).catch(error => { if (mine === generation) complain(error.message); }).finally(() => {
      engines.push(engine);
      busy--;
      pump();
    });
  }
}

function complain(text) {
  byId('working').textContent = text;
  byId('working').classList.add('wrong');
}

function say(text) {
  byId('working').textContent = text;
  byId('working').classList.remove('wrong');
}

// The rules of the compare page, as isr recover applies them.
function rulesNow() {
  const rules = [{key: 'oracle', name: 'best (oracle)', meaning: 'the highest PSNR; only the truth reveals it'},
                 {key: 'hold-out', stop: 'holdout:10%', name: 'hold-out', meaning: 'where measurements kept back from a path of their own are predicted best'}];
  if (lab.noise > 0) rules.push({key: 'discrepancy', stop: 'discrepancy', name: 'discrepancy', meaning: 'the discrepancy principle, as isr recover applies it'});
  return [...rules, {key: 'limit', name: 'limit', meaning: 'the end of the flow, τ → ∞ where it says so'}];
}

const isSigned = () => lab.signed || lab.basis !== 'pixel';

// The page's data for what is chosen, without runs.
function wordsNow() {
  const several = lab.starts.length > 1, sizes = `n = ${measurements()} of p = ${lab.side ** 2}`;
  const held = Math.ceil(measurements() / 10);
  const digit = parts.digits.find(d => d.source === lab.picture);
  return {
    isr: parts.isr,
    title: digit ? `${digit.label} (${digit.source})` : 'your drawing',
    subtitle: `${sizes} (hold-out fits ${measurements() - held} of them and judges by ${held}, on a path of its own) · ${lab.ensemble}` +
              `${lab.basis === 'pixel' ? '' : ` · basis ${lab.basis}`} · ${isSigned() ? 'w = u^N − v^N' : 'w = u^N'}` +
              `${lab.noise > 0 ? ` · σ = ${number(lab.noise)}` : ''} · w0 = ${lab.starts.map(w0 => number(w0, 2)).join(', ')}`,
    command: commandOf(),
    findings: data?.findings ?? [],
    settings: [['Measurements', `${sizes}, all of them solved on`], ['Ensemble', `${lab.ensemble}, seed ${lab.seed}`], ['Basis', lab.basis],
               ['Noise', `σ = ${number(lab.noise)} on each measurement`],
               ['Model', `${isSigned() ? 'w = u^N − v^N' : 'w = u^N'}, start u = v = w0^(1/N), w0 = ${lab.starts.map(w0 => number(w0, 2)).join(', ')}`],
               ['Solver', 'gradient flow, followed to its limit, in this browser']],
    exact: true, variant_name: 'Starts', chosen_rule: 'hold-out', window: parts.window, rules: rulesNow(),
    variants: lab.starts.map(init => ({init, noise: lab.noise, label: several ? `w0 = ${number(init, 2)}` : '', short: several ? number(init, 2) : ''})),
  };
}

const truthNow = () => ({source: lab.picture === 'drawing' ? 'drawing' : lab.picture, label: parts.digits.find(d => d.source === lab.picture)?.label ?? '',
                         height: lab.side, width: lab.side, channels: 1,
                         truth: {encoding: 'raw', data: Int16Array.from(lab.pixels, value => Math.round(1000 * value / 255))}});

// One thing after another: the paths of all depths, roughly, shown as they come; then all to their limits; then
// where each rule ends them; then the sentences. Tasks of a choice that has changed meanwhile are dropped.
function compute() {
  const mine = ++generation;
  changedAt = performance.now();
  const problem = {op: 'problem', height: lab.side, width: lab.side, pixels: [...lab.pixels], ensemble: lab.ensemble, basis: lab.basis,
                   measurements: measurements(), noise: lab.noise, seed: lab.seed};
  const key = JSON.stringify(problem), rules = rulesNow(), fresh = wordsNow(), truth = truthNow(), found = new Map();
  const wanted = lab.depths.flatMap(depth => lab.starts.map((init, variant) => ({depth, init, variant})));
  const depths = [...lab.depths];
  if (lab.pixels.every(value => value === 0)) { say('Draw something.'); queue = []; return; }
  say('computing …');
  document.body.classList.add('stale');
  const current = () => mine === generation;
  const on = async (engine, request) => {
    if (engine.problem !== key) { engine.problem = undefined; await engine.ask(problem); engine.problem = key; }
    return engine.ask({...request, signed: signedNow});
  };
  const signedNow = isSigned();
  let paths = 0, points = 0;
  const pointsWanted = wanted.length * rules.filter(rule => rule.stop).length;

  const finished = engine => engine.ask({op: 'findings', depths, variants: fresh.variants, rules, chosen_rule: 'hold-out',
      runs: [...found.values()].map(run => ({...run, frames: undefined, coordinates: undefined}))})
    .then(({findings}) => { if (current()) finish(findings); });

  const rule = (place, {key: name, stop}) => async engine => {
    if (!current()) return;
    const run = found.get(placeKey(place));
    const {moment, held_out_residual} = await on(engine, {op: 'rule', depth: place.depth, init: place.init, stop, time: run.time, residual: run.residual});
    if (!current()) return;
    run.stops[name] = moment;
    if (held_out_residual) run.held_out_residual = held_out_residual;
    points++;
    arrive(fresh, truth, depths, found);
    if (points === pointsWanted) queue.push(finished);
  };
  const path = (place, rough) => async engine => {
    if (!current()) return;
    const {run, binary} = await on(engine, {op: 'path', depth: place.depth, init: place.init, moments: 100, rough});
    if (!current()) return;
    found.set(placeKey(place), {...run, image: 0, variant: place.variant, depth: place.depth, frames: {encoding: 'raw', data: new Int16Array(binary)}});
    if (paths++ === 0) timings.first = performance.now() - changedAt;
    arrive(fresh, truth, depths, found);
    if (paths === wanted.length) {
      timings.rough = performance.now() - changedAt;
      queue.push(...wanted.map(other => path(other, false)));
    }
    if (paths === 2 * wanted.length) {
      timings.paths = performance.now() - changedAt;
      for (const each of rules) if (each.stop) for (const other of wanted) queue.push(rule(other, each));
    }
  };
  queue = wanted.map(place => path(place, true));
  pump();
}

const placeKey = ({variant, depth}) => `${variant}:${depth}`;

// Puts what has been found before the page. Depths that have not come yet show what they had, where the page has
// the same depths and starts; otherwise they are left out until they come.
function arrive(fresh, truth, depths, found) {
  const list = [...found.values()];
  const same = data && data.images[0].height === truth.height && data.variants.length === fresh.variants.length &&
               String(data.depths) === String(depths);
  if (same) {
    const time = state.mode === 'time' ? currentAxis().t(selectedRun(), axisValue()) : undefined;
    const next = {...fresh, images: [truth], depths, findings: data.findings, runs: list.map(run => ({...run}))};
    const kept = runs;
    adoptData(next);
    runs = kept.map(run => {
      const newer = runs.find(other => placeKey(other) === placeKey(run));
      return newer ? Object.assign(run, newer) : run;
    });
    data.runs = runs;
    buildSame(time);
  } else if (list.length >= 1 && (list.length === depths.length * fresh.variants.length || !data)) {
    adoptData({...fresh, images: [truth], depths: depths.filter(depth => list.some(run => run.depth === depth)), runs: list.map(run => ({...run}))});
    state.depth = Math.max(0, data.depths.findIndex(depth => depth > 1));
    state.mode = state.mode === 'time' && document.body.dataset.ready ? 'time' : 'oracle';
    startingPixel();
    buildScene();
    showEach('oracle');
    document.body.dataset.ready = 'true';
  }
}

// Everything but the parts that the page is built of.
function buildSame(time) {
  measureAxes();
  buildWords();
  buildTable();
  const rulesShown = byId('jumps').querySelectorAll('button').length;
  if (rulesShown !== data.rules.length) { buildScene(); return; }
  const run = selectedRun();
  if (time !== undefined) state.position = toPosition(run, time);
  else if (run) state.position = toPosition(run, run.logTime[run.stops[state.mode] ?? run.stops.oracle]);
  paint('selection', 'view', 'axis', 'time', 'pixel');
}

function finish(findings) {
  data.findings = findings;
  buildWords();
  timings.all = performance.now() - changedAt;
  document.body.classList.remove('stale');
  document.body.dataset.computed = String(generation);
  const seconds = time => `${(time / 1000).toFixed(2)} s`;
  say(`first picture after ${seconds(timings.first)}, all after ${seconds(timings.rough)}, at their limits after ${seconds(timings.paths)}, ` +
      `rules and sentences after ${seconds(timings.all)}`);
}

// ---- changes ------------------------------------------------------------------------------------------------

let pendingChange;

// What changed beside numbers: picture (paint the pad), controls (set them all). The address follows.
function changeLab({picture = false, controls = false, ofScene = false} = {}) {
  if (!ofScene && scene >= 0 && !(picture && !controls)) { scene = -1; showSceneText(); }
  if (picture) {
    paintPad();
    for (const button of byId('digits').children) button.setAttribute('aria-pressed', button.dataset.source === lab.picture);
  }
  if (controls) showControls(); else showValues();
  clearTimeout(pendingChange);
  pendingChange = setTimeout(() => {
    history.replaceState(null, '', addressOf());
    compute();
  }, 60);
}

addEventListener('hashchange', () => { readAddress(location.hash); showSceneText(); changeLab({picture: true, controls: true, ofScene: true}); });

// ---- the tour -----------------------------------------------------------------------------------------------

function showScene(i) {
  scene = i;
  const {setting} = scenes[i];
  Object.assign(lab, {share: 50, noise: 0, starts: [1e-3], depths: [2, 3, 5], ensemble: 'biased-sign', basis: 'pixel', signed: false, seed: 42},
                structuredClone(setting));
  takeDigit(setting.picture);
  if (setting.lines) state.lines = setting.lines; else state.lines = 'depths';
  state.mode = 'oracle';
  showSceneText();
  changeLab({picture: true, controls: true, ofScene: true});
}

function showSceneText() {
  byId('scene-text').textContent = scene >= 0 ? `${scene + 1}. ${scenes[scene].text}` : 'Draw a digit, or pick one; move a slider; then press Play.';
  [...byId('scenes').children].forEach((button, i) => button.setAttribute('aria-pressed', i === scene));
}

async function startLive() {
  setTheme('auto');
  takeDigit(lab.picture);
  buildControls();
  readAddress(location.hash);
  showSceneText();
  paintPad();
  showControls();
  for (const button of byId('digits').children) button.setAttribute('aria-pressed', button.dataset.source === lab.picture);
  await startEngines();
  compute();
}

startLive().catch(failed);

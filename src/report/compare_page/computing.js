// The live page: the workers that compute, and what they find put before the page.
'use strict';

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

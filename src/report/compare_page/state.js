// What the page shows now, and the time axis that the slider moves along.
'use strict';

const state = {
  image: 0,            // index into data.images: the row whose charts are drawn
  variant: 0,          // index into data.variants (start scale, noise)
  depth: 0,            // index into data.depths
  lines: 'depths',     // what the lines of a chart are: 'depths' or 'variants'
  mode: 'time',        // 'time': all at the slider; or the key of a rule: each at its own stop
  position: 0.5,       // the slider, 0 to 1 along the axis
  axis: 'time',
  view: 'image',       // 'image', 'error', 'difference'
  reference: 0,        // index into data.depths: the depth that 'difference' subtracts
  gain: 1,
  pixel: {row: 0, col: 0},
  playing: false,
};

const selectedRun = () => runAt(state.image, state.variant, state.depth);

// The lines of the charts: the depths of one variant, or the variants of one depth.
function chartRuns() {
  const list = state.lines === 'depths' ? data.depths.map((_, d) => runAt(state.image, state.variant, d))
                                        : data.variants.map((_, v) => runAt(state.image, v, state.depth));
  return list.filter(Boolean);
}

const runName = run => state.lines === 'depths' ? depthName(run.depth) : data.variants[run.variant].label;

// Styles of lines: 0, grey and dotted, is for depth 1, the control; 1 to 5 are for the others in turn.
const depthStyle = depth => depth === 1 ? 0 : 1 + data.depths.filter(d => d > 1).indexOf(depth) % 5;
const runStyle = run => state.lines === 'depths' ? depthStyle(run.depth) : 1 + run.variant % 5;

// ---- axes ---------------------------------------------------------------------------------------------------
// An axis gives every run a coordinate x(log10 τ), linear in log τ, so that one slider moves all of them.

function windowEnds(run) {
  const [first, last] = run.window.map(i => Math.min(run.logTime[i], run.logEnd));
  const widening = Math.max(0, 0.05 - (last - first)) / 2;  // a window of one sample still has a width
  return [first - widening, last + widening];
}

const axes = {
  time: {
    title: 'flow time τ',
    x: (run, t) => t,
    t: (run, x) => x,
    say: x => `τ = ${number(10 ** x)}`,
    log: true,
  },
  iterations: {
    title: 'iterations of gradient descent, τ / η',
    x: (run, t) => t - Math.log10(run.eta),
    t: (run, x) => x + Math.log10(run.eta),
    say: x => `${10 ** x < 1e5 ? count(Math.round(10 ** x)) : number(10 ** x)} iterations`,
    log: true,
  },
  window: {
    title: 'position in its own window (0: it opens, 1: it closes)',
    x: (run, t) => { const [a, b] = windowEnds(run); return (t - a) / (b - a); },
    t: (run, x) => { const [a, b] = windowEnds(run); return a + x * (b - a); },
    say: x => `${Math.round(100 * x)} % of each window`.replace('-', '−'),
    limits: [-2, 3],
    log: false,
  },
};

function measureAxes() {
  for (const axis of Object.values(axes)) {
    const ends = runs.flatMap(run => [axis.x(run, run.logTime[0]), axis.x(run, run.logEnd)]);
    const [low, high] = axis.limits ?? [-Infinity, Infinity];
    axis.from = Math.max(low, Math.min(...ends));
    axis.to = Math.min(high, Math.max(...ends));
  }
}

const currentAxis = () => axes[state.axis];
const axisValue = () => { const a = currentAxis(); return a.from + state.position * (a.to - a.from); };
const toPosition = (run, logTime, axis = currentAxis()) =>
    Math.min(1, Math.max(0, (axis.x(run, logTime) - axis.from) / (axis.to - axis.from)));

// The sample of `times` (ascending) nearest to t.
function nearest(times, t) {
  let low = 0, high = times.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (times[middle] <= t) low = middle; else high = middle;
  }
  return t - times[low] <= times[high] - t ? low : high;
}

// The sample that `run` shows now.
function shown(run) {
  if (state.mode !== 'time') return run.stops[state.mode] ?? run.stops.oracle;
  return nearest(run.logTime, currentAxis().t(run, axisValue()));
}

// ---- changes ------------------------------------------------------------------------------------------------

const painters = [];       // each is called with the set of what changed
const scenePainters = [];  // so are these, of what the last buildScene() made
const changed = new Set();

function paint(...what) {
  if (changed.size === 0) requestAnimationFrame(() => {
    const now = new Set(changed);
    changed.clear();
    for (const painter of [...painters, ...scenePainters]) painter(now);
  });
  what.forEach(w => changed.add(w));
}

function moveTo(position) {
  state.mode = 'time';
  state.position = Math.min(1, Math.max(0, position));
  paint('time');
}

function jumpTo(run, sample) { moveTo(toPosition(run, run.logTime[sample])); }

function showEach(rule) {
  pause();
  state.mode = rule;
  const run = selectedRun();
  state.position = toPosition(run, run.logTime[run.stops[rule] ?? run.stops.oracle]);
  paint('time');
}

function select(image, variant, depth) {
  Object.assign(state, {image, variant, depth});
  paint('selection', 'time');
}

function setAxis(name) {
  const run = selectedRun(), t = currentAxis().t(run, axisValue());
  state.axis = name;
  state.position = toPosition(run, t);
  paint('axis', 'time');
}

// ---- play ---------------------------------------------------------------------------------------------------

const playSeconds = 14;  // from one end of the axis to the other
const calm = matchMedia('(prefers-reduced-motion: reduce)');
const calmSeconds = 1;   // between two pictures where less motion is asked for
let lastTick = 0;

// From the beginning when each stands at its own time, or all at the end; else from where the slider is.
function play() {
  if (state.mode !== 'time' || state.position >= 1) state.position = 0;
  state.mode = 'time';
  state.playing = true;
  lastTick = performance.now();
  requestAnimationFrame(tick);
  paint('time', 'playing');
}

function pause() {
  if (!state.playing) return;
  state.playing = false;
  paint('playing');
}

function tick(now) {
  if (!state.playing) return;
  if (calm.matches && now - lastTick < 1000 * calmSeconds) { requestAnimationFrame(tick); return; }
  const position = state.position + Math.max(0, now - lastTick) / 1000 / playSeconds;
  lastTick = now;
  moveTo(position);
  if (position >= 1) pause(); else requestAnimationFrame(tick);
}

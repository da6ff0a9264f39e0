// The dock: the slider, above it a lane per line with its early-stopping window and its stops, and the buttons.
'use strict';

const dock = {
  slider: document.getElementById('slider'),
  lanes: document.getElementById('lanes'),
  readout: document.getElementById('readout'),
  play: document.getElementById('play'),
};
const steps = Number(dock.slider.max);

dock.slider.addEventListener('input', () => { pause(); moveTo(dock.slider.value / steps); });
dock.play.addEventListener('click', () => state.playing ? pause() : play());

// A group of buttons of which one is pressed: [{value, text, title}].
function buttonGroup(host, label, options, current, choose) {
  host.setAttribute('role', 'group');
  host.setAttribute('aria-label', label);
  const buttons = options.map(({value, text, title}) =>
      element('button', {type: 'button', title, 'data-value': value, onclick: () => choose(value)}, ...[text].flat()));
  host.replaceChildren(...buttons);
  scenePainters.push(() => buttons.forEach(b => b.setAttribute('aria-pressed', b.dataset.value === String(current()))));
}

function buildDock() {
  buttonGroup(document.getElementById('axis'), 'time axis', [
    {value: 'time', text: 'Flow time', title: 'the same flow time τ for all (T)'},
    {value: 'iterations', text: 'Iterations', title: 'the same number of gradient descent iterations for all (T)'},
    {value: 'window', text: 'Windows aligned', title: 'each at the same place of its own early-stopping window (T)'},
  ], () => state.axis, setAxis);
  const keys = ['B', 'H', 'L'];
  buttonGroup(document.getElementById('jumps'), 'show each at', data.rules.map((rule, k) => ({
    value: rule.key,
    text: [ruleSample(k), rule.name],
    title: `each picture at its own time: ${rule.name}` +
           (rule.key === 'oracle' ? ' (B)' : rule.key === 'limit' ? ' (L)' : rule.key === data.chosen_rule ? ' (H)' : ''),
  })), () => state.mode, showEach);
}
new ResizeObserver(drawLanes).observe(dock.lanes);

// ---- lanes --------------------------------------------------------------------------------------------------

const thumb = 18;  // px: the slider's thumb, whose centre runs from thumb/2 to width − thumb/2

function drawLanes() {
  const width = dock.lanes.clientWidth;
  if (!width || !data || currentAxis().to === undefined) return;  // nothing to draw yet
  const em = parseFloat(getComputedStyle(dock.lanes).fontSize), axis = currentAxis(), list = chartRuns();
  const pitch = 1.05 * em, height = pitch * list.length + 0.2 * em, ticksHeight = 1.5 * em;
  dock.lanes.style.height = `${height}px`;
  const x = value => thumb / 2 + (value - axis.from) / (axis.to - axis.from) * (width - thumb);
  const inside = value => Math.min(width - thumb / 2, Math.max(thumb / 2, value));
  const nodes = list.flatMap((run, k) => {
    const y = pitch * (k + 0.5) + 0.1 * em, at = i => x(axis.x(run, Math.min(run.logTime[i], run.logEnd)));
    const [first, last] = run.window.map(i => inside(at(i)));
    return [svg('path', {class: 'track', d: `M${inside(at(0))} ${y}H${inside(at(run.time.length - 1))}`}),
            svg('rect', {class: 'bar', x: first - 2, width: last - first + 4, y: y - 0.3 * em, height: 0.6 * em, rx: 0.3 * em}),
            ...data.rules.map((rule, r) => {
              const i = run.stops[rule.key];
              if (i === undefined || at(i) < 0 || at(i) > width) return '';
              return svg('g', {transform: `translate(${at(i)} ${y}) scale(${em / 12})`}, ruleMark(r));
            })].filter(Boolean).map(node => svg('g', {class: `s${runStyle(run)} ${run === selectedRun() ? 'chosen' : ''}`}, node));
  });
  const head = svg('path', {class: 'now', id: 'playhead'});
  dock.lanes.setAttribute('viewBox', `0 0 ${width} ${height}`);
  dock.lanes.replaceChildren(...nodes, head);
  document.getElementById('lane-names').replaceChildren(...list.map(run =>
      element('span', {class: `s${runStyle(run)}`, style: `height:${pitch}px`}, shortName(run))));
  const ticks = document.getElementById('slider-ticks');
  ticks.replaceChildren(...axisTicks(axis, width, em).map(({at, text}) =>
      element('span', {style: `left:${x(at)}px`}, text)));
  ticks.style.height = `${ticksHeight}px`;
  dock.laneX = x;
  dock.laneHeight = height;
  moveHead();
}

function moveHead() {
  const head = document.getElementById('playhead');
  if (!head) return;
  const x = dock.laneX(axisValue());
  head.setAttribute('d', `M${x} 0V${dock.laneHeight}`);
  head.classList.toggle('away', state.mode !== 'time');
  dock.slider.value = Math.round(state.position * steps);
  const rule = data.rules.find(r => r.key === state.mode);
  const say = rule ? `each at ${rule.name}` : currentAxis().say(axisValue());
  dock.readout.textContent = say;
  dock.slider.setAttribute('aria-valuetext', say);
  document.getElementById('axis-title').textContent = currentAxis().title;
}

dock.lanes.addEventListener('pointerdown', event => { dock.lanes.setPointerCapture(event.pointerId); scrub(event); });
dock.lanes.addEventListener('pointermove', event => { if (event.buttons & 1) scrub(event); });
function scrub(event) {
  const box = dock.lanes.getBoundingClientRect();
  pause();
  moveTo((event.clientX - box.left - thumb / 2) / (box.width - thumb));
}

painters.push(now => {
  if (now.has('selection') || now.has('axis')) drawLanes();
  else if (now.has('time')) moveHead();
  dock.play.setAttribute('aria-pressed', state.playing);
  dock.play.setAttribute('aria-label', state.playing ? 'Pause' : 'Play');
  dock.play.title = state.playing ? 'pause (space)' : 'play (space)';
  document.body.classList.toggle('playing', state.playing);
});

// ---- the live region ----------------------------------------------------------------------------------------
// Where the slider stands, and the PSNR of each depth there: said once things have come to rest.

const statusLine = document.getElementById('status');
let statusTimer;

function saySettled() {
  const rule = data.rules.find(r => r.key === state.mode);
  const where = rule ? `Each at ${rule.name}` : currentAxis().say(axisValue());
  const list = data.depths.map((_, d) => runAt(state.image, state.variant, d)).filter(Boolean);
  statusLine.textContent = `${where}. PSNR: ` +
      list.map(run => `${decibels(run.psnr[shown(run)])} at depth ${run.depth}`).join(', ') + '.';
}

painters.push(now => {
  if (!['time', 'selection', 'axis', 'playing'].some(what => now.has(what))) return;
  clearTimeout(statusTimer);
  if (!state.playing) statusTimer = setTimeout(saySettled, 500);
});

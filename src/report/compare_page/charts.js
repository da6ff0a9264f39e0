// The charts: one panel per quantity, one line per run, drawn as SVG; the slider moves a marker through them.
'use strict';

function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

// A short piece of line as the charts draw it: colour and dashes of style s.
function lineSample(style, extra = '') {
  return svg('svg', {class: `sample s${style} ${extra}`, viewBox: '0 0 26 8', 'aria-hidden': 'true'},
             svg('path', {class: 'line', d: 'M1 4H25'}));
}

// ---- marks of the stopping rules ----------------------------------------------------------------------------

const markShapes = [
  'M0-6.5 1.6-2.1 6.2-2 2.6.9 3.8 5.3 0 2.7-3.8 5.3-2.6.9-6.2-2-1.6-2.1Z',  // star
  'M-4.8-3.6H4.8L0 4.8Z',                                                     // triangle down
  'M-3.6-3.6H3.6V3.6H-3.6Z',                                                  // square
  'M0-5 5 0 0 5-5 0Z',                                                        // diamond
  'M-4.8 3.6H4.8L0-4.8Z',                                                     // triangle up
  'M-1.6-5H1.6V-1.6H5V1.6H1.6V5H-1.6V1.6H-5V-1.6H-1.6Z',                      // cross
  'M0-4.6 4.4-1.4 2.7 3.7H-2.7L-4.4-1.4Z',                                    // pentagon
];
const ruleMark = (rule, extra = {}) => svg('path', {class: 'mark', d: markShapes[rule % markShapes.length], ...extra});
const ruleSample = rule => svg('svg', {class: 'rule-sample', viewBox: '-8 -8 16 16', 'aria-hidden': 'true'}, ruleMark(rule));

// ---- scales and ticks ---------------------------------------------------------------------------------------

// Ticks {at, text} of a log10 range: whole powers, thinned to at most `most`; 2 and 5 between when there is room.
function powerTicks(low, high, most) {
  const step = Math.max(1, Math.ceil((high - low) / most));
  const ticks = [];
  for (let k = Math.ceil(low / step - 1e-9) * step; k <= high + 1e-9; k += step) ticks.push({at: k, text: plainPower(k)});
  if (ticks.length < 3) for (let k = Math.floor(low); k <= high; k++) for (const m of [2, 5]) {
    const at = k + Math.log10(m);
    if (at >= low && at <= high && high - low < 2.2) ticks.push({at, text: number(m * 10 ** k, 1)});
  }
  return ticks;
}
const plainPower = k => k === 0 ? '1' : k === 1 ? '10' : k === -1 ? '0.1' : power(k);

function plainTicks(low, high, most) {
  const raw = (high - low) / most, unit = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map(m => m * unit).find(s => s >= raw);
  const ticks = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) {
    const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    const value = k * step;
    ticks.push({at: value, text: (step >= 1000 ? `${value / 1000}k` : value.toFixed(decimals)).replace('-', '−')});
  }
  return ticks;
}

function axisTicks(axis, pixels, em) {
  const most = Math.max(2, Math.floor(pixels / (4.2 * em)));
  return axis.log ? powerTicks(axis.from, axis.to, most) : plainTicks(axis.from, axis.to, most);
}

// ---- a chart ------------------------------------------------------------------------------------------------

// `spec`: title; log (y axis); lines() -> [{run, values, style, name, extra class}]; level() -> {value, name} or
// nothing: a horizontal line; legend: the names with their values (default) or a fixed list.
class Chart {
  constructor(host, spec) {
    this.spec = spec;
    this.legend = element('div', {class: 'legend'});
    this.graphic = svg('svg', {class: 'plot', role: 'img', tabindex: 0});
    this.heading = element('h3', {}, spec.title);
    this.panel = element('figure', {class: `chart ${spec.className ?? ''}`},
                         element('figcaption', {}, this.heading, spec.controls ?? '', this.legend), this.graphic);
    host.append(this.panel);
    new ResizeObserver(() => this.draw()).observe(this.graphic);
    this.follow();
  }

  y(value) {
    if (value === null || value === undefined) return NaN;
    const v = this.spec.log ? (value > 0 ? Math.log10(value) : NaN) : value;
    return this.bottom - (v - this.low) / (this.high - this.low) * (this.bottom - this.top);
  }
  x(axisValue) {
    const axis = currentAxis();
    return this.left + (axisValue - axis.from) / (axis.to - axis.from) * (this.right - this.left);
  }
  // What lies beyond the end of the axis is drawn at it: the limit.
  xAt(run, sample) {
    const t = sample === run.time.length - 1 ? Math.min(run.logTime[sample], run.logEnd) : run.logTime[sample];
    return this.x(currentAxis().x(run, t));
  }

  measure() {
    let low = Infinity, high = -Infinity;
    const take = value => {
      const v = this.spec.log ? (value > 0 ? Math.log10(value) : NaN) : value;
      if (value === null || value === undefined || !Number.isFinite(v)) return;
      low = Math.min(low, v);
      high = Math.max(high, v);
    };
    for (const line of this.lines) line.values.forEach(take);
    if (this.level) take(this.level.value);
    if (!(low <= high)) [low, high] = [0, 1];
    if (this.spec.log) low = Math.max(low, high - 12);
    const room = Math.max((high - low) * 0.06, this.spec.log ? 0.03 : 1e-3);
    [this.low, this.high] = [low - room, high + room];
  }

  draw() {
    const width = this.graphic.clientWidth, height = this.graphic.clientHeight;
    if (!width || !height) return;
    this.lines = this.spec.lines();
    this.level = this.spec.level?.();
    const em = parseFloat(getComputedStyle(this.graphic).fontSize);
    this.measure();
    const lanes = this.laneRuns();
    Object.assign(this, {em, width, height, left: 3.3 * em, right: width - (this.spec.endLabels === false ? 0.8 : 4.1) * em,
                         top: 0.7 * em, pitch: 0.33 * em, bottom: height - 1.7 * em - 0.33 * em * lanes.length});
    this.graphic.setAttribute('viewBox', `0 0 ${width} ${height}`);
    this.head = svg('g', {class: 'head'});
    this.graphic.replaceChildren(...this.grid(), ...this.windows(lanes), ...this.drawLines(), this.head, ...this.marks());
    this.writeLegend();
    this.drawHead();
  }

  laneRuns() { return [...new Set(this.lines.map(line => line.run))]; }

  grid() {
    const nodes = [], bottomEdge = this.height - 1.5 * this.em;
    for (const {at, text} of axisTicks(currentAxis(), this.right - this.left, this.em)) {
      const x = this.x(at);
      nodes.push(svg('path', {class: 'grid', d: `M${x} ${this.top}V${this.bottom}`}),
                 svg('text', {x, y: bottomEdge + 1.1 * this.em, 'text-anchor': x > this.width - 1.3 * this.em ? 'end' : 'middle'}, text));
    }
    const most = Math.max(2, Math.floor((this.bottom - this.top) / (2.2 * this.em)));
    const ticks = this.spec.log ? powerTicks(this.low, this.high, most) : plainTicks(this.low, this.high, most);
    for (const {at, text} of ticks) {
      const y = this.bottom - (at - this.low) / (this.high - this.low) * (this.bottom - this.top);
      nodes.push(svg('path', {class: 'grid', d: `M${this.left} ${y}H${this.right}`}),
                 svg('text', {x: this.left - 0.5 * this.em, y: y + 0.33 * this.em, 'text-anchor': 'end'}, text));
    }
    return nodes;
  }

  // The window of the selected run shaded; those of all lines as bars under the plot.
  windows(lanes) {
    const clamp = x => Math.min(this.right, Math.max(this.left, x));
    const nodes = [];
    lanes.forEach((run, k) => {
      const [first, last] = run.window.map(i => clamp(this.xAt(run, i)));
      const style = `s${runStyle(run)}`, width = Math.max(2, last - first);
      if (run === selectedRun())
        nodes.push(svg('rect', {class: `window ${style}`, x: first, y: this.top, width, height: this.bottom - this.top}));
      nodes.push(svg('rect', {class: `lane ${style}`, x: first, y: this.bottom + this.pitch * (k + 0.4), width, height: 0.7 * this.pitch, rx: 0.35 * this.pitch}));
    });
    nodes.push(svg('path', {class: 'base', d: `M${this.left} ${this.bottom}H${this.right}`}));
    return nodes;
  }

  path(line) {
    let d = '', pen = false;
    line.values.forEach((value, i) => {
      const x = this.xAt(line.run, i), y = Math.min(this.y(value), this.bottom);
      if (!Number.isFinite(y) || x < this.left - 1 || x > this.right + 1) { pen = false; return; }
      d += `${pen ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
      pen = true;
    });
    return d;
  }

  drawLines() {
    const nodes = [];
    if (this.level) {
      const y = this.y(this.level.value);
      nodes.push(svg('path', {class: 'level', d: `M${this.left} ${y}H${this.right}`}));
    }
    const labels = [];
    for (const line of this.lines) {
      const chosen = line.run === selectedRun() ? 'chosen' : '';
      nodes.push(svg('path', {class: `line s${line.style} ${chosen} ${line.extra ?? ''}`, d: this.path(line)}));
      if (this.spec.endLabels === false) continue;
      let end = line.values.length - 1;
      while (end > 0 && (this.xAt(line.run, end) > this.right + 1 || !Number.isFinite(this.y(line.values[end])))) end--;
      labels.push({x: this.xAt(line.run, end), y: Math.min(this.y(line.values[end]), this.bottom), line});
    }
    if (this.level) labels.push({x: this.right, y: this.y(this.level.value), text: this.level.name});
    return [...nodes, ...this.spreadLabels(labels)];
  }

  // Names at the ends of the lines, moved apart where they would overlap.
  spreadLabels(labels) {
    const room = 1.05 * this.em;
    labels = labels.filter(label => Number.isFinite(label.y)).sort((a, b) => a.y - b.y);
    labels.forEach((label, k) => { if (k) label.y = Math.max(label.y, labels[k - 1].y + room); });
    let floor = this.bottom + 0.2 * this.em;
    for (const label of labels.reverse()) { label.y = Math.min(label.y, floor); floor = label.y - room; }
    return labels.map(({y, line, text}) => svg('text',
        {class: line ? `end s${line.style}` : 'end', x: this.right + 0.35 * this.em, y: y + 0.33 * this.em},
        text ?? shortName(line.run)));
  }

  marks() {
    if (this.spec.marks === false) return [];
    return this.lines.flatMap(line => data.rules.map((rule, k) => {
      const i = line.run.stops[rule.key];
      const x = i === undefined ? NaN : this.xAt(line.run, i), y = Math.min(this.y(line.values[i]), this.bottom);
      if (!Number.isFinite(x + y) || x < this.left - 1 || x > this.right + 1) return '';
      return svg('g', {class: `s${line.style}`, transform: `translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${this.em / 12})`}, ruleMark(k));
    }));
  }

  // The slider's marker, or the point that is hovered.
  drawHead() {
    if (!this.head) return;
    const nodes = [], hover = this.hover;
    const at = hover ?? (state.mode === 'time' ? axisValue() : undefined);
    if (at !== undefined) nodes.push(svg('path', {class: hover === undefined ? 'now' : 'hover', d: `M${this.x(at)} ${this.top}V${this.bottom}`}));
    for (const line of this.lines) {
      const i = this.sampleOf(line.run), x = this.xAt(line.run, i), y = Math.min(this.y(line.values[i]), this.bottom);
      if (Number.isFinite(y) && x >= this.left - 1 && x <= this.right + 1 && !this.spec.fixedLegend)
        nodes.push(svg('circle', {class: `dot s${line.style}`, cx: x, cy: y, r: 0.28 * this.em}));
    }
    this.head.replaceChildren(...nodes);
    this.writeValues();
  }

  sampleOf(run) {
    return this.hover === undefined ? shown(run) : nearest(run.logTime, currentAxis().t(run, this.hover));
  }

  writeLegend() {
    const fixed = this.spec.fixedLegend?.();
    this.values = [];
    this.legend.replaceChildren(...(fixed ?? this.lines.map(line => {
      const value = element('b', {class: 'value'});
      this.values.push({line, value});
      return element('span', {class: `entry s${line.style}`}, lineSample(line.style), `${runName(line.run)} `, value);
    })));
    if (fixed) return;
    if (this.level) this.legend.append(element('span', {class: 'entry'}, `${this.level.name} `, element('b', {class: 'value'}, this.spec.format(this.level.value))));
  }

  writeValues() {
    for (const {line, value} of this.values) value.textContent = this.spec.format(line.values[this.sampleOf(line.run)]);
    this.panel.classList.toggle('hovered', this.hover !== undefined);
    if (!state.playing) this.graphic.setAttribute('aria-label', `${this.heading.textContent} against ${currentAxis().title}: ` +
        (this.values.map(({line, value}) => `${runName(line.run)} ${value.textContent}`).join(', ') || 'see the table'));
  }

  // Hovering reads values; pressing moves the slider there.
  follow() {
    const at = event => {
      const axis = currentAxis(), box = this.graphic.getBoundingClientRect();
      const share = (event.clientX - box.left - this.left) / (this.right - this.left);
      return axis.from + Math.min(1, Math.max(0, share)) * (axis.to - axis.from);
    };
    const move = event => { const axis = currentAxis(); moveTo((at(event) - axis.from) / (axis.to - axis.from)); };
    this.graphic.addEventListener('pointermove', event => {
      this.hover = at(event);
      if (event.buttons & 1) { pause(); move(event); }
      this.drawHead();
    });
    this.graphic.addEventListener('pointerleave', () => { this.hover = undefined; this.drawHead(); });
    this.graphic.addEventListener('pointerdown', event => { pause(); move(event); });
  }
}

const shortName = run => state.lines === 'depths' ? `N = ${run.depth}` : data.variants[run.variant].short;

const lineOf = key => () => chartRuns().map(run => ({run, values: run[key], style: runStyle(run)}));

const quantities = [
  {key: 'relative_error', title: 'Relative error ‖w − w*‖ / ‖w*‖', log: true},
  {key: 'residual', title: 'Relative residual ‖Xw − y‖ / ‖y‖', log: true},
  {key: 'held_out_residual', title: 'Residual on held-out measurements', log: true},
  {key: 'off_support_max', title: 'Largest off the support, max |w|', log: true},
  {key: 'on_support_min', title: 'Smallest on the support, min |w|', log: true},
  {key: 'support', title: 'Support size, |w| above 0.01', log: false},
];

const charts = [];

function coordinateLines() {
  const run = selectedRun(), style = runStyle(run);
  return [...run.coordinates.off.map(values => ({run, values, style, extra: 'off-support'})),
          ...run.coordinates.on.map(values => ({run, values, style, extra: 'on-support'}))];
}

function coordinateLegend() {
  const run = selectedRun(), style = runStyle(run);
  return [element('span', {class: 'entry'}, lineSample(style, 'on-support'), `on the support (${run.coordinates.on.length} of them)`),
          element('span', {class: 'entry'}, lineSample(style, 'off-support'), `off the support (${run.coordinates.off.length})`)];
}

function buildCharts() {
  charts.length = 0;
  for (const id of ['main-chart', 'pixel-chart', 'charts']) document.getElementById(id).replaceChildren();
  charts.push(new Chart(document.getElementById('main-chart'),
      {title: 'PSNR', log: false, lines: lineOf('psnr'), format: decibels, className: 'main'}));
  const pixelValues = run => run.time.map((_, i) =>
      valueAt(run.frames.get(i), state.pixel.row * data.images[run.image].width + state.pixel.col));
  if (data.exact) charts.push(pixelChart = new Chart(document.getElementById('pixel-chart'), {
    title: 'This pixel over time', log: false, format: x => x.toFixed(3).replace('-', '−'), className: 'pixel-chart', marks: false,
    lines: () => chartRuns().map(run => ({run, values: pixelValues(run), style: runStyle(run)})),
    level: () => ({name: 'truth', value: valueAt(data.images[state.image].frames.get(0), state.pixel.row * data.images[state.image].width + state.pixel.col)}),
  }));
  const host = document.getElementById('charts');
  for (const {key, title, log} of quantities) {
    if (!runs.some(run => run[key] && run[key].some(v => v !== null))) continue;
    charts.push(new Chart(host, {title, log, lines: lineOf(key), format: key === 'support' ? count : x => number(x)}));
  }
  const chooser = element('select', {id: 'coordinate-depth', 'aria-label': 'depth of the coordinates',
                                     onchange: e => select(state.image, state.variant, Number(e.target.value))},
                          ...data.depths.map((depth, d) => element('option', {value: d}, depthName(depth))));
  charts.push(new Chart(host, {title: 'Coordinates over time', log: false, lines: coordinateLines, fixedLegend: coordinateLegend,
                               format: number, className: 'wide', endLabels: false, marks: false, controls: chooser}));
  scenePainters.push(now => { if (now.has('selection')) chooser.value = state.depth; });
}
let pixelChart;

painters.push(now => {
  const redraw = now.has('selection') || now.has('axis');
  for (const chart of charts) {
    if (redraw || (chart === pixelChart && now.has('pixel'))) chart.draw();
    else if (now.has('time')) chart.drawHead();
  }
});

// The words, the table, the settings, the keyboard; and how all parts are built.
'use strict';

const byId = id => document.getElementById(id);

// ---- words --------------------------------------------------------------------------------------------------

function buildWords() {
  document.title = `${data.title}: depths compared`;
  byId('title').textContent = data.title;
  byId('lead').textContent = data.findings[0] ?? '';
  byId('findings').replaceChildren(...data.findings.slice(1).map(text => element('li', {}, text)));
  byId('subtitle').textContent = data.subtitle;
  byId('command').textContent = data.command;
  byId('settings').replaceChildren(...data.settings.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]));
  byId('window-definition').textContent = data.window.definition;
  byId('rule-notes').replaceChildren(...data.rules.map((rule, k) =>
      element('li', {}, ruleSample(k), element('span', {}, element('b', {}, rule.name), `: ${rule.meaning}`))));
  byId('made-by').textContent = `isr ${data.isr}`;
  byId('frames-note').textContent = data.exact
      ? 'Pixel values are exact to a thousandth.'
      : 'These pictures are compressed (WebP), and pixel values read from them are approximate; all other numbers are exact.';
}

byId('copy').addEventListener('click', async () => {
  const range = document.createRange();
  range.selectNodeContents(byId('command'));
  getSelection().removeAllRanges();
  getSelection().addRange(range);
  try { await navigator.clipboard.writeText(data.command); byId('copy').textContent = 'Copied'; }
  catch { byId('copy').textContent = 'Selected: press Ctrl+C'; }
});

// ---- the table ----------------------------------------------------------------------------------------------

const varies = key => new Set(data.variants.map(v => v[key])).size > 1;

function buildTable() {
  const rules = data.rules;
  const columns = [
    ['Image', r => imageName(data.images[r.image])],
    ['Depth', r => element('span', {class: `cell-name s${depthStyle(r.depth)}`}, lineSample(depthStyle(r.depth)), depthName(r.depth))],
    ...(varies('init') ? [['Start w0', r => number(data.variants[r.variant].init)]] : []),
    ...(varies('noise') ? [['Noise σ', r => number(data.variants[r.variant].noise)]] : []),
    ['Best time τ', r => jump(r, r.stops.oracle)],
    ['Window τ', r => element('span', {}, jump(r, r.window[0]), ' – ', r.open ? 'limit' : jump(r, r.window[1]))],
    ['Width, decades', r => `${r.open ? '≥ ' : ''}${r.decades.toFixed(2)}`],
    ...rules.map((rule, k) => [element('span', {}, ruleSample(k), `PSNR, ${rule.name}`), r => stopCell(r, rule.key)]),
    ['Limit', r => r.status],
    ['Time spent', r => `${number(r.seconds, 2)} s`],
  ];
  const jump = (run, sample) => element('button', {type: 'button', class: 'jump', title: 'move the slider there',
      onclick: () => { const d = data.depths.indexOf(run.depth); select(run.image, run.variant, d); pause(); jumpTo(run, sample); }},
      number(run.time[sample]));
  const stopCell = (run, key) => key in run.stops ? decibels(run.psnr[run.stops[key]]) : '–';
  byId('table').replaceChildren(
      element('thead', {}, element('tr', {}, ...columns.map(([name]) => element('th', {scope: 'col'}, name)))),
      element('tbody', {}, ...runs.map(run => element('tr', {'data-image': run.image, 'data-variant': run.variant, 'data-depth': run.depth},
          ...columns.map(([, cell]) => element('td', {}, cell(run)))))));
}

painters.push(now => {
  if (!now.has('selection')) return;
  for (const row of byId('table').tBodies[0].rows)
    row.classList.toggle('chosen', Number(row.dataset.image) === state.image && Number(row.dataset.variant) === state.variant &&
                                       Number(row.dataset.depth) === data.depths[state.depth]);
});

// ---- choices ------------------------------------------------------------------------------------------------

function buildChoices() {
  buttonGroup(byId('view'), 'what the pictures show', [
    {value: 'image', text: 'Picture', title: 'the recovered picture (V)'},
    {value: 'error', text: 'Absolute error', title: '|recovered − original| (V)'},
    {value: 'difference', text: 'Difference', title: 'recovered minus another depth (V)'},
  ], () => state.view, setView);
  const reference = byId('reference');
  reference.replaceChildren(...data.depths.map((depth, d) => element('option', {value: d}, depthName(depth))));
  reference.value = state.reference;
  reference.onchange = () => { state.reference = Number(reference.value); paint('view'); };
  const gain = byId('gain');
  gain.replaceChildren(...[1, 2, 4, 8, 16].map(g => element('option', {value: g}, `×${g}`)));
  gain.value = state.gain;
  gain.onchange = () => { state.gain = Number(gain.value); paint('view'); };

  byId('lines-choice').hidden = data.variants.length < 2;
  byId('image-choice').hidden = data.images.length < 2;
  if (data.variants.length > 1) {
    buttonGroup(byId('lines'), 'lines of the charts', [
      {value: 'depths', text: 'Depths', title: 'one line per depth, of the selected row'},
      {value: 'variants', text: data.variant_name, title: 'one line per row, of the selected depth'},
    ], () => state.lines, value => { state.lines = value; paint('selection', 'time'); });
  }
  if (data.images.length > 1) {
    buttonGroup(byId('image-choice'), 'image', data.images.map((image, i) => ({value: i, text: image.label || image.source, title: image.source})),
                () => state.image, value => select(Number(value), state.variant, state.depth));
  }
}

painters.push(now => {
  if (!['view', 'selection', 'axis'].some(what => now.has(what))) return;
  byId('reference-choice').hidden = state.view !== 'difference';
  byId('gain-choice').hidden = state.view === 'image';
  byId('scale').className = `scale ${state.view}`;
  const end = (1 / state.gain).toString();
  byId('scale-low').textContent = state.view === 'difference' ? `−${end}` : '0';
  byId('scale-high').textContent = state.view === 'image' ? '1' : end;
  const variant = data.variants.length > 1 ? `, ${state.lines === 'depths' ? data.variants[state.variant].label : depthName(data.depths[state.depth])}` : '';
  document.querySelectorAll('.of-image').forEach(node => { node.textContent = imageName(data.images[state.image]) + variant; });
});

function setView(view) { state.view = view; paint('view'); }

function nextOf(list, current, by = 1) { return list[(list.indexOf(current) + by + list.length) % list.length]; }

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  byId('theme').setAttribute('aria-label', `Colours: ${theme}. Change`);
  byId('theme').textContent = {auto: '◐', light: '☀', dark: '☾'}[theme];
}

// ---- keyboard -----------------------------------------------------------------------------------------------

function moveSelection(depthBy, rowBy) {
  const depth = (state.depth + depthBy + data.depths.length) % data.depths.length;
  const rows = data.images.length * data.variants.length;
  const row = (state.image * data.variants.length + state.variant + rowBy + rows) % rows;
  select(Math.floor(row / data.variants.length), row % data.variants.length, depth);
}

const fine = 1 / 400, coarse = 1 / 40;  // of the axis
const keys = {
  ' ': () => state.playing ? pause() : play(),
  ArrowRight: e => { pause(); moveTo(state.position + (e.shiftKey ? coarse : fine)); },
  ArrowLeft: e => { pause(); moveTo(state.position - (e.shiftKey ? coarse : fine)); },
  Home: () => { pause(); moveTo(0); },
  End: () => { pause(); moveTo(1); },
  ArrowDown: () => moveSelection(0, 1),
  ArrowUp: () => moveSelection(0, -1),
  n: () => moveSelection(1, 0),
  p: () => moveSelection(-1, 0),
  b: () => showEach('oracle'),
  h: () => showEach(data.chosen_rule),
  l: () => showEach('limit'),
  v: () => setView(nextOf(['image', 'error', 'difference'], state.view)),
  t: () => setAxis(nextOf(Object.keys(axes), state.axis)),
  c: () => setTheme(nextOf(['auto', 'light', 'dark'], document.documentElement.dataset.theme)),
};

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('select, input:not(#slider), #pad')) return;
  const {key, target} = event, isButton = target.closest('button, summary, a');
  if (isButton && key === ' ') return;
  const action = keys[key.length === 1 ? key.toLowerCase() : key];
  if (!action || (key === 'h' && !data.chosen_rule)) return;
  event.preventDefault();
  action(event);
});

// ---- all parts ----------------------------------------------------------------------------------------------

byId('theme').addEventListener('click', () => keys.c());

// For `data` with the pictures and depths that it has now; what is selected stays so where it still exists.
function buildScene() {
  scenePainters.length = 0;
  state.image = Math.min(state.image, data.images.length - 1);
  state.variant = Math.min(state.variant, data.variants.length - 1);
  state.depth = Math.min(state.depth, data.depths.length - 1);
  state.reference = Math.min(state.reference, data.depths.length - 1);
  measureAxes();
  buildWords();
  buildPictures();
  buildChoices();
  buildTable();
  buildCharts();
  buildDock();
  paint('selection', 'view', 'axis', 'time', 'pixel', 'playing');
}

const failed = error => {
  byId('lead').textContent = `This page could not start: ${error.message}. It needs a browser of 2023 or later.`;
  console.error(error);
};

// The pictures: a row for each image (a matrix when there are several starts or noises), and the pixel inspector.
'use strict';

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'style') node.style.cssText = value;
    else if (value !== undefined && value !== false) node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children);
  return node;
}

// ---- colours of the views -----------------------------------------------------------------------------------

// A table of 256 colours through the given points.
function colourTable(points) {
  const table = new Uint8Array(256 * 3);
  for (let i = 0; i < 256; i++) {
    const x = i / 255 * (points.length - 1), k = Math.min(points.length - 2, Math.floor(x));
    for (let c = 0; c < 3; c++) table[3 * i + c] = points[k][c] + (x - k) * (points[k + 1][c] - points[k][c]);
  }
  return table;
}
const errorColours = colourTable([[0, 0, 4], [66, 10, 104], [147, 38, 103], [221, 81, 58], [252, 165, 10], [252, 255, 164]]);
const differenceColours = colourTable([[33, 82, 156], [103, 169, 207], [247, 247, 247], [239, 138, 98], [165, 15, 38]]);

const byte = x => x <= 0 ? 0 : x >= 1 ? 255 : Math.round(x * 255);

// Draws the rectangle (left, top, columns, rows) of a frame into `out` (RGBA) as the current view shows it.
function colourize(out, image, frame, other, left, top, columns, rows) {
  const {width, height, channels} = image;
  const table = state.view === 'error' ? errorColours : differenceColours;
  for (let r = 0, o = 0; r < rows; r++) for (let c = 0; c < columns; c++, o += 4) {
    const row = top + r, column = left + c;
    if (row < 0 || column < 0 || row >= height || column >= width) { out[o + 3] = 0; continue; }
    const i = row * width + column;
    out[o + 3] = 255;
    if (state.view === 'image') {
      for (let k = 0; k < 3; k++) out[o + k] = byte(valueAt(frame, i, channels === 3 ? k : 0));
      continue;
    }
    let difference = 0;
    for (let k = 0; k < channels; k++) {
      const d = valueAt(frame, i, k) - valueAt(other, i, k);
      difference += state.view === 'error' ? Math.abs(d) : d;
    }
    difference *= state.gain / channels;
    const index = 3 * byte(state.view === 'error' ? difference : 0.5 + difference / 2);
    for (let k = 0; k < 3; k++) out[o + k] = table[index + k];
  }
}

// The frame that the view compares with: the truth, or the reference depth at the time it shows.
function comparedFrame(run, ready) {
  if (state.view === 'image') return undefined;
  if (state.view === 'error') return data.images[run.image].frames.get(0, ready);
  const reference = runAt(run.image, run.variant, state.reference) ?? run;
  return reference.frames.get(shown(reference), ready);
}

// ---- cells --------------------------------------------------------------------------------------------------

const cells = [];  // {image, run (absent for the original), canvas, caption parts}

function makeCell(imageIndex, run) {
  const image = data.images[imageIndex];
  const canvas = element('canvas', {width: image.width, height: image.height, role: 'img', tabindex: 0});
  const cursor = element('span', {class: 'cursor', 'aria-hidden': 'true'});
  const frame = element('div', {class: 'frame'}, canvas, cursor);
  const cell = {image: imageIndex, run, canvas, cursor};
  const figure = element('figure', {class: run ? 'cell' : 'cell original'}, frame);
  if (run) {
    cell.psnr = element('b', {class: 'psnr'});
    cell.error = element('span', {class: 'value relative-error'});
    cell.residual = element('span', {class: 'value residual'});
    cell.phase = element('span', {class: 'phase'});
    const depth = data.depths.indexOf(run.depth);
    figure.append(element('figcaption', {},
        element('span', {class: 'cell-name'}, lineSample(depthStyle(run.depth)), element('span', {}, depthName(run.depth))),
        cell.phase,
        element('span', {class: 'numbers'}, element('span', {class: 'key'}, 'PSNR'), cell.psnr,
                element('span', {class: 'key', title: 'relative error'}, 'error'), cell.error,
                element('span', {class: 'key', title: 'relative residual'}, 'residual'), cell.residual)));
    figure.dataset.depth = run.depth;
    figure.dataset.image = run.image;
    figure.dataset.variant = run.variant;
    figure.classList.add(`s${depthStyle(run.depth)}`);
    figure.addEventListener('click', () => select(run.image, run.variant, depth));
  } else {
    canvas.setAttribute('aria-label', `Original of ${imageName(image)}`);
    figure.append(element('figcaption', {}, element('span', {class: 'cell-name'}, 'original'),
                          element('b', {class: 'label'}, image.label || image.source),
                          element('span', {class: 'value source'}, image.label ? image.source : '')));
    figure.addEventListener('click', () => select(imageIndex, state.variant, state.depth));
  }
  cell.figure = figure;
  followPixel(cell);
  cells.push(cell);
  return figure;
}

function buildPictures() {
  const host = document.getElementById('rows');
  host.classList.toggle('matrix', data.variants.length > 1);
  const large = data.images.some(image => Math.max(image.width, image.height) > 96);
  // A single row beside the charts would leave the space below it empty; the laboratory has its own above it.
  const single = data.images.length === 1 && data.variants.length === 1 && !document.querySelector('.lab');
  host.classList.toggle('large', large);
  host.classList.toggle('wide', large || single);
  host.replaceChildren();
  cells.length = 0;
  const page = document.documentElement.style;
  page.setProperty('--depths', data.depths.length);
  page.setProperty('--rows', data.variants.length > 1 ? data.variants.length : Math.min(3, data.images.length));
  data.images.forEach((image, i) => {
    const variants = data.variants.map((variant, v) => element('div', {class: 'variant', 'data-variant': v},
        data.variants.length > 1 ? element('h4', {}, variant.label) : '',
        element('div', {class: 'cells'}, ...data.depths.map((_, d) => runAt(i, v, d)).filter(Boolean).map(r => makeCell(i, r)))));
    host.append(element('article', {class: 'row', 'aria-label': imageName(image), 'data-image': i}, makeCell(i), 
                        element('div', {class: 'variants'}, ...variants)));
  });
}

// ---- painting -----------------------------------------------------------------------------------------------

const repaint = () => paint('frames');

function paintCell(cell) {
  const image = data.images[cell.image];
  const {width, height} = image;
  const frame = cell.run ? cell.run.frames.get(shown(cell.run), repaint) : image.frames.get(0, repaint);
  const other = cell.run ? comparedFrame(cell.run, repaint) : undefined;
  if (!frame || other === null) return;
  const context = cell.canvas.getContext('2d');
  cell.pixels ??= context.createImageData(width, height);
  if (cell.run) colourize(cell.pixels.data, image, frame, other, 0, 0, width, height);
  else withView('image', () => colourize(cell.pixels.data, image, frame, undefined, 0, 0, width, height));
  context.putImageData(cell.pixels, 0, 0);
}

function withView(view, action) {
  const kept = state.view;
  state.view = view;
  action();
  state.view = kept;
}

const variantPhrase = run => data.variants[run.variant].label ? `, ${data.variants[run.variant].label}` : '';
const viewNames = {image: 'recovered', error: 'absolute error', difference: 'difference'};

function describeCell(cell) {
  const {run} = cell, i = shown(run), [first, last] = run.window;
  const phase = i < first ? 'early' : i > last ? 'late' : 'in window';
  cell.psnr.textContent = decibels(run.psnr[i]);
  cell.error.textContent = number(run.relative_error[i]);
  cell.residual.textContent = number(run.residual[i], 2);
  cell.phase.textContent = phase === 'in window' ? 'window' : phase;
  cell.figure.dataset.phase = phase;
  cell.figure.dataset.sample = i;
  cell.canvas.setAttribute('aria-label',
      `${imageName(data.images[run.image])}, ${viewNames[state.view]} at depth ${run.depth}` +
      `${variantPhrase(run)}: flow time ${number(run.time[i])}, PSNR ${decibels(run.psnr[i])}, ` +
      `relative error ${number(run.relative_error[i])}, ${phase === 'in window' ? 'in its window' : phase}`);
}

// A matrix shows the selected image alone; otherwise every image is shown.
const visible = cell => data.variants.length === 1 || cell.image === state.image;

painters.push(now => {
  const moved = now.has('time') || now.has('selection') || now.has('view') || now.has('frames') || now.has('axis');
  if (!moved) return;
  for (const cell of cells) {
    if (!visible(cell)) continue;
    paintCell(cell);
    if (cell.run) describeCell(cell);
  }
});

painters.push(now => {
  if (!now.has('selection')) return;
  for (const row of document.querySelectorAll('.row')) {
    const mine = Number(row.dataset.image) === state.image;
    row.classList.toggle('selected', mine);
    row.hidden = data.variants.length > 1 && !mine;
  }
  for (const cell of cells)
    cell.figure.classList.toggle('chosen', cell.run === selectedRun() && Boolean(cell.run));
});

// ---- the pixel under the pointer ----------------------------------------------------------------------------

function setPixel(imageIndex, row, col) {
  const {height, width} = data.images[imageIndex];
  state.pixel = {row: Math.max(0, Math.min(height - 1, row)), col: Math.max(0, Math.min(width - 1, col))};
  if (imageIndex !== state.image) select(imageIndex, state.variant, state.depth);
  paint('pixel');
}

function followPixel(cell) {
  const {canvas} = cell, image = data.images[cell.image];
  const move = event => {
    const box = canvas.getBoundingClientRect();
    setPixel(cell.image, Math.floor((event.clientY - box.top) / box.height * image.height),
             Math.floor((event.clientX - box.left) / box.width * image.width));
  };
  canvas.addEventListener('pointermove', event => { if (event.pointerType !== 'touch') move(event); });
  canvas.addEventListener('click', move);
  canvas.addEventListener('keydown', event => {
    const step = {w: [-1, 0], s: [1, 0], a: [0, -1], d: [0, 1]}[event.key.toLowerCase()];
    if (event.key === 'Enter') cell.figure.click();
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    setPixel(cell.image, state.pixel.row + step[0], state.pixel.col + step[1]);
  });
}

// The first pixel shown: the one of the truth nearest to 0.6 in the middle rows, where depths disagree most.
function startingPixel() {
  const {height, width, frames} = data.images[0];
  const frame = frames.get(0, repaint);
  let best = {row: height >> 1, col: width >> 1}, distance = Infinity;
  for (let row = height >> 2; frame && row < 3 * height >> 2; row++) for (let col = 0; col < width; col++) {
    const d = Math.abs(valueAt(frame, row * width + col) - 0.6);
    if (d < distance) { distance = d; best = {row, col}; }
  }
  state.pixel = best;
}

const loupeSize = 11;  // pixels across
let loupes = [];

function buildLoupes() {
  const image = data.images[state.image];
  const make = (name, run) => {
    const canvas = element('canvas', {width: loupeSize, height: loupeSize, role: 'img'});
    const value = element('b', {class: 'value'}), error = element('span', {class: 'value'});
    const sample = run ? lineSample(runStyle(run)) : '';
    document.getElementById('loupes').append(element('figure', {class: run ? `loupe s${runStyle(run)}` : 'loupe'},
        canvas, element('figcaption', {}, element('span', {class: 'cell-name'}, sample, name), value, error)));
    return {name, run, canvas, value, error, image};
  };
  document.getElementById('loupes').replaceChildren();
  loupes = [make('original'), ...chartRuns().map(run => make(shortName(run), run))];
}

function pixelText(frame, image, i) {
  const values = Array.from({length: image.channels}, (_, c) => valueAt(frame, i, c));
  return values.map(v => v.toFixed(frame.unit === 1e-3 ? 3 : 2).replace('-', '−')).join(' ');
}

function paintLoupe(loupe) {
  const {row, col} = state.pixel, {image, run} = loupe, i = row * image.width + col;
  const truth = image.frames.get(0, repaint);
  const frame = run ? run.frames.get(shown(run), repaint) : truth;
  const other = run ? comparedFrame(run, repaint) : undefined;
  if (!frame || !truth || other === null) return;
  const context = loupe.canvas.getContext('2d');
  const pixels = context.createImageData(loupeSize, loupeSize);
  const draw = () => colourize(pixels.data, image, frame, other, col - (loupeSize >> 1), row - (loupeSize >> 1), loupeSize, loupeSize);
  if (run) draw(); else withView('image', draw);
  context.putImageData(pixels, 0, 0);
  loupe.value.textContent = pixelText(frame, image, i);
  const error = valueAt(frame, i) - valueAt(truth, i);
  loupe.error.textContent = run ? `${error < 0 ? '−' : '+'}${Math.abs(error).toFixed(frame.unit === 1e-3 ? 3 : 2)}` : '';
  loupe.canvas.setAttribute('aria-label', `${loupe.name} around row ${row}, column ${col}: ${loupe.value.textContent}`);
}

painters.push(now => {
  if (now.has('selection')) buildLoupes();
  const moved = ['time', 'selection', 'view', 'frames', 'axis', 'pixel'].some(what => now.has(what));
  if (!moved) return;
  loupes.forEach(paintLoupe);
  if (!now.has('pixel') && !now.has('selection')) return;
  const {row, col} = state.pixel, {height, width} = data.images[state.image];
  document.getElementById('pixel-place').textContent = `row ${row}, column ${col}`;
  for (const cell of cells) {
    cell.cursor.hidden = cell.image !== state.image;
    cell.cursor.style.cssText = `left:${100 * col / width}%;top:${100 * row / height}%;` +
                                `width:${100 / width}%;height:${100 / height}%`;
  }
});

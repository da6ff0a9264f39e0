// The live page: the picture, drawn with a finger, a mouse or keys, or taken from a file.
'use strict';

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

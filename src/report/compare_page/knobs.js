// The live page: sliders, boxes and buttons for what is chosen.
'use strict';

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

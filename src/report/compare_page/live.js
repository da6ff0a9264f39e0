// The live page: what a change sets off, the tour, and the start.
'use strict';

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

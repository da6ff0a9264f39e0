// The page of `isr compare` is started.
'use strict';

async function start() {
  setTheme('auto');
  adoptData(JSON.parse(byId('isr-data').textContent));
  await loadFrames();
  state.depth = state.reference = Math.max(0, data.depths.findIndex(depth => depth > 1));
  startingPixel();
  buildScene();
  showEach('oracle');
  document.body.dataset.ready = 'true';
}

start().catch(failed);

// In the worker, after the engine's own script: answers requests (see src/web/engine.cpp) one after the other.
'use strict';

let engine;

function call(request) {
  const text = new TextEncoder().encode(JSON.stringify(request));
  const at = engine._malloc(text.length);
  engine.HEAPU8.set(text, at);
  engine._isr_engine_call(at, text.length);
  engine._free(at);
  const begin = engine._isr_engine_reply(), size = engine._isr_engine_reply_size();
  const bytes = engine.HEAPU8.slice(begin, begin + size);
  const length = new DataView(bytes.buffer).getUint32(0, true);
  return {...JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))), binary: bytes.buffer.slice(4 + length)};
}

if (typeof self !== 'undefined') self.onmessage = async ({data}) => {
  if (data.module) {
    engine = await isrEngine({wasmBinary: data.module});
    self.postMessage({id: data.id});
    return;
  }
  let reply;
  try { reply = call(data.request); } catch (error) { reply = {error: String(error)}; }
  self.postMessage({id: data.id, reply}, reply.binary ? [reply.binary] : []);
};

// The program in WebAssembly, as a worker: takes calls and posts what it has to say to them.

importScripts("wasm_exec.js");

let ready = null;

onmessage = async ({data}) => {
  if (data.module) {
    const go = new Go();
    ready = WebAssembly.instantiate(data.module, go.importObject).then(instance => { go.run(instance); });
    return;
  }
  const {id, kind, query} = data;
  try {
    await ready;
    const value = await new Promise((resolve, reject) => {
      self.bsnn(kind, query, event => postMessage({id, event}), resolve, text => reject(new Error(text)));
    });
    postMessage({id, value});
  } catch (e) {
    postMessage({id, problem: e.message});
  }
};

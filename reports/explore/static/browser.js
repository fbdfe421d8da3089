// What answers the page: the program in WebAssembly, in two workers, so that the page stays alive. One answers at once, the other proves,
// simulates and writes reports; it is ended where that is cancelled.

const gzip = [0x1f, 0x8b];

// program fetches and compiles it. A host may decompress it on the way.
async function program() {
  const reply = await fetch("bsnn.wasm.gz");
  if (!reply.ok) throw new Error(`the program cannot be loaded: ${reply.status}`);
  let bytes = new Uint8Array(await reply.arrayBuffer());
  if (gzip.every((b, i) => bytes[i] === b)) {
    const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    bytes = await new Response(plain).arrayBuffer();
  }
  return WebAssembly.compile(bytes);
}

// A Worker with the program in it; calls are answered one after the other.
class Helper {
  #worker = null;
  #calls = new Map();
  #next = 0;

  constructor(compiled) { this.compiled = compiled; }

  async call(kind, query, tell = () => {}) {
    const module = await this.compiled;
    if (!this.#worker) {
      this.#worker = new Worker("worker.js");
      this.#worker.postMessage({module});
      this.#worker.onmessage = ({data: {id, event, value, problem}}) => {
        const call = this.#calls.get(id);
        if (event !== undefined) return call?.tell(event);
        this.#calls.delete(id);
        problem === undefined ? call?.resolve(value) : call?.reject(new Error(problem));
      };
      this.#worker.onerror = () => this.end("the program has ended in a fault");
    }
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, {resolve, reject, tell});
      this.#worker.postMessage({id, kind, query});
    });
  }

  end(why) {
    this.#worker?.terminate();
    this.#worker = null;
    for (const call of this.#calls.values()) call.reject(new Error(why));
    this.#calls.clear();
  }

  get busy() { return this.#calls.size > 0; }
}

export function connect() {
  const compiled = program();
  const quick = new Helper(compiled);
  const heavy = new Helper(compiled);
  let last = Promise.resolve();
  const unlessAborted = (signal, call) => signal.aborted ? Promise.reject(new Error("aborted")) : call();
  return {
    // The newest question alone is asked: those before it that wait have been taken back by then.
    answer: (query, signal) => {
      const mine = last.then(() => unlessAborted(signal, () => quick.call("answer", query))).then(JSON.parse);
      last = mine.catch(() => {});
      return mine;
    },
    proof: (query, signal) => {
      if (heavy.busy) return new Promise(() => {}); // a run is more than a proof
      const stop = () => heavy.end("aborted");
      signal.addEventListener("abort", stop);
      return heavy.call("proof", query).then(JSON.parse).finally(() => signal.removeEventListener("abort", stop));
    },
    report: async query => new Blob([await heavy.call("report", query)], {type: "text/html"}),
    run(query, tell) {
      let ended = false;
      if (heavy.busy) heavy.end("a run was begun");
      heavy.call("run", query, text => { if (!ended) tell(JSON.parse(text)); })
        .catch(e => { if (!ended) tell({end: true, problem: {message: e.message}}); })
        .finally(() => { ended = true; });
      return () => {
        if (!ended) heavy.end("cancelled");
        ended = true;
      };
    },
    reach: async () => true,
  };
}

// What answers the page: the program that serves it.

const every = 3000; // milliseconds between two looks whether it is there

export function connect(tell) {
  let there = true;
  const reachable = now => {
    if (now !== there) tell(there = now);
    return now;
  };
  const ask = async (path, signal) => {
    let reply;
    try {
      reply = await fetch(path, {signal, cache: "no-store"});
    } catch (e) {
      if (!signal?.aborted) reachable(false);
      throw signal?.aborted ? e : new Error("the program behind this page cannot be reached");
    }
    reachable(true);
    if (!reply.ok) throw new Error((await reply.text()).trim());
    return reply;
  };
  const reach = () => ask("alive", AbortSignal.timeout(5000)).then(() => true, () => reachable(false));
  setInterval(() => { if (!document.hidden) reach(); }, every);
  addEventListener("visibilitychange", () => { if (!document.hidden) reach(); });
  return {
    answer: async (query, signal) => (await ask("answer?" + query, signal)).json(),
    proof: async (query, signal) => (await ask("proof?" + query, signal)).json(),
    report: async query => (await ask("report?" + query)).blob(),
    run(query, tell) {
      const source = new EventSource("run?" + query);
      source.onmessage = e => {
        const event = JSON.parse(e.data);
        if (event.end) source.close();
        tell(event);
      };
      source.onerror = () => { // it would begin again by itself
        source.close();
        tell({end: true, problem: {message: "the run was interrupted"}});
        reach();
      };
      return () => source.close();
    },
    reach,
  };
}

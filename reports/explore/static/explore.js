// The page: asks while somebody types, shows what is answered, and runs simulations. What is said is decided by the program.

import {connect} from "./backend.js";
import {complain, link, listen, show} from "./form.js";

const at = id => document.getElementById(id);
const pause = 350; // milliseconds without a change after which a proof is asked for

const backend = connect(reachable => {
  at("away").hidden = reachable;
  if (!reachable) stop();
});

// The ids of the parts that answers may fill: nothing else is replaced.
const places = new Set(["answer", "along", "causes", "blocks", "curves", "card", "take", "verdicts"]);

function fill(parts) {
  for (const [id, html] of Object.entries(parts ?? {})) {
    if (!places.has(id) || at(id).filled === html) continue;
    const open = [...at(id).querySelectorAll("details")].map(d => d.open);
    at(id).innerHTML = at(id).filled = html;
    [...at(id).querySelectorAll("details")].forEach((d, i) => { d.open = open[i] ?? false; });
  }
}

// Asking: the newest query alone counts.
let asked = null;
let waiting = 0;

async function ask() {
  asked?.abort();
  clearTimeout(waiting);
  const now = asked = new AbortController();
  const query = link();
  at("found").setAttribute("aria-busy", "true");
  if (!await answered(() => backend.answer(query, now.signal), now)) return;
  waiting = setTimeout(() => answered(() => backend.proof(query, now.signal), now), pause);
}

// answered shows an answer, and says whether there is one to be proven.
async function answered(get, now) {
  let answer;
  try {
    answer = await get();
  } catch (e) {
    if (now.signal.aborted) return false;
    answer = {problem: {message: e.message}};
  }
  if (now.signal.aborted) return false;
  at("found").setAttribute("aria-busy", "false");
  complain(answer.problem ?? null);
  document.body.classList.toggle("stale", Boolean(answer.problem));
  at("run").disabled = at("save").disabled = Boolean(answer.problem);
  if (answer.problem) return false;
  const {along, verdicts, ...rest} = answer.parts;
  fill(measured === answer.link ? rest : answer.parts); // what was measured stays until another network is looked at
  if (measured !== answer.link) at("count").textContent = "";
  document.title = `${answer.headline} bsnn explore`;
  history.replaceState(null, "", "#" + answer.link);
  at("found").dataset.link = answer.link;
  at("found").dataset.stage = answer.proven ? "proven" : "estimated";
  return !answer.proven;
}

// Running.
let cancel = null;
let measured = ""; // the query of the run that is shown

function stop(words = "") {
  cancel?.();
  cancel = null;
  at("run").hidden = false;
  at("cancel").hidden = at("progress").hidden = true;
  if (words) at("count").textContent = words;
}

function run() {
  stop();
  measured = at("found").dataset.link ?? "";
  at("run").hidden = true;
  at("cancel").hidden = at("progress").hidden = false;
  at("progress").value = 0;
  at("verdicts").replaceChildren();
  at("verdicts").filled = "";
  at("count").textContent = "…";
  cancel = backend.run(measured, event => {
    if (event.total) {
      at("progress").max = event.total;
      at("progress").value = event.done;
      at("count").textContent = event.done ? `${event.done} of at most ${event.total} networks` : `at most ${event.total} networks`;
    }
    fill(event.parts);
    if (event.end) stop(event.problem ? event.problem.message : "");
    if (event.end && !event.problem) at("count").textContent = `${event.done} networks`;
  });
}

function halt(words) {
  if (!cancel) return;
  stop(words);
}

// Keeping.
async function copy(button, text) {
  const was = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Select it and copy";
  }
  setTimeout(() => { button.textContent = was; }, 1500);
}

async function save() {
  at("save").disabled = true;
  at("kept").textContent = "measuring …";
  try {
    const file = await backend.report(link());
    const a = document.createElement("a");
    a.href = URL.createObjectURL(file);
    a.download = "bsnn-report.html";
    a.click();
    setTimeout(() => URL.revokeObjectURL(a.href), 60_000);
    at("kept").textContent = "saved as bsnn-report.html";
  } catch (e) {
    at("kept").textContent = e.message;
  }
  at("save").disabled = false;
}

// changed begins anew with what is in the form.
function changed() {
  halt("cancelled: the network has changed");
  ask();
}

function load(text) {
  show(text);
  changed();
}

listen(changed);
addEventListener("hashchange", () => load(location.hash.slice(1)));
at("run").addEventListener("click", run);
at("cancel").addEventListener("click", () => { halt("cancelled"); at("run").focus(); });
at("link").addEventListener("click", e => copy(e.target, location.href));
at("save").addEventListener("click", save);
at("retry").addEventListener("click", async () => { if (await backend.reach()) changed(); });
document.addEventListener("click", e => {
  if (e.target.matches("button.copy")) copy(e.target, e.target.parentElement.querySelector("code").textContent);
  if (e.target.matches("button.cured")) {
    load(e.target.dataset.link);
    at("answer").scrollIntoView({block: "nearest"});
  }
});
load(location.hash.slice(1));

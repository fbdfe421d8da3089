// The form: what is on the page as the end of a link, and back.

const form = document.getElementById("query");
const field = name => document.getElementById(name);
const layers = ["activation", "as-is", "depth", "width", "weights", "shortcut", "norm", "gain", "bias", "branch", "set"];

// A slider has its own scale: value is the position, of the number beside it.
const sliders = {
  depth: {at: n => Math.log10(n), of: p => Math.round(10 ** p)},
  width: {at: n => Math.log2(n), of: p => Math.round(2 ** p)},
};

export const describing = () => form.elements.mode.value === "net";

// link is the query as the program reads it.
export function link() {
  const q = new URLSearchParams();
  for (const name of describing() ? ["net"] : layers) {
    const value = field(name).value;
    if (value !== "" || name === "activation") q.set(name, value);
  }
  q.set("seed", field("seed").value || "1");
  return q.toString();
}

// show puts a query into the form; what it does not say is as at the start.
export function show(text) {
  const q = new URLSearchParams(text);
  for (const name of [...layers, "net", "seed"]) {
    const e = field(name);
    const usual = e.tagName === "SELECT" ? [...e.options].find(o => o.defaultSelected)?.value ?? e.options[0].value : e.defaultValue;
    if (name !== "net" || q.has("net")) e.value = q.get(name) ?? usual;
  }
  form.elements.mode.value = q.has("net") ? "net" : "layers";
  field("more").open = field("more").open || ["gain", "bias", "branch", "set"].some(name => q.has(name));
  arrange();
  for (const name in sliders) place(name);
}

// arrange shows what belongs to the mode.
function arrange() {
  const net = describing();
  field("layers-ask").hidden = net;
  field("controls").hidden = net;
  field("net-ask").hidden = !net;
  field("net").disabled = !net;
}

const place = name => {
  const n = Number(field(name).value);
  if (n >= 1) field(name + "-slider").value = sliders[name].at(n);
};

// listen calls change whenever the query may have changed.
export function listen(change) {
  for (const name in sliders) {
    field(name + "-slider").addEventListener("input", e => {
      field(name).value = sliders[name].of(Number(e.target.value));
      change();
    });
  }
  document.addEventListener("input", e => {
    if (e.target.form !== form) return;
    if (e.target.name === "mode") {
      if (describing() && field("net").value === "") field("net").value = field("yaml")?.textContent ?? "";
      arrange();
    }
    if (e.target.name in sliders) place(e.target.name);
    change();
  });
  form.addEventListener("submit", e => e.preventDefault());
}

// complain shows what is wrong, at its place; null where nothing is.
export function complain(problem) {
  const at = problem?.field ? field(problem.field) : null;
  for (const name of [...layers, "net", "seed"]) field(name).toggleAttribute("aria-invalid", field(name) === at);
  const box = field("problem");
  box.replaceChildren();
  box.hidden = !problem;
  if (!problem) return;
  const say = (tag, text, name) => {
    const e = document.createElement(tag);
    e.textContent = text;
    if (name) e.className = name;
    box.append(e);
    return e;
  };
  if (problem.column && problem.field === "activation") {
    const letters = [...field("activation").value];
    const shown = say("pre", letters.slice(0, problem.column - 1).join(""));
    const mark = document.createElement("mark");
    mark.textContent = letters[problem.column - 1] ?? " ";
    shown.append(mark, letters.slice(problem.column).join(""));
    say("span", `column ${problem.column}: `, "dim");
  }
  if (problem.line) say("span", `line ${problem.line}: `, "dim");
  say("span", problem.message);
}

// Small parts that every page is made of. Text from data only ever becomes a text node: nothing here parses HTML.

import { t, language } from "./words.js";

/** An element: properties, then children; strings become text. */
export function h(tag, properties = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name || "div");
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "value") element.value = value;
    else if (key === "checked" || key === "disabled" || key === "open" || key === "selected") element[key] = Boolean(value);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  add(element, children);
  return element;
}

function add(element, children) {
  for (const child of children.flat(9)) {
    if (child === undefined || child === null || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

export function fill(element, ...children) {
  element.replaceChildren();
  add(element, children);
  return element;
}

/** An error of the server's, with its words and the command that shows more. */
export class Problem extends Error {
  constructor(message, command, status) {
    super(message);
    this.command = command;
    this.status = status;
  }
}

async function answer(response) {
  const text = await response.text();
  let value = null;
  try { value = text ? JSON.parse(text) : null; } catch { /* not every error is JSON */ }
  if (response.ok) return value;
  const error = value && value.error;
  const code = error && error.code;
  throw new Problem(error ? error.message : response.status + " " + response.statusText,
    code && code.startsWith("ds ") ? code : null, response.status);
}

export async function get(path) {
  let response;
  try { response = await fetch(path); } catch { throw new Problem(t("The server does not answer."), "ds web"); }
  return answer(response);
}

export async function post(path, body = {}) {
  let response;
  try {
    response = await fetch(path, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
  } catch { throw new Problem(t("The server does not answer."), "ds web"); }
  return answer(response);
}

/** Starts a long command, and tells how far it is until it has ended. */
export async function task(path, body, onProgress = () => {}) { return follow((await post(path, body)).task, onProgress); }

/** Tells how far a task is until it has ended. */
export async function follow(id, onProgress = () => {}) {
  let pause = 60;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    pause = Math.min(500, pause * 1.5);
    const state = await get("/api/tasks/" + id);
    if (state.state === "done") return state.result;
    if (state.state === "failed") throw new Problem(state.message, state.command);
    if (state.progress) onProgress(state.progress);
  }
}

export function problem(error) {
  const command = error.command;
  return h("div.problem", { role: "alert" }, h("strong", {}, t("That did not work.")), error.message,
    command && h("div.row", {}, h("span.small.soft", {}, t("More of it on the command line:")), copyable(command)));
}

/** Shows what comes, or what went wrong. */
export async function show(place, work) {
  fill(place, h("p.soft", { "aria-busy": "true" }, t("One moment …")));
  try { fill(place, await work()); } catch (error) { fill(place, problem(error)); }
}

export function say(text) { document.getElementById("live").textContent = text; }

export async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = h("textarea", { value: text });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  if (button) {
    const before = button.textContent;
    button.textContent = t("Copied");
    setTimeout(() => { button.textContent = before; }, 1200);
  }
}

export function copyButton(text, label = t("Copy")) {
  return h("button.small", { type: "button", onclick: (event) => copy(typeof text === "function" ? text() : text, event.target) }, label);
}

export function copyable(text) { return h("span.row", {}, h("code", {}, text), copyButton(text)); }

export function code(text, label) {
  return h("div.stack.tight", {}, h("div.row.spread", {}, h("span.small.soft", {}, label), copyButton(text)), h("pre.code", {}, text));
}

export function count(value) { return new Intl.NumberFormat(language()).format(value); }

export function bytes(value) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  while (value >= 1000 && unit < 4) { value /= 1000; unit += 1; }
  return (unit && value < 10 ? value.toFixed(1) : Math.round(value)) + " " + units[unit];
}

export function seconds(value) {
  if (!isFinite(value)) return "–";
  if (value < 60) return Math.max(0, Math.round(value)) + " s";
  if (value < 3600) return Math.floor(value / 60) + " min " + Math.round(value % 60) + " s";
  return Math.floor(value / 3600) + " h " + Math.round(value % 3600 / 60) + " min";
}

export function time(secondsSince1970) {
  return new Date(secondsSince1970 * 1000).toLocaleString(language(), { dateStyle: "medium", timeStyle: "short" });
}

export function meter() {
  const bar = h("div");
  const text = h("span.small.soft");
  const element = h("div.stack.tight", {}, h("div.meter", { role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100 }, bar), text);
  return {
    element,
    update(progress) {
      const share = progress.total > 0 ? Math.min(100, 100 * progress.done / progress.total) : 30;
      bar.style.width = share + "%";
      element.firstChild.setAttribute("aria-valuenow", Math.round(share));
      text.textContent = progress.text || "";
    },
  };
}

export function field(label, input, hint) {
  return h("label.field", {}, label, input, hint && h("span.hint", {}, hint));
}

/** A choice among many; `name` is what it is called where no field around it says so. */
export function select(options, value, onchange, name) {
  return h("select", { "aria-label": name, onchange: onchange && ((event) => onchange(event.target.value)) },
    options.map(([key, label]) => h("option", { value: key, selected: key === value }, label)));
}

/** Buttons of which one is pressed. */
export function choice(options, value, onchange) {
  const element = h("div.switch", { role: "group" });
  for (const [key, label] of options) {
    element.append(h("button", {
      type: "button", "aria-pressed": key === value ? "true" : "false", "data-key": key,
      onclick: (event) => {
        for (const button of element.children) button.setAttribute("aria-pressed", button === event.target ? "true" : "false");
        onchange(key);
      },
    }, label));
  }
  return element;
}

/** Tabs, moved between with the arrow keys too. */
export function tabs(options, value, onchange) {
  const bar = h("div.tabs", { role: "tablist" });
  const buttons = options.map(([key, label]) => h("button", {
    type: "button", role: "tab", "aria-selected": key === value ? "true" : "false", tabindex: key === value ? 0 : -1, "data-key": key,
    onclick: () => choose(key),
    onkeydown: (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = (options.findIndex(([name]) => name === key) + step + options.length) % options.length;
      choose(options[next][0]);
      buttons[next].focus();
    },
  }, label));
  function choose(key) {
    for (const button of buttons) {
      const isChosen = button.getAttribute("data-key") === key;
      button.setAttribute("aria-selected", isChosen ? "true" : "false");
      button.tabIndex = isChosen ? 0 : -1;
    }
    onchange(key);
  }
  bar.append(...buttons);
  return bar;
}

export function table(columns, rows, fold = true) {
  return h("div.scroll", {}, h(fold ? "table.fold" : "table", {},
    h("thead", {}, h("tr", {}, columns.map((column) => h(column.number ? "th.number" : "th", { scope: "col" }, column.label)))),
    h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell, index) => h(columns[index].number ? "td.number" : "td",
      { "data-label": index ? columns[index].label : null }, cell)))))));
}

export function empty(title, text, ...actions) {
  return h("div.card.empty", {}, h("h2", {}, title), h("p", {}, text), h("div.row", {}, ...actions));
}

export function heading(title, lead, ...actions) {
  return h("div.head", {}, h("div", {}, h("h1", {}, title), lead && h("p.lead", {}, lead)), h("div.row", {}, ...actions));
}

import { t } from "./words.js";
import { h, fill, get, task, heading, field, count, meter, problem, copyable, empty } from "./parts.js";

export async function forkPage(place, name) {
  const path = "/api/datasets/" + encodeURIComponent(name);
  const back = h("p.small", {}, h("a", { href: "#/datasets/" + encodeURIComponent(name) }, "← " + name));
  const bar = meter();
  fill(place, back, heading(t("Fork {name}", { name }), t("A copy with your own words in the place of its placeholders. Only text inside of rows is changed.")), bar.element);
  const found = (await task(path + "/check", {}, bar.update)).findings.filter((one) => one.check === "placeholders");
  if (!found.length) {
    fill(place, back, heading(t("Fork {name}", { name })), empty(t("No placeholders"),
      t("A placeholder is a bare word in capitals like NAME, or a word in double braces. This data set has none."),
      h("a.button", { href: "#/datasets/" + encodeURIComponent(name) }, t("Back"))));
    return;
  }
  const words = new Map();
  for (const one of found) {
    const word = one.of.replace(/^\{\{|\}\}$/g, "");
    const known = words.get(word) || { count: 0, rows: [] };
    words.set(word, { count: known.count + one.count, rows: known.rows.concat(one.rows) });
  }
  const sample = (await get(`${path}/rows?as=row&limit=1&offset=${[...words.values()][0].rows[0] ?? 0}`)).items[0];
  const values = {};
  const example = h("dl.fields");
  const command = h("div");
  const called = h("input", { placeholder: t("found from the first value"), id: "fork-name" });
  const update = () => {
    fill(example, Object.entries(sample).map(([key, value]) => [h("dt", {}, key),
      h("dd", {}, replaced(typeof value === "string" ? value : JSON.stringify(value, null, 2), values))]));
    const set = Object.entries(values).filter(([, value]) => value).map(([key, value]) => `--set ${key}=${quoted(value)}`);
    fill(command, set.length ? copyable(`ds fork ${name} ${set.join(" ")}${called.value ? " --name " + called.value : ""}`) : null);
  };
  called.addEventListener("input", update);
  const result = h("div");
  const button = h("button.main", {}, t("Fork"));
  const form = h("form.card.stack", { onsubmit: async (event) => {
    event.preventDefault();
    const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value));
    button.disabled = true;
    const progress = meter();
    fill(result, progress.element);
    try {
      const made = await task(path + "/fork", { values: given, name: called.value }, progress.update);
      fill(result, h("div.stack.tight", { id: "forked" }, h("p", {}, t("Made "), h("a", { href: "#/datasets/" + encodeURIComponent(made.name) }, made.name), ": ",
        t("{n} rows changed", { n: count(made.changed_rows) })),
      Object.entries(made.remaining).map(([word, times]) => h("p.note", {}, t("{word} remains {n} times", { word, n: count(times) }))),
      h("div.row", {}, h("a.button.main", { href: "#/train?dataset=" + encodeURIComponent(made.name) }, t("Train on it")))));
    } catch (error) { fill(result, problem(error)); }
    button.disabled = false;
  } }, [...words].map(([word, known]) => field(h("span", {}, h("code", {}, word), " · ", t("in {n} rows", { n: count(known.count) })),
    h("input", { id: "set-" + word, autocomplete: "off", oninput: (event) => { values[word] = event.target.value; update(); } }))),
  field(t("Name of the fork"), called), h("div.row", {}, button), result);
  fill(place, back, heading(t("Fork {name}", { name }), t("A copy with your own words in the place of its placeholders. Only text inside of rows is changed.")),
    h("div.columns", {}, form, h("div.card.stack", {}, h("h2", {}, t("A changed row")), example, command)));
  update();
}

function quoted(text) { return /^[\w./@%+:=,-]+$/.test(text) ? text : "'" + text.replace(/'/g, "'\\''") + "'"; }

/** A text with its placeholders replaced, what was put in marked: bare words that are no part of a longer one, and words in braces in any case. */
function replaced(text, values) {
  const given = Object.entries(values).filter(([, value]) => value);
  if (!given.length) return text;
  const braced = new Map(given.map(([key, value]) => [key.toUpperCase(), value]));
  const parts = [];
  let last = 0;
  for (const match of text.matchAll(/\{\{([A-Za-z0-9_]+)\}\}|[A-Za-z0-9_]+/g)) {
    const value = match[1] !== undefined ? braced.get(match[1].toUpperCase()) : /[A-Z]/.test(match[0]) ? values[match[0]] : undefined;
    if (!value) continue;
    parts.push(text.slice(last, match.index), h("mark", {}, value));
    last = match.index + match[0].length;
  }
  parts.push(text.slice(last));
  return parts;
}

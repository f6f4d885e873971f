import { t } from "./words.js";
import { h, fill, get, task, show, table, heading, choice, tabs, select, field, bytes, count, time, meter, problem, code } from "./parts.js";
import { verify } from "./datasets.js";
import { histogram } from "./curves.js";

const pageSize = 10;

export async function datasetPage(place, name) {
  const path = "/api/datasets/" + encodeURIComponent(name);
  const [dataset, models] = await Promise.all([get(path), get("/api/models")]);
  const note = h("div");
  const body = h("div");
  const views = {
    rows: () => rowsView(path, dataset, models), columns: () => columnsView(dataset), lengths: () => lengthsView(path, models),
    check: () => checkView(path, name), versions: () => versionsView(path),
  };
  const open = (key) => show(body, () => views[key]());
  fill(place,
    h("p.small", {}, h("a", { href: "#/datasets" }, "← " + t("Data sets"))),
    heading(dataset.name, null,
      h("button", { type: "button", onclick: (event) => verify(name, event.target, note, () => fill(note, h("span.chip.good", {}, t("All intact.")))) }, t("Verify")),
      h("a.button", { href: "#/datasets/" + encodeURIComponent(name) + "/fork" }, t("Fork")),
      h("a.button.main", { href: "#/train?dataset=" + encodeURIComponent(name) }, t("Train on it"))),
    h("div.row", {}, h("span.chip", {}, t("{n} rows", { n: count(dataset.rows) })), h("span.chip", {}, bytes(dataset.bytes)),
      h("span.chip", {}, dataset.format || t("unknown format")), h("span.chip", {}, t("version {n}", { n: dataset.version })),
      h("span.chip.mono", { title: "SHA-1" }, dataset.sha1.slice(0, 12))),
    note,
    tabs([["rows", t("Rows")], ["columns", t("Columns")], ["lengths", t("Lengths")], ["check", t("Check")], ["versions", t("Versions")]], "rows", open),
    body);
  await open("rows");
}

function rowsView(path, dataset, models) {
  let form = dataset.format ? "conversation" : "row";
  let offset = 0;
  let model = models[0]?.name;
  const list = h("div.card.flush");
  const pager = h("div.row.spread");
  const modelField = h("div");
  async function load() {
    fill(modelField, form === "tokens" && models.length ? h("div.row", {}, select(models.map((one) => [one.name, one.name]), model, (value) => { model = value; load(); }, t("Model"))) : null);
    if (form === "tokens" && !models.length) {
      fill(list, h("div.item", {}, t("There is no model whose tokens could be shown. Add one:"), " ", h("code", {}, "ds model add FILE --name NAME")));
      fill(pager);
      return;
    }
    await show(list, async () => {
      const query = new URLSearchParams({ as: form, offset, limit: pageSize });
      if (form === "tokens") query.set("model", model);
      const page = await get(`${path}/rows?${query}`);
      fill(pager, h("button", { type: "button", id: "earlier", disabled: offset === 0, onclick: () => { offset -= pageSize; load(); } }, "← " + t("Earlier")),
        h("span.soft.small", {}, t("{from} to {to} of {n}", { from: count(offset), to: count(offset + page.items.length - 1), n: count(page.rows) })),
        h("button", { type: "button", id: "later", disabled: offset + pageSize >= page.rows, onclick: () => { offset += pageSize; load(); } }, t("Later") + " →"));
      return page.items.map((item, index) => h("div.item", {}, h("div.index", {}, String(offset + index)), row(form, item)));
    });
  }
  load();
  return h("div.stack", {}, h("div.row.spread", {}, choice([["row", t("As they are")], ["conversation", t("Conversation")], ["tokens", t("Tokens")]], form,
    (key) => { form = key; load(); }), modelField), list, pager);
}

/** One row in one of its forms. */
export function row(form, item) {
  if (item.skipped !== undefined && Object.keys(item).length === 1) return h("p.note", {}, t("Skipped: "), item.skipped);
  if (form === "conversation") return conversation(item);
  if (form === "tokens") return tokens(item);
  return h("dl.fields", {}, Object.entries(item).map(([key, value]) => [h("dt", {}, key),
    h("dd", {}, typeof value === "string" ? value : JSON.stringify(value, null, 2))]));
}

const answers = ["answer", "chosen", "rejected", "desirable", "undesirable"];

function conversation(item) {
  const bubble = (role, text, isLearnt, label) => h(`div.bubble.${role}${isLearnt ? ".learnt" : ""}`, {},
    h("span.who", {}, t(label || role)), text);
  return h("div.bubbles", {}, item.system ? bubble("system", item.system) : null, item.tools ? bubble("system", item.tools, false, "tools") : null,
    (item.prompt || []).map((message) => bubble(message.role, message.content)),
    answers.filter((key) => item[key]).map((key) => bubble(item[key].role, item[key].content, true, key === "answer" ? item[key].role : key)),
    item.text ? bubble("assistant", item.text, true, "text") : null);
}

function tokens(item) {
  if (!item.tokens) return h("div.stack", {}, Object.entries(item).map(([key, one]) => h("div", {}, h("p.small.soft", {}, t(key)), tokens(one))));
  const learnt = item.labels.filter((label) => label !== -100).length;
  return h("div.stack.tight", {}, h("div.legend", {}, h("span", {}, h("i.learnt"), t("{n} learnt", { n: count(learnt) })),
    h("span", {}, h("i.read"), t("{n} only read", { n: count(item.tokens.length - learnt) })),
    item.full_count > item.tokens.length ? h("span", {}, t("{n} cut off", { n: count(item.full_count - item.tokens.length) })) : null),
  h("div.tokens", {}, item.tokens.map((token, index) => h(item.labels[index] === -100 ? "span" : "span.learnt",
    { title: String(item.input_ids[index]) }, token.replace(/\n/g, "⏎\n").replace(/\t/g, "⇥")))));
}

function columnsView(dataset) {
  return h("div.card.flush", {}, table([{ label: t("Column") }, { label: t("Types") }, { label: t("Rows"), number: true }],
    dataset.columns.map((column) => [h("code", {}, column.name), column.types.map((type) => [h("span.chip", {}, type +
      (column.first_rows && column.types.length > 1 ? ` · ${t("first in row {n}", { n: column.first_rows[type] })}` : "")), " "]), count(column.rows)])));
}

async function lengthsView(path, models) {
  if (!models.length) return h("p.note", {}, t("There is no model whose tokens could be counted. Add one:"), " ", h("code", {}, "ds model add FILE --name NAME"));
  let model = models[0].name;
  const result = h("div");
  const cutoff = h("input", { type: "number", min: 2, value: 2048, onchange: () => load() });
  async function load() {
    const bar = meter();
    fill(result, bar.element);
    try {
      const stats = await task(path + "/stats", { model, cutoff_len: Number(cutoff.value) || 2048 }, bar.update);
      fill(result, h("div.stack", {},
        h("div.figures", {}, figure(count(stats.tokens), t("tokens")), figure(Math.round(100 * stats.supervised_share) + " %", t("learnt")),
          figure(count(stats.length.median), t("median")), figure(count(stats.length.p95), t("95 % up to")), figure(count(stats.length.maximum), t("longest")),
          figure(count(stats.over_cutoff), t("over the cutoff")), stats.skipped_rows ? figure(count(stats.skipped_rows), t("skipped")) : null),
        histogram(stats.histogram, stats.cutoff_len), h("p.small.soft", {}, t("Template: {name}", { name: stats.template })),
        stats.skipped.map((one) => h("p.note", {}, one.message))));
    } catch (error) { fill(result, problem(error)); }
  }
  load();
  return h("div.card.stack", {}, h("div.grid", {}, field(t("Model"), select(models.map((one) => [one.name, one.name]), model, (value) => { model = value; load(); })),
    field(t("Cutoff, in tokens"), cutoff)), result);
}

export function figure(value, label) { return h("div.figure", {}, h("b", {}, value), h("span", {}, label)); }

async function checkView(path, name) {
  const bar = meter();
  const card = h("div.card", {}, bar.element);
  (async () => {
    try {
      const found = await task(path + "/check", {}, bar.update);
      if (found.clean) { fill(card, h("span.chip.good", {}, t("Nothing odd in {n} rows", { n: count(found.rows) }))); return; }
      card.classList.add("flush");
      fill(card, table([{ label: t("Check") }, { label: t("Of") }, { label: t("Rows"), number: true }, { label: t("First") }, { label: t("What") }],
        found.findings.map((one) => [t(one.check), h("code", {}, one.of), count(one.count), one.rows.join(" "), one.detail])));
    } catch (error) { fill(card, problem(error)); }
  })();
  return card;
}

async function versionsView(path) {
  const log = await get(path + "/log");
  return h("div.card.flush", {}, log.versions.map((version) => h("div.item.stack.tight", {},
    h("div.row.spread", {}, h("h2", {}, t("version {n}", { n: version.version ?? version.number })), h("span.soft.small", {}, version.time ? time(version.time) : "")),
    h("p.small.mono.faint", {}, version.manifest),
    h("details", {}, h("summary.small", {}, t("How it was made: {what}", { what: version.recipe?.operation ?? "" })), code(JSON.stringify(version.recipe, null, 2), t("Recipe"))))));
}

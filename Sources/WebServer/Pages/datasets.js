import { t } from "./words.js";
import { h, fill, get, post, task, show, table, heading, empty, field, bytes, count, time, meter, problem, say, Problem } from "./parts.js";

export async function datasetsPage(place) {
  const state = await get("/api/state");
  const adding = h("div.stack.tight");
  const list = h("div");
  const refresh = () => show(list, () => listing(refresh));
  fill(place, heading(t("Data sets"), t("What a model is to learn from. Every byte is kept and can be proved.")),
    adder(state, adding, refresh), adding, list);
  await refresh();
}

async function listing(refresh) {
  const { datasets, verified } = await get("/api/datasets");
  if (!datasets.length) {
    return empty(t("No data sets yet"), t("Drop a file above, or begin with the example that comes with ds: it teaches a model who it is."),
      h("button.main", { type: "button", id: "add-example", onclick: (event) => addExample(event.target, refresh) }, t("Add the example")));
  }
  const rows = datasets.map((dataset) => {
    const note = h("span");
    const last = verified[dataset.name];
    fill(note, last ? h(last.intact ? "span.chip.good" : "span.chip.bad", { title: time(last.time) },
      last.intact ? t("intact") : t("damaged"), " · ", time(last.time)) : h("span.faint", {}, t("never")));
    return [
      h("a", { href: "#/datasets/" + encodeURIComponent(dataset.name) }, dataset.name), count(dataset.rows), bytes(dataset.bytes),
      dataset.format || h("span.faint", {}, t("unknown")), String(dataset.versions), note,
      h("button.small", { type: "button", onclick: (event) => verify(dataset.name, event.target, note, refresh) }, t("Verify")),
    ];
  });
  return h("div.card.flush", {}, table([{ label: t("Name") }, { label: t("Rows"), number: true }, { label: t("Size"), number: true },
    { label: t("Format") }, { label: t("Versions"), number: true }, { label: t("Last verified") }, { label: "" }], rows));
}

async function addExample(button, refresh) {
  button.disabled = true;
  try { await task("/api/datasets", { builtin: "identity" }); } catch (error) { fill(button.parentElement, problem(error)); return; }
  await refresh();
}

/** Proves a data set's bytes and says how far it is. */
export async function verify(name, button, place, done) {
  button.disabled = true;
  const bar = meter();
  fill(place, bar.element);
  try {
    const result = await task(`/api/datasets/${encodeURIComponent(name)}/verify`, {}, bar.update);
    say(result.intact ? t("All intact.") : t("Damage was found."));
    if (result.intact) { await done(result); return; }
    fill(place, h("div.problem", {}, h("strong", {}, t("Damage was found.")),
      result.problems.map((one) => h("p", {}, one.defect + " " + one.object + " " + one.detail,
        one.harm.map((harm) => h("p.small", {}, h("code", {}, harm.mend)))))));
  } catch (error) {
    fill(place, problem(error));
  }
  button.disabled = false;
}

function adder(state, report, refresh) {
  const picker = h("input.visually-hidden", { type: "file", multiple: true, id: "file", onchange: () => uploadAll(picker.files, state, report, refresh) });
  const zone = h("div.drop", {}, h("p", {}, t("Drop files here: JSON, JSON Lines, CSV, Parquet, Arrow, text, packed or not.")),
    h("div.row", {}, h("button", { type: "button", onclick: () => picker.click() }, t("Choose files")), picker));
  zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    uploadAll(event.dataTransfer.files, state, report, refresh);
  });
  return h("div.stack.tight", {}, zone, h("details", {}, h("summary.small", {}, t("Add by path")), byPath(state, report, refresh)));
}

function byPath(state, report, refresh) {
  if (!state.files) {
    return h("p.small.soft", {}, t("Name a folder whose files may be added when you start:"), " ", h("code", {}, "ds web --files FOLDER"));
  }
  const path = h("input", { placeholder: "train.jsonl", required: true, spellcheck: "false" });
  return h("form.row", { onsubmit: async (event) => {
    event.preventDefault();
    const bar = meter();
    fill(report, h("div.card", {}, bar.element));
    try {
      told(report, await task("/api/datasets", { path: path.value }, bar.update));
      await refresh();
    } catch (error) { fill(report, problem(error)); }
  } }, field(t("A file of {folder}", { folder: state.files }), path), h("button", {}, t("Add")));
}

async function uploadAll(files, state, report, refresh) {
  fill(report);
  for (const file of files) {
    const card = h("div.card");
    report.append(card);
    await upload(file, state, card);
  }
  await refresh();
}

function upload(file, state, card) {
  const bar = meter();
  if (file.size > state.upload_limit) {
    fill(card, problem(new Problem(t("{name} is larger than the limit of {size}.", { name: file.name, size: bytes(state.upload_limit) }),
      "ds add " + file.name)));
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    // fetch cannot tell how much of a body was sent.
    const request = new XMLHttpRequest();
    const end = h("button.small", { type: "button", onclick: () => request.abort() }, t("Stop"));
    fill(card, h("div.row.spread", {}, h("b", {}, file.name), end), bar.element);
    request.upload.onprogress = (event) => bar.update({ done: event.loaded, total: event.total,
      text: event.loaded < event.total ? bytes(event.loaded) + " / " + bytes(event.total) : t("Reading the rows …") });
    request.onloadend = () => {
      let value = null;
      try { value = JSON.parse(request.responseText); } catch { /* told below */ }
      if (request.status === 200) told(card, value);
      else fill(card, problem(new Problem(value?.error?.message || t("The upload broke off; nothing was kept."),
        value?.error?.code?.startsWith("ds ") ? value.error.code : null)));
      resolve();
    };
    request.open("POST", "/api/uploads?name=" + encodeURIComponent(file.name));
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.send(file);
  });
}

/** What was added, in words. */
function told(card, report) {
  fill(card, report.added.map((one) => h("p", {}, t("Added "), h("a", { href: "#/datasets/" + encodeURIComponent(one.name) }, one.name), ": ",
    t("{n} rows", { n: count(one.rows) }), ", ", bytes(one.bytes), one.version > 1 ? ", " + t("version {n}", { n: one.version }) : "",
    one.format ? "" : h("p.note", {}, t("Its columns do not say what its rows mean. Add it again on the command line with --format and --columns to train on it.")))),
    report.failed.map((one) => h("div.problem", {}, h("strong", {}, one.name), one.reason)),
    report.skipped.map((one) => h("p.soft.small", {}, one.name, ": ", one.reason)));
}

import { t } from "./words.js";
import { h, fill, get, post, heading, empty, table, count, bytes, copyable, select, meter, problem, follow } from "./parts.js";

/** What can be made of an adapter and of a model: [key, label, what the server is asked for]. */
const merged = [
  ["gguf", "one GGUF file, numbers as they are", { as: "gguf" }], ["q8", "one GGUF file, 8 bits (q8_0)", { as: "gguf", format: "q8_0" }],
  ["q4", "one GGUF file, 4 bits (q4_k)", { as: "gguf", format: "q4_k" }], ["folder", "Hugging Face folder (.tar)", { as: "folder" }],
];
const adapters = [["peft", "adapter alone, PEFT folder (.tar)", { as: "peft" }], ["lora", "adapter alone, GGUF for llama.cpp", { as: "adapter_gguf" }]];

export async function exportPage(place) {
  const [{ datasets }, { runs, recorded }, models] = await Promise.all([get("/api/datasets"), get("/api/runs"), get("/api/models")]);
  const title = heading(t("Export"), t("Take data sets, adapters and models out, in forms that other programs read."));
  if (!datasets.length && !recorded.length && !models.length) {
    fill(place, title, empty(t("Nothing to take out yet"), t("Add a data set, or train a model."), h("a.button.main", { href: "#/datasets" }, t("Data sets"))));
    return;
  }
  fill(place, title,
    recorded.length ? section(t("What was trained"), recorded.map((run) => [
      h("a", { href: "#/runs/" + encodeURIComponent(run.name) }, run.name), run.recipe.parameters?.model?.name ?? "", runMaker(run, runs)])) : null,
    models.length ? section(t("Models"), models.map((model) => [model.name, maker({ model: model.name }, merged, `ds model convert ${model.name}`)])) : null,
    datasets.length ? h("div.stack.tight", {}, h("h2", {}, t("Data sets")), h("div.card.flush", {}, table(
      [{ label: t("Name") }, { label: t("Rows"), number: true }, { label: t("Download") }], datasets.map((one) => {
        const path = "/api/datasets/" + encodeURIComponent(one.name);
        return [h("a", { href: "#/datasets/" + encodeURIComponent(one.name) }, one.name), count(one.rows), h("div.row", {}, link(path + "/export?as=original", t("the file itself")),
          ["json", "jsonl", "csv", "parquet"].map((form) => link(`${path}/export?as=${form}`, form)), one.format ? link(path + "/llamafactory", t("LLaMA-Factory folder (.tar)")) : null)];
      }))), h("p.small.soft", {}, t("The same on the command line:"), " ", copyable("ds export NAME FILE --as jsonl"))) : null);
}

function link(path, label) { return h("a.button.small", { href: path, download: "" }, label); }

function section(title, rows) {
  const columns = rows[0].length > 2 ? [{ label: t("Name") }, { label: t("Model") }] : [{ label: t("Name") }];
  return h("div.stack.tight", {}, h("h2", {}, title), h("div.card.flush", {}, table(columns.concat({ label: t("Make and download") }), rows)));
}

/** A run of ours has its adapter's folder ready; everything else is made when it is asked for. */
function runMaker(run, runs) {
  const options = run.recipe.parameters?.options ?? {};
  const isWhole = options.finetuning_type && options.finetuning_type !== "lora";
  if (isWhole) return maker({ run: run.name }, merged, `ds model convert runs/${run.name}`);
  const mine = runs.find((one) => one.name === run.name && one.state === "done");
  return h("div.stack.tight", {}, maker({ run: run.name }, merged.map(([key, label, what]) => [key, t("merged") + ": " + t(label), what]).concat(adapters), `ds merge runs/${run.name}`),
    mine ? h("div.row", {}, link(`/api/runs/${encodeURIComponent(run.name)}/adapter`, t("PEFT folder (.tar)"))) : null);
}

/** A choice of forms, and a button that makes one and then downloads it. */
function maker(source, forms, command) {
  const chooser = select(forms.map(([key, label]) => [key, t(label)]), forms[0][0], null, t("What to make of {name}", { name: source.run ?? source.model }));
  const result = h("div");
  const button = h("button.small", { type: "button", "data-make": source.run ?? source.model, onclick: async () => {
    const [key, , what] = forms.find(([key]) => key === chooser.value);
    button.disabled = true;
    const bar = meter();
    fill(result, bar.element);
    try {
      const started = await post("/api/exports", { ...source, ...what });
      const made = await follow(started.task, bar.update);
      const anchor = h("a.button.small.main", { href: started.download, download: "", "data-made": key }, t("Download {name}", { name: started.name }));
      fill(result, h("div.row", {}, anchor, made.bytes ? h("span.small.soft", {}, bytes(made.bytes)) : null));
      anchor.click();
    } catch (error) { if (!error.command) error.command = command + " …"; fill(result, problem(error)); }
    button.disabled = false;
  } }, t("Make"));
  return h("div.stack.tight", {}, h("div.row.joined", {}, chooser, button), result);
}

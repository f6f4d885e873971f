import { t } from "./words.js";
import { h, fill, get, post, task, table, heading, empty, field, select, count, bytes, seconds, time, problem, code, meter, show } from "./parts.js";
import { row, figure } from "./dataset.js";
import { curves } from "./curves.js";

/** The settings that matter, with the trainer's own defaults; the rest is folded away. */
const main = [
  ["num_train_epochs", "Epochs", 5, "how often every row is read"], ["learning_rate", "Learning rate", 0.001, "1e-3 for small models, 1e-4 for large ones"],
  ["per_device_train_batch_size", "Batch size", 8, "rows of a step"], ["lora_rank", "LoRA rank", 8, "how much an adapter can change"],
  ["cutoff_len", "Cutoff, in tokens", 2048, "longer rows are cut there"],
];
const rest = [
  ["lora_alpha", "LoRA alpha", "", "twice the rank"], ["gradient_accumulation_steps", "Accumulation", 1], ["max_steps", "Most steps", "", "instead of epochs"],
  ["max_samples", "Most rows", "", "of each data set"], ["warmup_ratio", "Warm-up share", 0], ["weight_decay", "Weight decay", 0],
  ["max_grad_norm", "Longest gradient", 1], ["seed", "Seed", 42], ["save_steps", "Checkpoint every", 0, "steps; 0 for none"],
  ["val_size", "Kept aside to evaluate", 0, "a share, or a number of rows"], ["template", "Template", "", "the model's own"],
];
const methods = [
  ["stage", "Method", [["sft", "learn answers (sft)"], ["pt", "read texts on (pt)"], ["dpo", "prefer the better answer (dpo)"], ["orpo", "prefer, without a reference (orpo)"],
    ["simpo", "prefer, by mean odds (simpo)"], ["kto", "good and bad answers (kto)"], ["rm", "score answers (rm)"]]],
  ["finetuning_type", "What is trained", [["lora", "an adapter (lora)"], ["freeze", "the last blocks (freeze)"], ["full", "the whole model (full)"]]],
];
const choices = [
  ["lr_scheduler_type", "Schedule", ["cosine", "linear", "constant"]], ["optim", "Optimiser", ["adamw_torch", "adamw_8bit", "adafactor", "muon"]], ["lora_target", "Layers", ["all", "q_proj,v_proj", "q_proj,k_proj,v_proj,o_proj"]],
];
const switches = [["packing", "Pack rows together"], ["train_on_prompt", "Learn the prompts too"], ["mask_history", "Learn only the last answer"], ["use_rslora", "Rank-stabilised scale"]];

export async function trainPage(place, query) {
  const wanted = new URLSearchParams(query || "").get("dataset");
  const [{ datasets }, models] = await Promise.all([get("/api/datasets"), get("/api/models")]);
  const runs = h("div");
  const title = heading(t("Train"), t("Teach a model what a data set says. The training goes on when this page or the server is closed."));
  if (!models.length || !datasets.length) {
    fill(place, title, !datasets.length
      ? empty(t("No data sets yet"), t("Add one first, then come back."), h("a.button.main", { href: "#/datasets" }, t("Data sets")))
      : empty(t("No model yet"), t("Add one on the command line: a GGUF file, or a folder as Hugging Face has them."), h("code", {}, "ds model add FILE --name NAME")), runs);
  } else {
    fill(place, title, form(datasets, models, wanted), runs);
  }
  let isHere = true;
  const refresh = async () => {
    if (!isHere) return;
    try { const list = await runsView(); if (isHere) fill(runs, list); } catch (error) { fill(runs, problem(error)); }
  };
  await refresh();
  const timer = setInterval(refresh, 5000);
  return () => { isHere = false; clearInterval(timer); };
}

function form(datasets, models, wanted) {
  const chosen = new Set([wanted && datasets.some((one) => one.name === wanted.split("@")[0]) ? wanted : datasets[0].name]);
  const state = { model: models[0].name, settings: {} };
  let isNamed = false;
  const name = h("input", { id: "run-name", required: true, spellcheck: "false", oninput: () => { isNamed = true; plan(); } });
  const call = () => { if (!isNamed) name.value = [...chosen].join("-").replace(/[^\w.-]/g, "-"); };
  const side = h("div.stack");
  const commands = h("div.stack");
  const result = h("div");
  const button = h("button.main", { id: "start" }, t("Start"));
  const request = () => ({ name: name.value, model: state.model, datasets: [...chosen], settings: state.settings });
  const set = (key, value, standard) => {
    if (value === "" || value === standard) delete state.settings[key]; else state.settings[key] = value;
    plan();
    clearTimeout(waiting);
    waiting = setTimeout(look, 500);
  };
  let waiting;
  const number = ([key, label, standard, hint]) => field(t(label), h("input", { id: key, inputmode: "decimal", value: standard,
    onchange: (event) => {
      const text = event.target.value.trim();
      set(key, text === "" ? "" : Number.isFinite(Number(text)) ? Number(text) : text, standard);
    } }), hint && t(hint));
  async function plan() {
    try {
      const made = await post("/api/plan", request());
      fill(commands, code(made.command, t("The same on the command line")), h("details", {}, h("summary.small", {}, t("The same as YAML, for ds and LLaMA-Factory")), code(made.yaml, "YAML")));
    } catch (error) { fill(commands, problem(error)); }
  }
  let looking = 0;
  async function look() {
    const turn = ++looking;
    const bar = meter();
    fill(side, h("p.soft", {}, t("Reading the data …")), bar.element);
    try {
      const first = [...chosen][0];
      // What is wrong with the settings is said here, before anything is begun.
      const planned = await task("/api/estimate", request(), bar.update).catch((error) => error);
      const page = await get(`/api/datasets/${encodeURIComponent(first)}/rows?` + new URLSearchParams({ as: "tokens", model: state.model, limit: 1 }));
      const { runs } = await get("/api/runs");
      if (turn !== looking) return;
      const isPlanned = !(planned instanceof Error);
      fill(side, isPlanned ? estimate(planned, state, runs) : problem(planned),
        h("div.stack.tight", {}, h("h2", {}, t("The first row, as it will be read")), isPlanned && h("p.small.soft", {}, t("Template: {name}", { name: planned.template })), row("tokens", page.items[0])));
    } catch (error) { if (turn === looking) fill(side, problem(error)); }
  }
  const mixing = mixer(chosen, state.settings, () => { plan(); look(); });
  call();
  plan();
  look();
  return h("div.columns", {}, h("form.card.stack", { onsubmit: async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      const run = await post("/api/runs", request());
      location.hash = "#/runs/" + encodeURIComponent(run.name);
    } catch (error) { fill(result, problem(error)); button.disabled = false; }
  } }, field(t("Model"), select(models.map((one) => [one.name, one.name]), state.model, (value) => { state.model = value; plan(); look(); })),
  h("fieldset.plain", {}, h("legend.small.soft", {}, t("Data sets")), datasets.map((one) => h("label.check", {}, h("input", { type: "checkbox", checked: chosen.has(one.name),
    "data-dataset": one.name, onchange: (event) => {
      if (event.target.checked) chosen.add(one.name); else chosen.delete(one.name);
      if (!chosen.size) { chosen.add(one.name); event.target.checked = true; }
      call(); mixing.update(); plan(); look();
    } }), one.name, h("span.faint.small", {}, t("{n} rows", { n: count(one.rows) })))), mixing.element),
  h("div.grid", {}, methods.map(([key, label, options]) => field(t(label), select(options.map(([value, text]) => [value, t(text)]), options[0][0],
    (value) => set(key, value, options[0][0]))))),
  field(t("Name of the run"), name), h("div.grid", {}, main.map(number)),
  h("details", {}, h("summary", {}, t("More settings")), h("div.stack", {}, h("div.grid", {}, rest.map(number),
    choices.map(([key, label, options]) => field(t(label), select(options.map((one) => [one, one]), options[0], (value) => set(key, value, options[0]))))),
  h("div", {}, switches.map(([key, label]) => h("label.check", {}, h("input", { type: "checkbox", onchange: (event) => set(key, event.target.checked, false) }), t(label)))))),
  h("div.row", {}, button), result), h("div.stack", {}, h("div.card", {}, side), h("div.card", {}, commands)));
}

/** How several data sets become one, and how often each comes; nothing to see where there is but one. */
function mixer(chosen, settings, changed) {
  const weights = {};
  let strategy = "concat";
  const element = h("div.stack.tight");
  function tell() {
    const isMixed = chosen.size > 1 && strategy !== "concat";
    delete settings.mix_strategy;
    delete settings.interleave_probs;
    if (!isMixed) return;
    settings.mix_strategy = strategy;
    settings.interleave_probs = [...chosen].map((one) => weights[one] ?? "1").join(",");
  }
  function update() {
    tell();
    if (chosen.size < 2) { fill(element); return; }
    fill(element, field(t("Mixed how"), select([["concat", t("one after another")], ["interleave_under", t("by weight, until the first is used up")],
      ["interleave_over", t("by weight, until all are used up")], ["interleave_once", t("by weight, each row once")]], strategy, (value) => { strategy = value; update(); changed(); })),
    strategy === "concat" ? null : h("div.grid", {}, [...chosen].map((one) => field(t("Weight of {name}", { name: one }), h("input", { type: "number", min: 0.001, step: "any", required: true,
      "data-weight": one, value: weights[one] ?? 1, onchange: (event) => { weights[one] = event.target.value; tell(); changed(); } })))));
  }
  return { element, update };
}

/** Steps, tokens and memory as the trainer counts them; time only where a training with the model has shown how fast it is. */
function estimate(planned, state, runs) {
  const tokens = Math.round(planned.tokens * planned.rows_an_epoch / planned.rows);
  const epochs = state.settings.num_train_epochs || 5;
  const before = runs.find((one) => one.model === state.model && one.last && one.last.tokens_per_second > 0);
  return h("div.figures", {}, figure(count(planned.steps), t("steps")), figure(count(tokens), t("tokens an epoch")),
    figure(bytes(planned.memory.total), t("memory, about")),
    figure(before ? seconds(tokens * epochs / before.last.tokens_per_second) : "–", before ? t("time, as before") : t("time: known after the first steps")));
}

const marks = { running: "chip.good.live", queued: "chip.warn", done: "chip.good", stopped: "chip.warn", failed: "chip.bad" };

export function stateChip(state) { return h("span." + marks[state], {}, t(state)); }

async function runsView() {
  const { runs, recorded } = await get("/api/runs");
  const mine = new Set(runs.map((one) => one.name));
  const others = recorded.filter((one) => !mine.has(one.name));
  if (!runs.length && !others.length) return empty(t("No trainings yet"), t("The first one will be listed here, with its curve and what it was made from."));
  const rows = runs.map((run) => [
    h("a", { href: "#/runs/" + encodeURIComponent(run.name) }, run.name), stateChip(run.state), run.model, run.datasets.join(", "),
    run.last ? run.last.loss.toFixed(3) : "–", run.last ? `${count(run.last.step)} / ${count(run.last.total_steps)}` : "–", time(run.created / 1000),
  ]).concat(others.map((run) => [
    h("a", { href: "#/runs/" + encodeURIComponent(run.name) }, run.name), stateChip("done"), run.recipe.parameters?.model?.name ?? "",
    (run.recipe.parameters?.datasets || []).map((one) => one.name).join(", "), "–", "–", time(run.time),
  ]));
  const drawn = runs.filter((run) => run.last).slice(0, 5);
  const lines = h("div");
  if (drawn.length > 1) {
    const whole = await Promise.all(drawn.map((run) => get("/api/runs/" + encodeURIComponent(run.name))));
    fill(lines, h("div.card.stack.tight", {}, h("h2", {}, t("Loss of the last runs")), legend(drawn.map((run) => run.name)),
      curves(whole.map((run) => ({ name: run.name, points: run.metrics.map((one) => [one.step, one.loss]) })), t("Loss of the last runs"))));
  }
  return h("div.stack", {}, h("h2", {}, t("Runs")), h("div.card.flush", {}, table([{ label: t("Name") }, { label: t("State") }, { label: t("Model") }, { label: t("Data") },
    { label: t("Loss"), number: true }, { label: t("Steps"), number: true }, { label: t("Begun") }], rows)), lines);
}

export function legend(names) { return h("div.legend", {}, names.map((name, index) => h("span", {}, h("i.s" + index % 5), name))); }

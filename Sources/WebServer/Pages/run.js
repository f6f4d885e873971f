import { t } from "./words.js";
import { h, fill, get, post, heading, count, seconds, problem, code, show, Problem } from "./parts.js";
import { figure } from "./dataset.js";
import { curves, smooth } from "./curves.js";
import { stateChip } from "./train.js";

export async function runPage(place, name) {
  const path = "/api/runs/" + encodeURIComponent(name);
  const back = h("p.small", {}, h("a", { href: "#/train" }, "← " + t("Train")));
  const origin = h("div");
  let run = null;
  try { run = await get(path); } catch (error) {
    if (error.status !== 404) throw error;
  }
  const made = () => show(origin, async () => provenance(await get(path + "/log")));
  if (!run) {
    // Trained on the command line: its curve is beside its adapter, what it was made from is in the store.
    fill(place, back, heading(name, t("This run was made on the command line; its curve lies beside its adapter.")),
      h("div.row", {}, h("a.button.main", { href: "#/chat?model=" + encodeURIComponent(name) }, t("Chat with it"))), origin);
    await made();
    return;
  }
  const title = h("div"), figures = h("div.card"), loss = h("div"), rate = h("div"), log = h("pre.code.log", { tabindex: 0, "aria-label": t("Log") }), trouble = h("div");
  let metrics = [];
  fill(place, back, title, trouble, figures, h("div.card.stack.tight", {}, h("h2", {}, t("Loss")), loss),
    h("div.columns", {}, h("div.card.stack.tight", {}, h("h2", {}, t("Learning rate")), rate), h("div.card.stack.tight", {}, h("h2", {}, t("Log")), log)), origin);

  const isWhole = () => ["full", "freeze"].includes(run.settings?.finetuning_type);
  const act = async (what) => { try { await post(`${path}/${what}`); follow(); } catch (error) { fill(trouble, problem(error)); } };
  function head() {
    fill(title, heading(h("span.row", {}, name, stateChip(run.state)), `${run.model} · ${run.datasets.join(", ")}`,
      run.state === "running" || run.state === "queued" ? h("button.danger", { type: "button", id: "stop", disabled: run.stop_asked, onclick: () => act("stop") },
        run.stop_asked && run.state === "running" ? t("Stopping after this step …") : t("Stop")) : null,
      run.state === "stopped" ? h("button.main", { type: "button", id: "resume", onclick: () => act("resume") }, t("Go on")) : null,
      run.state === "done" ? [isWhole() ? h("a.button", { href: "#/export" }, t("Export")) : h("a.button", { href: path + "/adapter" }, t("Download")), h("a.button.main", { href: "#/chat?model=" + encodeURIComponent(name) }, t("Chat with it"))] : null));
    const words = run.log.split("\n").filter((line) => line && !line.startsWith("progress "));
    const isAtEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 8;
    log.textContent = words.slice(-200).join("\n");
    if (isAtEnd) log.scrollTop = log.scrollHeight;
    if (run.state === "failed") {
      const last = run.problem || words.filter((line) => line.startsWith("ds: ")).pop()?.slice(4) || words[words.length - 1] || t("The process ended without a word.");
      fill(trouble, problem(new Problem(last, "ds " + run.arguments.join(" "))));
    } else if (run.state === "stopped" && !run.stop_asked) {
      fill(trouble, h("p.note", {}, t("The training was ended in the middle; it can go on from its last checkpoint.")));
    } else fill(trouble);
  }
  let isDrawn = false;
  function draw() {
    isDrawn = false;
    const last = metrics[metrics.length - 1];
    const losses = metrics.map((one) => one.loss);
    const smoothed = smooth(losses);
    fill(figures, h("div.figures", {}, figure(last ? `${count(last.step)} / ${count(last.total_steps)}` : "–", t("steps")),
      figure(last ? smoothed[smoothed.length - 1].toFixed(3) : "–", t("loss, smoothed")), figure(last ? last.learning_rate.toPrecision(3) : "–", t("learning rate")),
      figure(last ? count(Math.round(last.tokens_per_second)) : "–", t("tokens/s")), figure(last ? seconds(left(last)) : "–", t("left"))));
    fill(loss, curves([{ name, points: metrics.map((one) => [one.step, one.loss]) }], t("Loss")));
    fill(rate, curves([{ name, points: metrics.map((one) => [one.step, one.learning_rate]) }], t("Learning rate"), { width: Math.min(480, Math.max(340, innerWidth - 80)), height: 240, isExact: true }));
  }
  const soon = () => { if (!isDrawn) { isDrawn = true; requestAnimationFrame(draw); } };
  /** From the tokens of a step so far and the rate at present. */
  function left(last) {
    if (run.state !== "running") return run.state === "done" ? 0 : NaN;
    return (last.total_steps - last.step) * (last.num_input_tokens_seen / last.step) / last.tokens_per_second;
  }
  let events = null;
  function follow() {
    if (events) events.close();
    metrics = [];
    events = new EventSource(path + "/events");
    events.addEventListener("restart", () => { metrics = []; soon(); });
    events.addEventListener("metrics", (event) => { metrics.push(...JSON.parse(event.data)); soon(); });
    events.addEventListener("state", (event) => { run = JSON.parse(event.data); head(); soon(); });
    events.addEventListener("end", () => { events.close(); if (run.state === "done") made(); });
  }
  head();
  metrics = run.metrics;
  draw();
  if (run.state === "running" || run.state === "queued") follow(); else if (run.state === "done") await made();
  return () => { if (events) events.close(); };
}

function provenance(log) {
  const newest = log.versions[0];
  if (!newest) return null;
  const parameters = newest.recipe.parameters;
  const line = (label, ...value) => [h("dt", {}, label), h("dd", {}, ...value)];
  return h("div.card.stack", {}, h("h2", {}, t("What it was made from")), h("dl.fields", {},
    line(t("run"), h("span.mono", {}, newest.manifest)),
    (parameters.datasets || []).map((one) => line(t("data"), h("a", { href: "#/datasets/" + encodeURIComponent(one.name) }, one.name), ` · ${t("{n} rows", { n: count(one.rows) })} · `, h("span.mono.small", {}, "SHA-1 " + one.sha1))),
    (parameters.model?.files || []).map((one) => line(t("model"), parameters.model.name + " · ", h("span.mono.small", {}, "SHA-1 " + one.sha1))),
    line(t("template"), parameters.template?.name ?? ""), line(t("computed in"), `${parameters.precision} · ${parameters.kernels}`)),
  h("details", {}, h("summary.small", {}, t("The whole recipe")), code(JSON.stringify(newest.recipe, null, 2), t("Recipe"))));
}

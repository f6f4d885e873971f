import { t } from "./words.js";
import { h, fill, get, heading, empty, field, select, problem, copyButton, choice, Problem } from "./parts.js";

export async function chatPage(place, query) {
  const models = (await get("/v1/models")).data;
  const title = heading(t("Chat"), t("Ask a model, with an adapter or without, or both beside each other."));
  if (!models.length) {
    fill(place, title, empty(t("No model yet"), t("Add one on the command line: a GGUF file, or a folder as Hugging Face has them."), h("code", {}, "ds model add FILE --name NAME")));
    return;
  }
  const wanted = new URLSearchParams(query || "").get("model");
  const first = models.find((one) => one.id === wanted) || models.find((one) => one.parent) || models[0];
  const label = (one) => [one.id, one.parent ? `${one.id} (${one.parent} + ${t("adapter")})` : one.id];
  const options = { temperature: 0, top_p: 1, max_tokens: 256, seed: 42, system: "", tools: "" };
  let panes = [];
  const area = h("div.columns");
  const ask = h("textarea", { id: "ask", rows: 2, placeholder: t("Say something"), "aria-label": t("Say something"), onkeydown: (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); }
  } });
  const sender = h("button.main", { type: "button", id: "send", onclick: () => send() }, t("Send"));
  const stopper = h("button", { type: "button", id: "halt", disabled: true, onclick: () => panes.forEach((pane) => pane.stop()) }, t("Stop"));
  function lay(isDouble) {
    panes.forEach((pane) => pane.stop());
    const base = models.find((one) => one.id === first.parent) || models.find((one) => !one.parent) || first;
    panes = isDouble ? [new Pane(models, label, base.id, options), new Pane(models, label, first.id, options)] : [new Pane(models, label, first.id, options)];
    area.className = isDouble ? "columns" : "";
    fill(area, panes.map((pane) => pane.element));
  }
  async function send() {
    const text = ask.value.trim();
    if (!text || sender.disabled) return;
    ask.value = "";
    sender.disabled = true;
    stopper.disabled = false;
    await Promise.all(panes.map((pane) => pane.say({ role: "user", content: text })));
    sender.disabled = false;
    stopper.disabled = true;
    ask.focus();
  }
  const number = (key, name, step) => field(t(name), h("input", { id: "chat-" + key, type: "number", step, min: 0, value: options[key], onchange: (event) => { options[key] = Number(event.target.value); } }));
  const isDouble = Boolean(first.parent);
  lay(isDouble);
  fill(place, title, h("div.row.spread", {}, choice([["one", t("One")], ["two", t("Side by side")]], isDouble ? "two" : "one", (key) => lay(key === "two")),
    h("div.row", {}, h("button.small", { type: "button", onclick: () => panes.forEach((pane) => pane.clear()) }, t("Begin anew")),
      copyButton(() => panes.map((pane) => pane.curl()).join("\n\n"), t("Copy as API call")))),
  area, h("div.card.flush", {}, h("div.composer", {}, ask, sender, stopper)),
  h("details.card", {}, h("summary", {}, t("System message, tools and sampling")), h("div.stack", {},
    field(t("System message"), h("textarea", { id: "system", onchange: (event) => { options.system = event.target.value; } }), t("empty for the template's own")),
    field(t("Tools, as JSON"), h("textarea.mono", { id: "tools", spellcheck: "false", placeholder: '[{"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}}]',
      onchange: (event) => { options.tools = event.target.value; } })),
    h("div.grid", {}, number("temperature", "Temperature", 0.1), number("top_p", "Top p", 0.05), number("max_tokens", "Longest answer", 1), number("seed", "Seed", 1)))));
  ask.focus();
  return () => panes.forEach((pane) => pane.stop());
}

/** One conversation with one model. */
class Pane {
  constructor(models, label, model, options) {
    this.options = options;
    this.model = model;
    this.messages = [];
    this.talk = h("div.talk", { role: "log", "aria-live": "off" });
    this.element = h("section.card.flush", {}, h("div.pane-title", {}, select(models.map(label), model, (value) => { this.model = value; this.clear(); }, t("Model"))), this.talk);
    this.clear();
  }

  clear() {
    this.stop();
    this.messages = [];
    fill(this.talk, h("p.faint.small", {}, t("What you say goes to this model alone; nothing leaves your machine.")));
  }

  stop() { if (this.control) this.control.abort(); }

  request() {
    const { system, tools, ...sampling } = this.options;
    const body = { model: this.model, messages: (system ? [{ role: "system", content: system }] : []).concat(this.messages), ...sampling };
    if (tools.trim()) body.tools = JSON.parse(tools);
    return body;
  }

  curl() {
    let body = {};
    try { body = this.request(); } catch { body = { model: this.model, messages: this.messages }; }
    const text = JSON.stringify(body, null, 2).replace(/'/g, "'\\''");
    return `curl ${location.origin}/v1/chat/completions \\\n  -H 'Content-Type: application/json' \\\n  -d '${text}'`;
  }

  bubble(role, ...content) {
    const element = h("div.bubble." + role, {}, h("span.who", {}, t(role)), ...content);
    this.talk.append(element);
    this.talk.scrollTop = this.talk.scrollHeight;
    return element;
  }

  /** Adds a message and streams the answer to it. */
  async say(message) {
    if (!this.messages.length) fill(this.talk);
    this.messages.push(message);
    this.bubble(message.role === "tool" ? "observation" : "user", message.content);
    const text = h("span");
    const caret = h("span.caret");
    const element = this.bubble("assistant", text, caret);
    this.control = new AbortController();
    const answer = { role: "assistant", content: "" };
    try {
      await this.stream((delta) => {
        if (delta.content) { answer.content += delta.content; text.textContent = answer.content; }
        if (delta.tool_calls) answer.tool_calls = (answer.tool_calls || []).concat(delta.tool_calls);
        this.talk.scrollTop = this.talk.scrollHeight;
      });
    } catch (error) {
      if (error.name !== "AbortError") {
        element.remove();
        this.messages.pop();
        this.talk.append(problem(error));
        return;
      }
    } finally {
      caret.remove();
    }
    if (answer.tool_calls) {
      answer.tool_calls = answer.tool_calls.map(({ index, ...call }) => call);
      if (!answer.content) element.remove();
      answer.content = null;
      this.messages.push(answer);
      this.calls(answer.tool_calls);
    } else this.messages.push(answer);
  }

  /** The calls, and a place for what each tool says. */
  calls(calls) {
    for (const call of calls) this.bubble("call", `${call.function.name}(${call.function.arguments})`);
    const fields = calls.map((call) => h("input", { "aria-label": t("What {name} answers", { name: call.function.name }), placeholder: t("What {name} answers", { name: call.function.name }) }));
    const form = h("form.row", { onsubmit: async (event) => {
      event.preventDefault();
      form.remove();
      const results = fields.map((input, index) => ({ role: "tool", tool_call_id: calls[index].id, content: input.value }));
      for (const result of results.slice(0, -1)) { this.messages.push(result); this.bubble("observation", result.content); }
      await this.say(results[results.length - 1]);
    } }, fields, h("button", {}, t("Answer")));
    this.talk.append(form);
    fields[0].focus();
  }

  async stream(take) {
    let body;
    try { body = this.request(); } catch (error) { throw new Problem(t("The tools are not JSON: {what}", { what: error.message })); }
    let response;
    response = await fetch("/v1/chat/completions", { method: "POST", signal: this.control.signal, headers: { "Content-Type": "application/json" }, body: JSON.stringify({ ...body, stream: true }) });
    if (!response.ok) {
      const value = await response.json().catch(() => null);
      throw new Problem(value?.error?.message || String(response.status));
    }
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let held = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      held += value;
      const events = held.split("\n\n");
      held = events.pop();
      for (const event of events) {
        const data = event.replace(/^data: /, "");
        if (data === "[DONE]") return;
        const object = JSON.parse(data);
        if (object.error) throw new Problem(object.error.message);
        for (const one of object.choices) take(one.delta);
      }
    }
  }
}

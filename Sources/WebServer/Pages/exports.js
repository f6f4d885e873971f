import { t } from "./words.js";
import { h, fill, get, heading, empty, table, count, copyable } from "./parts.js";

export async function exportPage(place) {
  const [{ datasets }, { runs, recorded }] = await Promise.all([get("/api/datasets"), get("/api/runs")]);
  const title = heading(t("Export"), t("Take data sets and adapters out, in forms that other programs read."));
  if (!datasets.length && !runs.length) {
    fill(place, title, empty(t("Nothing to take out yet"), t("Add a data set, or train a model."), h("a.button.main", { href: "#/datasets" }, t("Data sets"))));
    return;
  }
  const done = runs.filter((run) => run.state === "done");
  const others = recorded.filter((one) => !runs.some((run) => run.name === one.name));
  const link = (path, label) => h("a.button.small", { href: path, download: "" }, label);
  fill(place, title, done.length || others.length ? h("div.stack.tight", {}, h("h2", {}, t("Adapters")), h("div.card.flush", {}, table(
    [{ label: t("Name") }, { label: t("Model") }, { label: t("Download") }], done.map((run) => [
      h("a", { href: "#/runs/" + encodeURIComponent(run.name) }, run.name), run.model,
      h("div.row", {}, link(`/api/runs/${encodeURIComponent(run.name)}/adapter`, t("PEFT folder (.tar)")))]).concat(others.map((run) => [
      h("a", { href: "#/runs/" + encodeURIComponent(run.name) }, run.name), run.recipe.parameters?.model?.name ?? "",
      h("span.small.soft", {}, t("made on the command line; it lies in the folder it was written into"))]))))) : null,
  datasets.length ? h("div.stack.tight", {}, h("h2", {}, t("Data sets")), h("div.card.flush", {}, table(
    [{ label: t("Name") }, { label: t("Rows"), number: true }, { label: t("Download") }], datasets.map((one) => {
      const path = "/api/datasets/" + encodeURIComponent(one.name);
      return [h("a", { href: "#/datasets/" + encodeURIComponent(one.name) }, one.name), count(one.rows), h("div.row", {}, link(path + "/export?as=original", t("the file itself")),
        ["json", "jsonl", "csv", "parquet"].map((form) => link(`${path}/export?as=${form}`, form)), one.format ? link(path + "/llamafactory", t("LLaMA-Factory folder (.tar)")) : null)];
    })))) : null,
  h("p.small.soft", {}, t("The same on the command line:"), " ", copyable("ds export NAME FILE --as jsonl")));
}

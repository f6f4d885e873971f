import { t, setLanguage, language } from "./words.js";
import { h, fill, problem } from "./parts.js";
import { datasetsPage } from "./datasets.js";
import { datasetPage } from "./dataset.js";
import { forkPage } from "./fork.js";
import { trainPage } from "./train.js";
import { runPage } from "./run.js";
import { chatPage } from "./chat.js";
import { exportPage } from "./exports.js";

const pages = [
  [/^#\/datasets$/, datasetsPage], [/^#\/datasets\/([^/]+)$/, datasetPage], [/^#\/datasets\/([^/]+)\/fork$/, forkPage],
  [/^#\/train(?:\?(.*))?$/, trainPage], [/^#\/runs\/([^/]+)$/, runPage], [/^#\/chat(?:\?(.*))?$/, chatPage],
  [/^#\/export$/, exportPage],
];

let leave = null;

async function route() {
  if (leave) leave();
  leave = null;
  const hash = location.hash || "#/datasets";
  const found = pages.map(([pattern, page]) => [hash.match(pattern), page]).find(([match]) => match);
  const main = document.getElementById("main");
  header(hash);
  if (!found) { location.hash = "#/datasets"; return; }
  try {
    const place = h("div.stack");
    fill(main, place);
    leave = await found[1](place, ...found[0].slice(1).map((part) => part && decodeURIComponent(part)));
  } catch (error) {
    fill(main, problem(error));
  }
  main.setAttribute("data-ready", hash);
}

function header(hash) {
  document.documentElement.lang = language();
  document.title = "ds";
  document.getElementById("skip").textContent = t("To the page");
  fill(document.getElementById("nav"), [["datasets", t("Data sets")], ["train", t("Train")], ["chat", t("Chat")], ["export", t("Export")]]
    .map(([key, label]) => {
      const isHere = hash.startsWith("#/" + key) || (key === "train" && hash.startsWith("#/runs"));
      return h("a", { href: "#/" + key, "aria-current": isHere ? "page" : null }, label);
    }));
  const other = language() === "zh" ? "en" : "zh";
  const switcher = document.getElementById("language");
  switcher.textContent = other === "zh" ? "中文" : "English";
  switcher.lang = other;
  switcher.onclick = () => { setLanguage(other); route(); };
  const theme = document.getElementById("theme");
  const isDark = document.documentElement.dataset.theme === "dark";
  theme.textContent = isDark ? t("Light") : t("Dark");
  theme.onclick = () => { setTheme(isDark ? "light" : "dark"); header(hash); };
}

function setTheme(theme, isKept = true) {
  document.documentElement.dataset.theme = theme;
  if (isKept) localStorage.setItem("ds-theme", theme);
}

const dark = matchMedia("(prefers-color-scheme: dark)");
setTheme(localStorage.getItem("ds-theme") || (dark.matches ? "dark" : "light"), false);
dark.addEventListener("change", () => {
  if (!localStorage.getItem("ds-theme")) { setTheme(dark.matches ? "dark" : "light", false); header(location.hash); }
});
addEventListener("hashchange", () => route().then(() => document.getElementById("main").focus()));
route();

import { t } from "./words.js";
import { count } from "./parts.js";

const space = "http://www.w3.org/2000/svg";

function s(tag, attributes, ...children) {
  const element = document.createElementNS(space, tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const left = 52, right = 14, top = 14, bottom = 30;

/** Units across: fewer on a narrow screen, so that words stay as large. */
function wide() { return Math.min(720, Math.max(340, innerWidth - 80)); }

/** Round numbers between two, about so many. */
function ticks(low, high, wanted) {
  if (!(high > low)) return [low];
  const rough = (high - low) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough);
  const found = [];
  for (let value = Math.ceil(low / step) * step; value <= high + step * 1e-9; value += step) found.push(value);
  return found;
}

function short(value) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 0.001 || size >= 1e6) return value.toExponential(0);
  return String(Number(value.toPrecision(3)));
}

/** The exponential mean of a curve, its beginning not pulled to zero. */
export function smooth(values, weight = 0.9) {
  let mean = 0, share = 0;
  return values.map((value) => {
    mean = weight * mean + (1 - weight) * value;
    share = weight * share + (1 - weight);
    return mean / share;
  });
}

/** Curves over steps: each raw and thin, and smoothed unless `isExact`. `lines`: name, points [[step, value], …]. */
export function curves(lines, label, { width = wide(), height = 300, isExact = false } = {}) {
  const kept = lines.map((line) => ({ ...line, points: thinned(line.points.filter(([, value]) => Number.isFinite(value))) }));
  const all = kept.flatMap((line) => line.points);
  const chart = s("svg", { viewBox: `0 0 ${width} ${height}`, class: "chart", role: "img", "aria-label": label });
  if (!all.length) {
    chart.append(s("text", { x: width / 2, y: height / 2, "text-anchor": "middle" }, t("Nothing to draw yet")));
    return chart;
  }
  const last = Math.max(2, ...all.map(([step]) => step));
  const high = Math.max(...all.map(([, value]) => value)), low = Math.min(...all.map(([, value]) => value), high * 0.999);
  const from = low - (high - low) * 0.04, to = high + (high - low) * 0.04;
  const x = (step) => left + (width - left - right) * (step - 1) / (last - 1);
  const y = (value) => top + (height - top - bottom) * (1 - (value - from) / (to - from));
  for (const value of ticks(from, to, 5)) {
    chart.append(s("line", { class: "axis", x1: left, x2: width - right, y1: y(value), y2: y(value) }),
      s("text", { x: left - 8, y: y(value) + 4, "text-anchor": "end" }, short(value)));
  }
  for (const step of ticks(1, last, width / 110).filter(Number.isInteger)) {
    chart.append(s("text", { x: x(step), y: height - 9, "text-anchor": "middle" }, count(step)));
  }
  kept.forEach((line, index) => {
    const draw = (values, kind) => chart.append(s("polyline", { class: `${kind} s${index % 5}`,
      points: line.points.map(([step], place) => `${x(step).toFixed(1)},${y(values[place]).toFixed(1)}`).join(" ") }));
    const values = line.points.map(([, value]) => value);
    if (!isExact) draw(values, "raw");
    draw(isExact ? values : smooth(values), "smooth");
  });
  return chart;
}

/** At most 1,000 points, so that a long training draws as fast as a short one. */
function thinned(points) {
  if (points.length <= 1000) return points;
  const step = points.length / 1000;
  return Array.from({ length: 1000 }, (_, index) => points[Math.floor(index * step)]).concat([points[points.length - 1]]);
}

/** How long rows are, with the cutoff drawn in. */
export function histogram(buckets, cutoff) {
  const width = wide();
  const chart = s("svg", { viewBox: `0 0 ${width} 220`, class: "chart", role: "img", "aria-label": t("How long rows are, in tokens") });
  if (!buckets.length) return chart;
  const end = Math.max(...buckets.map((one) => one.to)) + 1, start = buckets[0].from;
  const isCut = cutoff <= end * 1.15;
  const reach = isCut ? Math.max(end, cutoff * 1.03) : end;
  const most = Math.max(...buckets.map((one) => one.count));
  const x = (value) => left + (width - left - right) * (value - start) / Math.max(1, reach - start);
  const y = (value) => 14 + 170 * (1 - value / most);
  for (const value of ticks(0, most, 4)) {
    chart.append(s("line", { class: "axis", x1: left, x2: width - right, y1: y(value), y2: y(value) }),
      s("text", { x: left - 8, y: y(value) + 4, "text-anchor": "end" }, count(value)));
  }
  for (const one of buckets) {
    if (!one.count) continue;
    const bar = s("rect", { class: one.from > cutoff ? "bar over" : "bar", x: x(one.from) + 0.5, y: y(one.count),
      width: Math.max(1.5, x(one.to + 1) - x(one.from) - 1), height: Math.max(1, 184 - y(one.count)), rx: 2 });
    bar.append(s("title", {}, `${count(one.from)}–${count(one.to)}: ${count(one.count)}`));
    chart.append(bar);
  }
  for (const value of ticks(start, reach, width / 100)) chart.append(s("text", { x: x(value), y: 204, "text-anchor": "middle" }, count(Math.round(value))));
  if (isCut) {
    chart.append(s("line", { class: "cut", x1: x(cutoff), x2: x(cutoff), y1: 8, y2: 184 }),
      s("text", { class: "cut-text", x: x(cutoff) - 6, y: 18, "text-anchor": "end" }, t("cutoff {n}", { n: count(cutoff) })));
  } else {
    // Far beyond the longest: drawn to scale it would press the rows together.
    chart.append(s("text", { class: "cut-text", x: width - right, y: 12, "text-anchor": "end" }, t("cutoff {n}", { n: count(cutoff) }) + " →"));
  }
  return chart;
}

import { formatDuration, formatNumber, formatStep, withUnit } from "../lib/format.ts";
import { h } from "./dom";
import type { Answer, Event, Fix, Issue, Json, Page, Result } from "./types";

const SIGNS: Record<string, string> = { green: "●", yellow: "▲", red: "■", grey: "–" };
const LIGHTS: Record<string, string> = { green: "good", yellow: "acceptable", red: "bad", grey: "none" };
const DIGITS: Record<string, number> = { share: 1, points: 1, score: 2, count: 0, money: 0, ratio: 2 };

export interface Acts {
  fix: (fix: Fix) => void;
  go: (where: string) => void;
  agree: () => void;
}

export function valueText(page: Page, value: number, unit: string, digits: number | null): string {
  const { texts } = page;
  const language = document.documentElement.lang;
  if (unit === "seconds") return formatDuration(value, { hour: texts.hour!, minute: texts.minute!, second: texts.second! });
  const shown = unit === "share" ? value * 100 : value;
  return withUnit(formatNumber(shown, digits ?? DIGITS[unit] ?? 1, language), unit === "share" ? "%" : unit === "money" ? texts.money! : "", language);
}

/** The panel beside the form: words, problems, value, trend, places, events. */
export function draw(panel: HTMLElement, page: Page, answer: Answer, digits: number | null, acts: Acts): void {
  const { texts } = page;
  const parts: (HTMLElement | null)[] = [
    answer.words ? h("p", { class: "preview-words" }, answer.words) : null,
    answer.issues.length ? problems(answer.issues, texts, acts) : null,
    answer.result ? value(page, answer.result, digits) : null,
    answer.cost ? h("p", { class: "field-help preview-cost" }, answer.cost.text) : null,
    answer.cost?.expensive && !answer.result ? h("button", { type: "button", class: "btn", click: acts.agree }, texts.goOn!) : null,
    answer.series.length > 1 ? trend(page, answer, digits) : null,
    answer.places.length ? places(page, answer, digits) : null,
    answer.result ? events(page, answer) : null,
  ];
  panel.replaceChildren(h("div", { class: "card-body stack" }, ...parts));
  panel.dataset.drawn = "1";
}

function problems(issues: Issue[], texts: Record<string, string>, acts: Acts): HTMLElement {
  const list = h("ul", { class: "definition-problems" });
  for (const issue of issues) {
    const go = h("button", { type: "button", class: "btn-plain problem-text", click: () => acts.go(issue.where) }, issue.message);
    const fix = issue.fix;
    list.append(
      h(
        "li",
        { class: `problem-${issue.severity}` },
        h("span", { class: "problem-sign", "aria-hidden": "true" }, issue.severity === "error" ? "■" : "▲"),
        go,
        fix ? h("button", { type: "button", class: "btn problem-fix", click: () => acts.fix(fix) }, fix.label) : null,
      ),
    );
  }
  return h("section", { "aria-label": texts.problems! }, list);
}

function value(page: Page, result: Result, digits: number | null): HTMLElement {
  const { texts } = page;
  const light = result.colour !== "grey" && h("span", { class: `light light-${LIGHTS[result.colour] ?? "none"}` }, h("span", { class: "light-sign", "aria-hidden": "true" }, SIGNS[result.colour] ?? "–"));
  if (result.value === null) return h("p", { class: "preview-value", "data-preview-value": true }, h("span", { class: "widget-missing" }, `${texts.noValue}: ${result.reason_text ?? ""}`));
  const half = result.interval ? (result.interval[1] - result.interval[0]) / 2 : null;
  const box = h(
    "div",
    {},
    h("p", { class: "preview-value", "data-preview-value": true }, light, h("strong", {}, valueText(page, result.value, result.unit, digits)), half === null ? null : h("small", {}, `± ${valueText(page, half, result.unit, digits)}`), h("small", { class: "muted" }, `n = ${formatNumber(result.n, 0, document.documentElement.lang)}`)),
  );
  for (const note of result.notes) box.append(h("p", { class: "field-help" }, note));
  return box;
}

function trend(page: Page, answer: Answer, digits: number | null): HTMLElement {
  const known = answer.series.filter((one) => one.value !== null) as { period: string; value: number; n: number }[];
  const box = h("figure", { class: "preview-trend" }, h("figcaption", { class: "field-help" }, page.texts.trend!));
  if (known.length < 2) return box;
  const values = known.map((one) => one.value);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const [width, height] = [320, 64];
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("role", "img");
  const unit = answer.result?.unit ?? "ratio";
  svg.setAttribute("aria-label", `${page.texts.trend}: ${valueText(page, low, unit, digits)} – ${valueText(page, high, unit, digits)}`);
  const start = Date.parse(known[0]!.period);
  const whole = Date.parse(known[known.length - 1]!.period) - start || 1;
  const points = known.map((one) => {
    const x = ((Date.parse(one.period) - start) / whole) * (width - 4) + 2;
    const y = high > low ? height - 4 - ((one.value - low) / (high - low)) * (height - 8) : height / 2;
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  const line = document.createElementNS(svg.namespaceURI!, "polyline");
  line.setAttribute("points", points.join(" "));
  line.setAttribute("class", "preview-line");
  svg.append(line);
  const language = document.documentElement.lang;
  box.append(svg, h("p", { class: "preview-ends" }, h("span", {}, formatStep(known[0]!.period, language)), h("span", {}, `${valueText(page, low, unit, digits)} – ${valueText(page, high, unit, digits)}`), h("span", {}, formatStep(known[known.length - 1]!.period, language))));
  return box;
}

function places(page: Page, answer: Answer, digits: number | null): HTMLElement {
  const body = h("tbody");
  for (const one of answer.places)
    body.append(
      h(
        "tr",
        {},
        h("td", {}, one.child_name ?? one.child),
        h("td", { class: "num" }, one.value === null ? "–" : `${one.colour === "grey" ? "" : `${SIGNS[one.colour] ?? ""} `}${valueText(page, one.value, one.unit, digits)}`),
        h("td", { class: "num muted" }, formatNumber(one.n, 0, document.documentElement.lang)),
      ),
    );
  const head = h("thead", {}, h("tr", {}, h("th", {}, page.texts.places!), h("th", { class: "num" }, page.texts.value!), h("th", { class: "num" }, "n")));
  return h("div", { class: "table-responsive", tabindex: "0", role: "region", "aria-label": page.texts.places! }, h("table", { class: "table preview-table" }, head, body));
}

function events(page: Page, answer: Answer): HTMLElement {
  const { texts } = page;
  const box = h("section", { class: "preview-events" }, h("h3", { class: "card-title" }, texts.events!));
  if (!answer.events.length) box.append(h("p", { class: "field-help" }, texts.noEvents!));
  else box.append(list(page, answer.events));
  for (const near of answer.almost) box.append(h("p", { class: "field-help" }, `${texts.almost} ${near.but_for}`), list(page, near.events));
  return box;
}

function list(page: Page, found: Event[]): HTMLElement {
  const made = h("ul", {});
  for (const one of found) {
    const kind = page.known.kinds.find((kind) => kind.code === one.kind);
    const said = (name: string, held: Json): string => {
      if (typeof held === "boolean") return held ? page.texts.yes! : page.texts.no!;
      if (typeof held === "object") return JSON.stringify(held);
      return kind?.attributes.find((known) => known.name === name)?.choices.find((choice) => choice.value === held)?.label ?? String(held);
    };
    const facts = Object.entries(one.attrs).slice(0, 4).map(([name, held]) => `${page.known.attributes[name] ?? name}: ${said(name, held)}`);
    const place = page.known.places.find((place) => place.code === one.place)?.name ?? one.place;
    const number = one.value === null ? "" : ` ${formatNumber(one.value, Number.isInteger(one.value) ? 0 : 2, document.documentElement.lang)}`;
    made.append(h("li", {}, h("strong", {}, `${kind?.name ?? one.kind}${number}`), h("span", { class: "muted" }, ` ${formatStep(one.at, document.documentElement.lang)}, ${place}`), facts.length ? h("small", {}, facts.join(" · ")) : null));
  }
  return made;
}

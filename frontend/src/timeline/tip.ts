import { formatNumber } from "../lib/format.ts";
import { coverage, dashOf, panelsOf } from "./layout.ts";
import { valueText, type Drawing } from "./options.ts";
import { stepText } from "./steps.ts";
import type { Line } from "./types";

export function make<K extends keyof HTMLElementTagNameMap>(tag: K, css = "", text = ""): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (css) element.className = css;
  if (text) element.textContent = text;
  return element;
}

/** The colour of a line with its dashes, where another line has the same colour. */
export function swatch(line: { colour: number }, dash = 0): HTMLElement {
  return make("span", `tl-swatch tl-series-${line.colour}${dash ? ` tl-dash-${dash}` : ""}`);
}

/** Lines that share a panel share its dashes. */
export function dashIn({ payload, mode }: Pick<Drawing, "payload" | "mode">, line: Line): number {
  return dashOf(line, panelsOf(payload.lines, mode).find((lines) => lines.includes(line)) ?? []);
}

function reasonText(line: Line, at: number): string {
  const number = line.reason?.[at];
  return number === null || number === undefined ? "" : (line.reason_texts[number] ?? "");
}

function lineRow(drawing: Drawing, line: Line, at: number): HTMLElement[] {
  const { language, texts, gaps } = drawing;
  const row = make("div", "tl-tip-row");
  const name = make("span", "tl-tip-name");
  const words = make("span", "", line.name);
  if (line.about) words.append(make("small", "", line.about));
  name.append(swatch(line, dashIn(drawing, line)), words);
  const value = line.values[at];
  const number = make("span", "tl-tip-value");
  if (value === null || value === undefined) number.append(make("small", "", reasonText(line, at) || texts.none));
  else {
    number.append(make("strong", "", valueText(line, value, language, texts)));
    const [low, high] = [line.low[at], line.high[at]];
    const said = [`n\u00a0=\u00a0${formatNumber(line.n[at] ?? 0, 0, language)}`];
    if (low !== null && high !== null && low !== undefined && high !== undefined)
      said.unshift(`${valueText(line, low, language, texts)} … ${valueText(line, high, language, texts)}`);
    number.append(make("small", "", said.join(" · ")));
  }
  row.append(name, number);
  const more: string[] = [];
  const other = line.other?.values[at];
  if (other !== null && other !== undefined) more.push(`${line.otherName || texts.before}: ${valueText(line, other, language, texts)}`);
  const hours = gaps.find((gap) => gap.key === line.key)?.steps[String(at)];
  if (hours) more.push((texts.missingShort ?? "").replace("%s", formatNumber(hours, 0, language)));
  const set = line.flags[String(at)];
  if (set !== undefined && value !== null) more.push(...(line.flag_sets[set] ?? []));
  return more.length > 0 ? [row, make("p", "tl-tip-more", more.join(" · "))] : [row];
}

/** All values of one step, with n and interval, and what was marked. */
export function fillTip(holder: HTMLElement, drawing: Drawing, at: number): void {
  const { payload, language, texts } = drawing;
  const step = payload.steps[at];
  if (step === undefined) return;
  const when = make("p", "tl-tip-when", stepText(step, payload.grain, language, payload.ends?.[at]));
  if (at === payload.unfinished) when.append(make("small", "", texts.unfinished));
  const other = payload.others[at];
  const compared = other && payload.compared && !payload.lines[0]?.otherName ? [make("p", "tl-tip-more", `${texts.before}: ${stepText(other, payload.grain, language)}`)] : [];
  const marks = payload.markers.filter((marker) => {
    const steps = coverage(marker, payload.steps, payload.grain === "hour");
    return steps !== null && at >= steps[0] && at <= steps[1];
  });
  holder.replaceChildren(
    when,
    ...payload.lines.flatMap((line) => lineRow(drawing, line, at)),
    ...compared,
    ...marks.map((marker) => make("p", "tl-tip-mark", `⚑ ${marker.text}`)),
  );
}

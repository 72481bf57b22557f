import { mergedRuns } from "../lib/bands.ts";
import type { Mode, Payload } from "./types";

/** What the address says beside place and period. `zoom` are the first and the last step shown. */
export interface State {
  series: string[];
  grain: string;
  mode: Mode;
  against: string;
  zoom: [string, string] | null;
}

export interface Spec {
  code: string;
  subject: string;
  place: string;
  point: string;
  employee: string;
  colour: number;
}

/** First and last step shown, both included. */
export type Window = [first: number, last: number];

const PARTS = ["subject", "place", "point", "employee"] as const;
export const OWN = ["series", "grain", "mode", "against", "zoom"] as const;
export const FEWEST = 3; // steps that one can zoom in to

export function parseSpec(text: string): Spec {
  const [code, ...parts] = text.split(",");
  const spec: Spec = { code: code ?? "", subject: "", place: "", point: "", employee: "", colour: 0 };
  for (const part of parts) {
    const at = part.indexOf(":");
    const [name, value] = [part.slice(0, at), part.slice(at + 1)];
    if (name === "colour") spec.colour = Number(value) || 0;
    else if ((PARTS as readonly string[]).includes(name)) spec[name as (typeof PARTS)[number]] = value;
  }
  return spec;
}

export function formatSpec(spec: Spec): string {
  const said = PARTS.filter((name) => spec[name]).map((name) => `${name}:${spec[name]}`);
  return [spec.code, ...said, ...(spec.colour ? [`colour:${spec.colour}`] : [])].join(",");
}

export function readState(search: string, usual: { series: string[]; grain: string; mode: Mode }): State {
  const query = new URLSearchParams(search);
  const [from, to] = (query.get("zoom") ?? "").split("..");
  return {
    series: usual.series,
    grain: usual.grain,
    mode: usual.mode,
    against: query.get("against") ?? "",
    zoom: from && to ? [from, to] : null,
  };
}

/** The query string with the state in it; place and period stay as they are. Commas and colons stay readable. */
export function writeState(search: string, state: State): string {
  const query = new URLSearchParams(search);
  for (const name of OWN) query.delete(name);
  for (const one of state.series.length > 0 ? state.series : [""]) query.append("series", one);
  if (state.grain) query.set("grain", state.grain);
  if (state.mode !== "panels") query.set("mode", state.mode);
  if (state.against) query.set("against", state.against);
  if (state.zoom) query.set("zoom", state.zoom.join(".."));
  return query.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
}

/** Zoom by a factor (under 1: in) around the middle or an anchor. */
export function zoomed([first, last]: Window, factor: number, count: number, anchor?: number): Window {
  const length = last - first + 1;
  const wanted = Math.max(Math.min(FEWEST, count), Math.min(count, Math.round(length * factor)));
  const middle = anchor ?? (first + last) / 2;
  const share = length > 1 ? (middle - first) / (length - 1) : 0.5;
  const start = Math.round(middle - share * (wanted - 1));
  return inside([start, start + wanted - 1], count);
}

/** Move by a share of what is shown. */
export function moved([first, last]: Window, share: number, count: number): Window {
  const by = Math.sign(share) * Math.max(1, Math.round((last - first + 1) * Math.abs(share)));
  return inside([first + by, last + by], count);
}

/** The same length, within the steps. */
export function inside([first, last]: Window, count: number): Window {
  const length = Math.min(count, last - first + 1);
  const start = Math.max(0, Math.min(first, count - length));
  return [start, start + length - 1];
}

/** Where steps named in the address lie now; null shows all. */
export function windowOf(zoom: [string, string] | null, steps: readonly string[]): Window {
  const all: Window = [0, Math.max(0, steps.length - 1)];
  if (!zoom || steps.length === 0) return all;
  const first = steps.findIndex((step) => step >= zoom[0]);
  let last = steps.length - 1;
  while (last >= 0 && steps[last]! > zoom[1]) last -= 1;
  return first < 0 || last < first ? all : [first, last];
}

/** Put the last steps of a fresh answer over what is there. */
export function merged(held: Payload, fresh: Payload): Payload {
  if (fresh.first === 0) return fresh;
  const head = <T>(old: T[] | null, now: T[] | null): T[] => [...(old ?? []).slice(0, fresh.first), ...(now ?? [])];
  const lines = fresh.lines.map((line, index) => {
    const old = held.lines[index]!;
    // reasons are numbered anew: take them by their words
    const words = [...new Set([...old.reasons, ...line.reasons])];
    const texts = words.map((word) => old.reason_texts[old.reasons.indexOf(word)] ?? line.reason_texts[line.reasons.indexOf(word)] ?? word);
    const numbered = (from: { reasons: string[]; reason: (number | null)[] | null }, count: number): (number | null)[] =>
      from.reason === null ? Array<null>(count).fill(null) : from.reason.map((number) => (number === null ? null : words.indexOf(from.reasons[number]!)));
    const flags: Record<string, number> = {};
    for (const [number, set] of Object.entries(old.flags)) if (Number(number) < fresh.first) flags[number] = set;
    for (const [number, set] of Object.entries(line.flags)) flags[String(Number(number) + fresh.first)] = set + old.flag_sets.length;
    return {
      ...line,
      limits: mergedRuns(old.limits, line.limits, fresh.first),
      values: head(old.values, line.values),
      low: head(old.low, line.low),
      high: head(old.high, line.high),
      n: head(old.n, line.n),
      reasons: words,
      reason_texts: texts,
      reason: head(numbered(old, old.values.length), numbered(line, line.values.length)),
      flag_sets: [...old.flag_sets, ...line.flag_sets],
      flags,
      other: line.other && old.other ? { values: head(old.other.values, line.other.values), n: head(old.other.n, line.other.n) } : line.other,
    };
  });
  return {
    ...fresh,
    first: 0,
    lines,
    steps: head(held.steps, fresh.steps),
    ends: held.ends && fresh.ends ? head(held.ends, fresh.ends) : null,
    others: head(held.others, fresh.others),
  };
}

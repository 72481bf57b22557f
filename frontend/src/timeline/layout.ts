import { limitsOf, type Band } from "../lib/bands.ts";
import type { Line, Mode, Payload } from "./types";
import type { Window } from "./state.ts";

export interface Panel {
  lines: Line[];
  top: number; // of the plot; the head lies above it
  height: number;
}

export interface Layout {
  panels: Panel[];
  left: number;
  right: number;
  height: number;
  narrow: boolean;
  axes: number; // scales that are drawn in words
}

export const HEAD = 30;
export const LANE = 26; // flags of events, above everything
const SLIDER = 50;
const AXIS = 24;
const AXIS_WIDTH = 54;

/** Lines of one indicator share a panel, whatever their places. */
export function panelsOf(lines: Line[], mode: Mode): Line[][] {
  if (mode === "together") return lines.length > 0 ? [lines] : [];
  const found = new Map<string, Line[]>();
  for (const line of lines) found.set(line.code, [...(found.get(line.code) ?? []), line]);
  return [...found.values()];
}

/** Codes in their order: each has a scale of its own when lines stand together. */
export function scalesOf(lines: Line[]): string[] {
  return [...new Set(lines.map((line) => line.code))];
}

export function layoutOf(payload: Payload, mode: Mode, width: number, tall: number): Layout {
  const narrow = width < 640;
  const groups = panelsOf(payload.lines, mode);
  const lane = payload.markers.length > 0 ? LANE : 0;
  const together = mode === "together";
  const scales = together ? Math.min(scalesOf(payload.lines).length, narrow ? 2 : 3) : 1;
  const labels = groups.some((lines) => lines.length > 1) && !narrow ? (width > 900 ? 196 : 132) : 0; // names at the ends of lines
  const left = narrow ? 46 : AXIS_WIDTH * scales + 8;
  const right = narrow && scales > 1 ? 46 : Math.max(16, labels);
  const many = Math.max(1, groups.length);
  const head = HEAD * (together ? 0 : 1);
  const room = tall - lane - SLIDER - AXIS - many * head;
  const each = together ? Math.max(narrow ? 260 : 320, room) : Math.max(narrow ? 96 : 104, Math.min(240, Math.floor(room / many)));
  let top = lane + (together ? 8 : 0);
  const panels = groups.map((lines) => {
    const panel = { lines, top: top + head, height: each };
    top += head + each + 8;
    return panel;
  });
  return { panels, left, right, height: top + AXIS + SLIDER, narrow, axes: scales };
}

/** The scale of some lines over the steps shown, with some air; counts begin at zero. */
export function boundsOf(lines: Line[], [first, last]: Window, unfinished: number | null, fromZero = true): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  const take = (value: number | null | undefined): void => {
    if (value === null || value === undefined) return;
    if (value < low) low = value;
    if (value > high) high = value;
  };
  for (const line of lines) {
    let solid = 0;
    for (let at = first; at <= last; at += 1) if (line.n[at]! >= 30 && at !== unfinished && line.values[at] !== null) solid += 1;
    for (let at = first; at <= last; at += 1) {
      if (at === unfinished && last > first) {
        if (!line.bars) take(line.values[at]);
        continue;
      }
      // a step of few answers would flatten everything else: its interval is cut at the edge
      const trusted = solid < 2 || line.n[at]! >= 30;
      if (trusted || line.bars) take(line.values[at]);
      if (trusted && !line.bars) {
        take(line.low[at]);
        take(line.high[at]);
      }
      take(line.other?.values[at]);
    }
  }
  if (low === Infinity) return [0, 1];
  const [one] = lines;
  const spread = high - low || Math.abs(high) || 1;
  for (const bound of limitsOf(one?.limits ?? []))
    if (bound > low - spread * 0.6 && bound < high + spread * 0.6) take(bound);
  const air = (high - low || Math.abs(high) || 1) * 0.08;
  const floor = low >= 0 ? Math.max(0, low - air) : low - air;
  return [fromZero && lines.some((line) => line.bars) ? Math.min(0, floor) : floor, high + air];
}

const BAND_NAME = 22; // pixels that the name of a band needs

/** Whether so much of a band is seen on a scale of this height that its name can stand in it. */
export function fits(band: Pick<Band, "kind" | "from" | "to">, [low, high]: [number, number], height: number): boolean {
  return ((Math.min(band.to, high) - Math.max(band.from, low)) / (high - low || 1)) * height >= BAND_NAME;
}

/** Beyond eight lines colours repeat: how many lines of the same colour stand before this one. */
export function dashOf(line: Line, lines: Line[]): number {
  return Math.min(MOST_DASHES, Math.max(0, lines.filter((other) => other.colour === line.colour).indexOf(line)));
}

const MOST_DASHES = 3;
export const DASHES: ("solid" | number[])[] = ["solid", [7, 3], [2, 3], [9, 3, 2, 3]];

/** Numbers of values between two gaps: a line would not show them. */
export function lonely(values: (number | null)[], skip: number | null): number[] {
  const known = (at: number): boolean => at !== skip && values[at] !== null && values[at] !== undefined;
  return values.flatMap((_, at) => (known(at) && !known(at - 1) && !known(at + 1) ? [at] : []));
}

/** Neighbouring numbers as runs. */
export function runsOf(numbers: number[]): Window[] {
  const found: Window[] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const run = found.at(-1);
    if (run && run[1] === number - 1) run[1] = number;
    else found.push([number, number]);
  }
  return found;
}

/** The first and the last step that a marker covers; null when it lies outside. */
export function coverage(marker: { first: string; last: string }, steps: readonly string[], grainIsHour: boolean): Window | null {
  if (steps.length === 0) return null;
  const end = grainIsHour ? `${marker.last}T23:59` : marker.last;
  let last = steps.length - 1;
  while (last >= 0 && steps[last]! > end) last -= 1;
  if (last < 0) return null;
  let first = last;
  while (first > 0 && steps[first]! > marker.first) first -= 1;
  if (grainIsHour && steps[first]! < marker.first && first < last) first += 1;
  return [first, last];
}

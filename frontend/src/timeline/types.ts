import type { Run } from "../lib/bands.ts";

/** What the server sends, see otklik/dashboards/timeline/present.py. */
export interface Columns {
  values: (number | null)[];
  low: (number | null)[];
  high: (number | null)[];
  n: number[];
  reasons: string[];
  reason_texts: string[];
  reason: (number | null)[] | null;
}

export interface Line extends Columns {
  key: string;
  code: string;
  name: string;
  about: string;
  own: boolean;
  unit: string;
  seconds: boolean;
  digits: number;
  direction: "higher" | "lower" | "none";
  bars: boolean;
  colour: number;
  limits: Run[];
  kinds: string;
  params: Record<string, string>;
  otherName: string;
  flag_sets: string[][];
  flags: Record<string, number>;
  other: { values: (number | null)[]; n: number[] } | null;
}

export interface Marker {
  id: number;
  text: string;
  kind: string;
  kindName: string;
  first: string;
  last: string;
  days: string;
  place: string;
  editable: boolean;
}

export interface Payload {
  grain: Grain;
  first: number;
  steps: string[];
  ends: string[] | null;
  unfinished: number | null;
  others: string[];
  settled: string;
  tail: number;
  lines: Line[];
  problems: string[];
  places: number[] | null;
  scope: string;
  period: string;
  compared: string;
  live: boolean;
  markers: Marker[];
}

export interface Gap {
  key: string;
  steps: Record<string, number>;
  text: string;
  runs: { place: string; from: string; to: string; n: number }[];
}

export type Grain = "hour" | "day" | "week" | "month" | "quarter" | "year";

export interface Choice {
  code: string;
  name: string;
  group: string;
  types: string[];
  colour: number;
}

export interface Config {
  series: string[];
  problems: string[];
  grain: string;
  mode: Mode;
  most: number;
  language: string;
  place: string;
  title: string;
  scope: string;
  period: string;
  days: [first: string, last: string];
  grains: { code: Grain; name: string }[];
  indicators: Choice[];
  questions: { code: string; text: string; type: string }[];
  addresses: Record<"data" | "gaps" | "people" | "places" | "markers" | "indicator", string>;
  texts: Record<string, string>;
}

export type Mode = "panels" | "together";

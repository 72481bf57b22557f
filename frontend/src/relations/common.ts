import type { EChartsCoreOption } from "echarts/core";
import { formatNumber, withUnit } from "../lib/format.ts";

export interface Axis {
  name: string;
  unit: string;
}

export interface Common {
  language: string;
  texts: Record<string, string>;
}

export interface Colours {
  ink: string;
  soft: string;
  line: string;
  strong: string;
  surface: string;
  up: string;
  down: string;
  quiet: string;
  font: string;
}

export type Cell = string | { text: string; url: string };

/** A chart of this island: what ECharts draws, the same as a table, and where a click leads. */
export interface Drawn {
  option: EChartsCoreOption;
  head: string[];
  rows: Cell[][];
  url?: (index: number, series: number) => string;
  legend?: { text: string; colour: string; hollow?: boolean }[];
  height?: number;
}

export function colours(): Colours {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string): string => style.getPropertyValue(name).trim();
  return {
    ink: of("--ink"),
    soft: of("--ink-2"),
    line: of("--line"),
    strong: of("--line-strong"),
    surface: of("--surface"),
    up: of("--series-1"),
    down: of("--series-2"),
    quiet: of("--none"),
    font: of("--font"),
  };
}

/** A number with as many digits as its size makes sense of. */
export function numberText(value: number, common: Common, unit = "", fixed?: number): string {
  const size = Math.abs(value);
  const digits = fixed ?? (size >= 100 ? 0 : size >= 10 ? 1 : 2);
  return withUnit(formatNumber(value, digits, common.language), unit, common.language);
}

/** Digits after the point that the ticks of an axis need. */
export function tickDigits(low: number, high: number): number {
  const spread = high - low;
  return spread >= 8 ? 0 : spread >= 0.8 ? 1 : 2;
}

/** Bounds of an axis with some air around the values. */
export function bounds(values: number[]): [number, number] {
  if (values.length === 0) return [0, 1];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const air = (high - low || Math.abs(high) || 1) * 0.06;
  return [low - air, high + air];
}

export function axisStyle(colour: Colours): object {
  return {
    axisLabel: { color: colour.soft, fontFamily: colour.font, fontSize: 12, hideOverlap: true },
    axisLine: { lineStyle: { color: colour.strong } },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: colour.line } },
    nameTextStyle: { color: colour.soft, fontFamily: colour.font, fontSize: 12 },
  };
}

export function tooltipStyle(colour: Colours): object {
  return {
    renderMode: "richText",
    confine: true,
    backgroundColor: colour.surface,
    borderColor: colour.strong,
    textStyle: { color: colour.ink, fontFamily: colour.font, fontSize: 13, lineHeight: 20 },
  };
}

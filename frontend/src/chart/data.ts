import { limitsOf, type Run } from "../lib/bands.ts";

export type Point = [step: string, value: number | null, low: number | null, high: number | null, n: number, before: number | null];

export interface ChartData {
  name: string;
  unit: string;
  seconds: boolean;
  digits: number;
  direction: "higher" | "lower" | "none";
  bars: boolean;
  language: string;
  grain: string;
  limits: Run[];
  unfinished: boolean; // the last step is not over
  points: Point[];
  texts: Record<string, string>;
}

/** The axis: all values and bounds with some air; bars start at zero. */
export function bounds(data: ChartData): [number, number] {
  // a step of few answers has an interval that would flatten everything else; it is cut at the edge instead
  const solid = data.points.filter((point, index) => point[4] >= 30 && !(data.unfinished && index === data.points.length - 1));
  const main = (solid.length > 1 ? solid : data.points).flatMap(([, value, low, high]) => [value, low, high]);
  const values = [...main, ...data.points.map((point) => point[5])];
  const known = values.filter((value): value is number => value !== null);
  if (known.length === 0) return [0, 1];
  let [low, high] = [Math.min(...known), Math.max(...known)];
  const spread = high - low || Math.abs(high) || 1;
  for (const bound of limitsOf(data.limits))
    if (bound > low - spread && bound < high + spread) [low, high] = [Math.min(low, bound), Math.max(high, bound)];
  const air = (high - low || 1) * 0.08;
  const floor = low >= 0 ? Math.max(0, low - air) : low - air;
  return [data.bars ? Math.min(0, floor) : floor, high + air];
}

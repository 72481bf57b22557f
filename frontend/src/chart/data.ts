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
  good: number | null;
  acceptable: number | null;
  unfinished: boolean; // the last step is not over
  points: Point[];
  texts: Record<string, string>;
}

export interface Band {
  kind: "good" | "fair" | "bad";
  from: number;
  to: number;
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
  for (const bound of [data.good, data.acceptable])
    if (bound !== null && bound > low - spread && bound < high + spread) [low, high] = [Math.min(low, bound), Math.max(high, bound)];
  const air = (high - low || 1) * 0.08;
  const floor = low >= 0 ? Math.max(0, low - air) : low - air;
  return [data.bars ? Math.min(0, floor) : floor, high + air];
}

/** Thresholds as bands between the ends of the axis. */
export function bands(data: ChartData, [low, high]: [number, number]): Band[] {
  const { good, acceptable, direction } = data;
  if (good === null || acceptable === null || direction === "none") return [];
  const cut = (kind: Band["kind"], from: number, to: number): Band[] => {
    const [start, end] = [Math.max(low, from), Math.min(high, to)];
    return start < end ? [{ kind, from: start, to: end }] : [];
  };
  if (direction === "higher")
    return [...cut("good", good, Infinity), ...cut("fair", acceptable, good), ...cut("bad", -Infinity, acceptable)];
  return [...cut("good", -Infinity, good), ...cut("fair", good, acceptable), ...cut("bad", acceptable, Infinity)];
}

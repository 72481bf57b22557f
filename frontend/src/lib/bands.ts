// Thresholds as areas behind a chart: each run of steps has its own.

/** Limits from a step on, until the next run. */
export type Run = [first: number, good: number | null, acceptable: number | null];
export type Direction = "higher" | "lower" | "none";

export interface Band {
  kind: "good" | "fair" | "bad";
  from: number;
  to: number;
  steps: [first: number, last: number] | null; // null: over the whole axis
  named: boolean; // of the longest run: the one whose names are written
}

const MOST_RUNS = 120; // goals for weekends over years would be thousands of areas: the newest stands for all

/** Bands between the ends of the scale, of `count` steps. */
export function bandsOf(runs: readonly Run[], direction: Direction, count: number, [low, high]: readonly [number, number]): Band[] {
  if (direction === "none") return [];
  const shown = runs.length > MOST_RUNS ? runs.slice(-1) : runs;
  const lengths = shown.map(([first], number) => (shown[number + 1]?.[0] ?? count) - first);
  const longest = lengths.lastIndexOf(Math.max(...lengths));
  return shown.flatMap(([first, good, acceptable], number) => {
    if (good === null || acceptable === null) return [];
    const next = shown[number + 1];
    const steps: Band["steps"] = shown.length === 1 ? null : [first, next ? next[0] : count - 1];
    const cut = (kind: Band["kind"], from: number, to: number): Band[] => {
      const [start, end] = [Math.max(low, from), Math.min(high, to)];
      return start < end ? [{ kind, from: start, to: end, steps, named: number === longest }] : [];
    };
    if (direction === "higher") return [...cut("good", good, Infinity), ...cut("fair", acceptable, good), ...cut("bad", -Infinity, acceptable)];
    return [...cut("good", -Infinity, good), ...cut("fair", good, acceptable), ...cut("bad", acceptable, Infinity)];
  });
}

/** All limits of the runs. */
export function limitsOf(runs: readonly Run[]): number[] {
  return [...new Set(runs.flatMap(([, good, acceptable]) => [good, acceptable]))].filter((one): one is number => one !== null);
}

/** A band as data of an ECharts markArea. */
export function areaOf(band: Band, start: object): [object, object] {
  const [first, last] = band.steps ?? [];
  return [
    { ...start, yAxis: band.from, ...(band.steps ? { xAxis: first } : {}) },
    { yAxis: band.to, ...(band.steps ? { xAxis: last } : {}) },
  ];
}

/** Runs of which those from step `at` on are replaced by newer ones, which are counted from there. */
export function mergedRuns(old: readonly Run[], fresh: readonly Run[], at: number): Run[] {
  const moved = fresh.map(([first, good, acceptable]): Run => [first + at, good, acceptable]);
  const kept = old.filter(([first]) => first < at);
  const same = kept.at(-1)?.[1] === moved[0]?.[1] && kept.at(-1)?.[2] === moved[0]?.[2];
  return [...kept, ...(same ? moved.slice(1) : moved)];
}

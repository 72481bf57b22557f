import { expect, test } from "vitest";
import { areaOf, bandsOf, limitsOf, mergedRuns, type Run } from "./bands.ts";

test("a new goal begins at its step", () => {
  const runs: Run[] = [[0, 50, 20], [3, 60, 30]];
  const bands = bandsOf(runs, "higher", 6, [0, 100]);
  expect(bands.map(({ kind, from, to, steps, named }) => [kind, from, to, steps, named])).toEqual([
    ["good", 50, 100, [0, 3], false], ["fair", 20, 50, [0, 3], false], ["bad", 0, 20, [0, 3], false],
    ["good", 60, 100, [3, 5], true], ["fair", 30, 60, [3, 5], true], ["bad", 0, 30, [3, 5], true],
  ]);
  expect(limitsOf(runs)).toEqual([50, 20, 60, 30]);
  expect(areaOf(bands[0]!, {})).toEqual([{ yAxis: 50, xAxis: 0 }, { yAxis: 100, xAxis: 3 }]);
});

test("limits that never change reach over the whole axis, also where less is better", () => {
  const bands = bandsOf([[0, 10, 20]], "lower", 6, [0, 15]);
  expect(bands).toEqual([
    { kind: "good", from: 0, to: 10, steps: null, named: true },
    { kind: "fair", from: 10, to: 15, steps: null, named: true },
  ]);
  expect(areaOf(bands[0]!, {})).toEqual([{ yAxis: 0 }, { yAxis: 10 }]);
});

test("nothing is drawn without limits or direction, and thousands of runs are one", () => {
  expect(bandsOf([[0, null, null]], "higher", 3, [0, 1])).toEqual([]);
  expect(bandsOf([[0, 1, 0]], "none", 3, [0, 1])).toEqual([]);
  const many = Array.from({ length: 500 }, (_, at): Run => [at, at % 2, 0]);
  expect(bandsOf(many, "higher", 500, [0, 2]).every((band) => band.steps === null)).toBe(true);
});

test("newer runs join older ones", () => {
  expect(mergedRuns([[0, 5, 2], [4, 6, 3]], [[0, 6, 3], [2, 7, 4]], 8)).toEqual([[0, 5, 2], [4, 6, 3], [10, 7, 4]]);
  expect(mergedRuns([[0, 5, 2]], [[0, 6, 3]], 8)).toEqual([[0, 5, 2], [8, 6, 3]]);
});

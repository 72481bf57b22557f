import { describe, expect, test } from "vitest";
import { bands, bounds, type ChartData, type Point } from "./data.ts";

function chart(points: Point[], more: Partial<ChartData> = {}): ChartData {
  return {
    name: "", unit: "%", seconds: false, digits: 1, direction: "higher", bars: false, language: "ru", grain: "day",
    good: null, acceptable: null, points, unfinished: false, texts: {}, ...more,
  };
}

describe("axis", () => {
  test("bars start at zero", () => expect(bounds(chart([["2026-01-01", 90, null, null, 90, null], ["2026-01-02", 100, null, null, 100, null]], { bars: true }))[0]).toBe(0));
  test("nothing known", () => expect(bounds(chart([["2026-01-01", null, null, null, 0, null]]))).toEqual([0, 1]));
  test("the interval of a day that has just begun does not flatten the rest", () => {
    const points: Point[] = [["a", 10, 9, 11, 500, null], ["b", 11, 10, 12, 500, null], ["c", 0, 0, 80, 3, null]];
    expect(bounds(chart(points, { unfinished: true }))[1]).toBeLessThan(20);
  });
});

describe("bands", () => {
  const points: Point[] = [["a", 50, null, null, 99, null]];
  test("higher is better", () =>
    expect(bands(chart(points, { good: 60, acceptable: 40 }), [0, 100]).map((band) => [band.kind, band.from, band.to])).toEqual([["good", 60, 100], ["fair", 40, 60], ["bad", 0, 40]]));
  test("lower is better", () =>
    expect(bands(chart(points, { good: 10, acceptable: 20, direction: "lower" }), [0, 15]).map((band) => [band.kind, band.from, band.to])).toEqual([["good", 0, 10], ["fair", 10, 15]]));
  test("no direction, no bands", () => expect(bands(chart(points, { good: 1, acceptable: 2, direction: "none" }), [0, 9])).toEqual([]));
});

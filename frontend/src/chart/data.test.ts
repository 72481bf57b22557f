import { describe, expect, test } from "vitest";
import { bounds, type ChartData, type Point } from "./data.ts";

function chart(points: Point[], more: Partial<ChartData> = {}): ChartData {
  return {
    name: "", unit: "%", seconds: false, digits: 1, direction: "higher", bars: false, language: "ru", grain: "day",
    limits: [], points, unfinished: false, texts: {}, ...more,
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

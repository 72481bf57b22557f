import { expect, test } from "vitest";
import { formatSpec, inside, merged, moved, parseSpec, readState, windowOf, writeState, zoomed } from "./state.ts";
import { stepText, tickText } from "./steps.ts";
import type { Line, Payload } from "./types.ts";

test("a line is read and written alike", () => {
  const text = "nps,subject:recommend,place:ekb-1,colour:3";
  expect(formatSpec(parseSpec(text))).toBe(text);
  expect(parseSpec("nps")).toEqual({ code: "nps", subject: "", place: "", point: "", employee: "", colour: 0 });
});

test("the address keeps everything, place and period too", () => {
  const usual = { series: ["nps", "support,place:ekb"], grain: "week", mode: "together" as const };
  const state = { ...readState("?place=msk&zoom=2026-01-05..2026-02-02", usual), against: "vvo" };
  const query = writeState("?place=msk&period=1y&series=old", state);
  expect(query).toBe("place=msk&period=1y&series=nps&series=support,place:ekb&grain=week&mode=together&against=vvo&zoom=2026-01-05..2026-02-02");
  expect(writeState("", { ...state, series: [], grain: "", mode: "panels", against: "", zoom: null })).toBe("series=");
});

test("zoom and pan stay within the steps", () => {
  expect(zoomed([0, 99], 0.5, 100)).toEqual([25, 74]);
  expect(zoomed([25, 74], 2, 100)).toEqual([0, 99]);
  expect(zoomed([0, 2], 0.5, 100)).toEqual([0, 2]);
  expect(zoomed([0, 99], 0.5, 100, 0)).toEqual([0, 49]);
  expect(zoomed([0, 1], 0.5, 2)).toEqual([0, 1]);
  expect(moved([90, 99], 0.5, 100)).toEqual([90, 99]);
  expect(moved([50, 59], -0.2, 100)).toEqual([48, 57]);
  expect(inside([-5, 4], 6)).toEqual([0, 5]);
});

test("steps of the address are found among those of now", () => {
  const steps = ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"];
  expect(windowOf(["2026-01-02", "2026-01-03"], steps)).toEqual([1, 2]);
  expect(windowOf(["2025-12-20", "2026-01-02"], steps)).toEqual([0, 1]);
  expect(windowOf(["2027-01-01", "2027-01-02"], steps)).toEqual([0, 3]);
  expect(windowOf(null, [])).toEqual([0, 0]);
});

function line(values: (number | null)[], reasons: string[], reason: (number | null)[] | null): Line {
  return {
    limits: [[0, 5, 2]], values, low: values, high: values, n: values.map(() => 1), reasons, reason_texts: reasons, reason, flag_sets: [["a"]], flags: { "0": 0 },
    other: { values, n: values.map(() => 1) },
  } as unknown as Line;
}

test("fresh last steps go over the old ones, reasons and flags by their words", () => {
  const held = { first: 0, steps: ["1", "2", "3"], ends: null, others: [], lines: [line([1, null, 3], ["x"], [null, 0, null])] } as unknown as Payload;
  const fresh = { first: 2, steps: ["3", "4"], ends: null, others: [], lines: [line([null, 5], ["y"], [0, null])] } as unknown as Payload;
  const now = merged(held, fresh);
  expect(now.steps).toEqual(["1", "2", "3", "4"]);
  expect(now.lines[0]!.values).toEqual([1, null, null, 5]);
  expect(now.lines[0]!.reason!.map((number) => (number === null ? null : now.lines[0]!.reasons[number]))).toEqual([null, "x", "y", null]);
  expect(now.lines[0]!.flags).toEqual({ "0": 0, "2": 1 });
  expect(now.first).toBe(0);
});

test("steps in words", () => {
  expect(stepText("2026-03-05", "day", "ru")).toBe("чт, 5\u00a0мар\u00a02026");
  expect(stepText("2026-03-05T14:00", "hour", "en")).toBe("Thu, 5\u00a0Mar\u00a02026, 14:00");
  expect(stepText("2026-05-01", "month", "ru")).toBe("май 2026");
  expect(stepText("2026-04-01", "quarter", "ru")).toBe("2\u00a0кв. 2026");
  expect(tickText("2026-05-05", "day", "ru", 30)).toBe("5\u00a0мая");
  expect(tickText("2026-05-05", "day", "ru", 700)).toBe("май\u00a02026");
});

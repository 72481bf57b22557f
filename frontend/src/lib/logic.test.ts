import { describe, expect, test } from "vitest";
import { droppedAt } from "./order.ts";
import { keepScope } from "./scope.ts";
import { resolve } from "./theme.ts";
import { isTouched } from "./touched.ts";

describe("scope stays while one moves", () => {
  const base = "http://otklik.test/";
  test("is added to a plain link", () =>
    expect(keepScope("/indicators/", "?place=msk&period=7d&page=3", base)).toBe("/indicators/?place=msk&period=7d"));
  test("does not override what the link says", () =>
    expect(keepScope("/?place=spb", "?place=msk", base)).toBe("/?place=spb"));
  test("nothing to keep", () => expect(keepScope("/settings/#x", "", base)).toBe("/settings/#x"));
});

describe("what a change touches", () => {
  const change = { places: [5], kinds: ["rating"] };
  test("its kind at its place", () => expect(isTouched(change, "rating served", new Set([5]))).toBe(true));
  test("not another kind", () => expect(isTouched(change, "receipt", new Set([5]))).toBe(false));
  test("not another place", () => expect(isTouched(change, "rating", new Set([6]))).toBe(false));
  test("everything when the page shows all places", () => expect(isTouched(change, "rating", null)).toBe(true));
  test("everything when the change names no place", () =>
    expect(isTouched({ places: [], kinds: [] }, "rating", new Set([6]))).toBe(true));
});

test.each([
  [0, 2, false, 1],
  [0, 2, true, 2],
  [2, 0, false, 0],
  [2, 0, true, 1],
])("dragged from %d over %d (after: %s) lands at %d", (from, over, after, place) =>
  expect(droppedAt(from, over, after)).toBe(place));

test("auto follows the device", () => {
  expect(resolve("auto", true)).toBe("dark");
  expect(resolve("auto", false)).toBe("light");
  expect(resolve("light", true)).toBe("light");
});

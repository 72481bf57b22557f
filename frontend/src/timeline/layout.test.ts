import { expect, test } from "vitest";
import { dashOf, fits } from "./layout.ts";
import { spread } from "./names.ts";
import type { Line } from "./types";

test("names that stand apart stay where their lines end", () => expect(spread([10, 60, 120], 16, 0, 200)).toEqual([10, 60, 120]));
test("names of lines that end together are spread in their order", () => expect(spread([50, 52, 49], 16, 0, 200)).toEqual([65, 81, 49]));
test("names stay between the bounds", () => {
  const found = spread([195, 196, 197, 198], 16, 0, 200);
  expect(Math.max(...found)).toBeLessThanOrEqual(200);
  expect(found).toEqual([152, 168, 184, 200]);
});
test("more names than fit share the height", () => expect(spread([5, 5, 5], 16, 0, 20)).toEqual([0, 10, 20]));

test("lines of one colour are told apart by their dashes", () => {
  const lines = [1, 2, 1, 1].map((colour) => ({ colour }) as Line);
  expect(lines.map((line) => dashOf(line, lines))).toEqual([0, 0, 1, 2]);
});

test("a band names itself only where it is high enough on the screen", () => {
  expect(fits({ kind: "good", from: 60, to: 1e12 }, [0, 100], 200)).toBe(true);
  expect(fits({ kind: "bad", from: -1e12, to: 5 }, [0, 100], 200)).toBe(false);
  expect(fits({ kind: "fair", from: 150, to: 160 }, [0, 100], 200)).toBe(false);
});

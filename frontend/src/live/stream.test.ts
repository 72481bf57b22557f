import { expect, test } from "vitest";
import { waitBefore } from "./stream";

test("waits longer each time, never more than half a minute and a bit", () => {
  const waits = [0, 1, 2, 3, 10].map((attempt) => waitBefore(attempt, 0.5));
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 30_000]);
  expect(waitBefore(20, 1)).toBeLessThanOrEqual(37_500);
});

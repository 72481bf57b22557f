import { expect, test } from "vitest";
import { read, write } from "./tree";
import type { Json } from "./types";

const SAME: Json[] = [
  ["kind", "=", "receipt"],
  ["kind", "in", ["receipt", "visit"]],
  { and: [["kind", "=", "receipt"], ["attr.operation", "=", "sale"]] },
  { and: [["kind", "=", "receipt"], { or: [["value", ">", 5], ["attr.items", ">=", 2]] }] },
  { and: [["kind", "=", "receipt"], { not: { or: [["value", ">", 5]] } }] },
  { or: [["value", ">", 5], ["value", "<", 1]] },
  { and: [] },
  { and: [["kind", "=", "a"], ["value", ">", 1], { and: [["value", "<", 9], ["attr.x", "is_null", false]] }] },
];

test("a filter that is shown and written again means the same", () => {
  for (const data of SAME) expect(write(read(data)!)).toEqual(data);
});

test("one condition alone is shown, and written as a group", () => {
  expect(write(read(["value", ">", 5])!)).toEqual({ and: [["value", ">", 5]] });
  expect(write(read({ not: ["value", ">", 5] })!)).toEqual({ not: { or: [["value", ">", 5]] } });
});

test("what is no filter is not shown", () => {
  for (const data of ["x", 5, { xor: [] }, { and: ["x"] }, [1, 2]] as Json[]) expect(read(data)).toBeNull();
});

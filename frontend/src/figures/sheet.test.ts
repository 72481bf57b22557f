import { describe, expect, it } from "vitest";
import { total } from "./sheet";

const plain = (value: number, digits: number): string => value.toFixed(digits);

describe("what a row of figures comes to", () => {
  it("adds counts up", () => {
    expect(total([1, 2, 3], { adds: "sum", digits: "0" }, plain)).toBe("6");
    expect(total([], { adds: "sum", digits: "0" }, plain)).toBe("0");
  });
  it("takes the mean of shares over the days that are known", () => {
    expect(total([4, 5], { adds: "mean", digits: "1" }, plain)).toBe("4.5");
    expect(total([4, 5], { adds: "mean", digits: "0" }, plain)).toBe("4.5");
  });
  it("takes the last of stocks", () => {
    expect(total([4, 7, 5], { adds: "last", digits: "0" }, plain)).toBe("5");
    expect(total([], { adds: "last", digits: "0" }, plain)).toBe("");
  });
  it("says nothing about a mean of nothing", () => {
    expect(total([], { adds: "mean", digits: "1" }, plain)).toBe("");
  });
});

import { describe, expect, it } from "vitest";
import { isBlock, readBlock } from "./paste";

describe("a pasted block", () => {
  it("is rows of cells", () => {
    expect(readBlock("1\t2\r\n3\t4\r\n")).toEqual([["1", "2"], ["3", "4"]]);
  });
  it("keeps empty cells", () => {
    expect(readBlock("1\t\t3\n\t\t")).toEqual([["1", "", "3"], ["", "", ""]]);
  });
  it("understands quoted cells", () => {
    expect(readBlock('"a\nb"\t"say ""hi"""\t5')).toEqual([["a\nb", 'say "hi"', "5"]]);
  });
  it("is told from a single value", () => {
    expect(isBlock("1 234\r\n")).toBe(false);
    expect(isBlock("1\t2")).toBe(true);
    expect(isBlock("1\n2")).toBe(true);
  });
});

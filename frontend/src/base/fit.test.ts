import { expect, test } from "vitest";
import { shift } from "./fit.ts";

test("a panel inside the screen stays", () => expect(shift(20, 300, 390)).toBe(0));
test("a panel beyond the right edge comes back", () => expect(shift(200, 540, 390)).toBe(-158));
test("a panel beyond the left edge comes in", () => expect(shift(-60, 240, 390)).toBe(68));
test("a panel wider than the screen keeps its beginning", () => expect(shift(100, 600, 390)).toBe(-92));

import { describe, expect, test } from "vitest";
import { formatDuration, formatNumber, formatStep, withUnit } from "./format.ts";

const plain = (text: string): string => text.replaceAll("\u00a0", " ").replaceAll("\u2212", "-");
const words = { hour: "ч", minute: "мин", second: "с" };

describe("numbers", () => {
  test.each([
    ["ru", 1234.5, 1, "1 234,5"],
    ["en", 1234.5, 1, "1,234.5"],
    ["ru", -3.2, 1, "-3,2"],
    ["ru", -0.01, 1, "0,0"],
    ["ru", 1234567, 0, "1 234 567"],
  ])("%s %d", (language, value, digits, expected) => expect(plain(formatNumber(value, digits, language))).toBe(expected));
  test("per cent has a space in Russian alone", () => {
    expect(plain(withUnit("12", "%", "ru"))).toBe("12 %");
    expect(withUnit("12", "%", "en")).toBe("12%");
  });
});

test.each([
  [200, "3 мин 20 с"],
  [0, "0 с"],
  [3600, "1 ч"],
  [3661, "1 ч 1 мин"],
])("duration of %d seconds", (seconds, expected) => expect(plain(formatDuration(seconds, words))).toBe(expected));

test("a step is a day or an hour", () => {
  expect(plain(formatStep("2026-05-05", "ru"))).toBe("5 мая");
  expect(plain(formatStep("2026-03-05T14:00:00", "ru"))).toBe("5 мар 14:00");
  expect(plain(formatStep("2026-05-05", "en"))).toBe("5 May");
});

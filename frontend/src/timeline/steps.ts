import type { Grain } from "./types";

const MONTHS = {
  ru: "янв фев мар апр мая июн июл авг сен окт ноя дек".split(" "),
  en: "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" "),
};
const WHOLE_MONTHS = {
  ru: "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь".split(" "),
  en: "January February March April May June July August September October November December".split(" "),
};
const DAYS = { ru: "вс пн вт ср чт пт сб".split(" "), en: "Sun Mon Tue Wed Thu Fri Sat".split(" ") };
const SPACE = "\u00a0";

interface Parts {
  year: number;
  month: number;
  day: number;
  time: string;
}

function parts(step: string): Parts {
  return { year: Number(step.slice(0, 4)), month: Number(step.slice(5, 7)) - 1, day: Number(step.slice(8, 10)), time: step.slice(11, 16) };
}

const tongue = (language: string): "ru" | "en" => (language.startsWith("ru") ? "ru" : "en");

export function dayText(step: string, language: string, withYear = true): string {
  const { year, month, day } = parts(step);
  const text = `${day}${SPACE}${MONTHS[tongue(language)][month]}`;
  return withYear ? `${text}${SPACE}${year}` : text;
}

/** A step in full: «вт, 5 мар 2026», «2 мар 2026 – 8 мар 2026», «март 2026», «1 кв. 2026». */
export function stepText(step: string, grain: Grain, language: string, end?: string): string {
  const { year, month, day, time } = parts(step);
  const tongueNow = tongue(language);
  if (grain === "year") return String(year);
  if (grain === "quarter") return tongueNow === "ru" ? `${Math.floor(month / 3) + 1}${SPACE}кв. ${year}` : `Q${Math.floor(month / 3) + 1} ${year}`;
  if (grain === "month") return `${WHOLE_MONTHS[tongueNow][month]} ${year}`;
  if (grain === "week") return end ? `${dayText(step, language, end.slice(0, 4) !== step.slice(0, 4))} – ${dayText(end, language)}` : dayText(step, language);
  const weekday = DAYS[tongueNow][new Date(Date.UTC(year, month, day)).getUTCDay()];
  const text = `${weekday}, ${dayText(step, language)}`;
  return grain === "hour" ? `${text}, ${time}` : text;
}

/** A step beside a number: «24 ноя», «16 ноя – 22 ноя», «24 ноя, 14:00», «ноябрь 2026». */
export function shortStep(step: string, grain: Grain, language: string, end?: string): string {
  const day = dayText(step, language, false);
  if (grain === "day") return day;
  if (grain === "hour") return `${day}, ${step.slice(11, 16)}`;
  return grain === "week" && end ? `${day} – ${dayText(end, language, false)}` : stepText(step, grain, language, end);
}

/** A step under the axis, as short as what is shown allows. */
export function tickText(step: string, grain: Grain, language: string, shown: number): string {
  const { year, month, day, time } = parts(step);
  const short = MONTHS[tongue(language)][month === 4 && grain !== "day" && grain !== "week" ? 4 : month]!;
  if (grain === "year") return String(year);
  if (grain === "quarter") return tongue(language) === "ru" ? `${Math.floor(month / 3) + 1} кв. ${year}` : `Q${Math.floor(month / 3) + 1} ${year}`;
  if (grain === "month") return month === 0 ? String(year) : tongue(language) === "ru" && month === 4 ? "май" : short;
  if (grain === "hour") return time === "00:00" || shown > 60 ? dayText(step, language, false) : time;
  const days = grain === "week" ? shown * 7 : shown;
  if (days > 300) return `${tongue(language) === "ru" && month === 4 ? "май" : short}${SPACE}${year}`;
  return `${day}${SPACE}${short}`;
}

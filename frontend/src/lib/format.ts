/** Numbers as the server writes them: «1 234,5», «3 мин 20 с». */
const SPACE = "\u00a0";

export function formatNumber(value: number, digits: number, language: string): string {
  const text = new Intl.NumberFormat(language.startsWith("ru") ? "ru-RU" : "en-GB", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    useGrouping: true,
  }).format(Math.abs(value));
  const sign = value < 0 && /[1-9]/.test(text) ? "\u2212" : "";
  return sign + text.replace(/[\u202f ]/g, SPACE);
}

export interface DurationWords {
  hour: string;
  minute: string;
  second: string;
}

export function formatDuration(seconds: number, words: DurationWords): string {
  const whole = Math.round(Math.abs(seconds));
  const parts: [number, string][] = [
    [Math.floor(whole / 3600), words.hour],
    [Math.floor((whole % 3600) / 60), words.minute],
    [whole % 60, words.second],
  ];
  const from = parts.findIndex(([count]) => count > 0);
  if (from < 0) return `0${SPACE}${words.second}`;
  return parts
    .slice(from, from + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => count + SPACE + unit)
    .join(SPACE);
}

/** «12,3 %» in Russian, «12.3%» in English. */
export function withUnit(text: string, unit: string, language: string): string {
  if (!unit) return text;
  return unit === "%" && !language.startsWith("ru") ? text + unit : text + SPACE + unit;
}

// as Django writes them, so that the chart and the page agree
const MONTHS_RU = "янв фев мар апр мая июн июл авг сен окт ноя дек".split(" ");
const MONTHS_EN = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** «5 мар», or «5 мар 14:00» for an hour. */
export function formatStep(iso: string, language: string): string {
  const hasTime = iso.includes("T");
  const moment = new Date(hasTime ? iso : `${iso}T00:00:00`);
  const months = language.startsWith("ru") ? MONTHS_RU : MONTHS_EN;
  const day = `${moment.getDate()}${SPACE}${months[moment.getMonth()]}`;
  return hasTime ? `${day} ${iso.slice(11, 16)}` : day;
}

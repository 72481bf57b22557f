import { formatNumber } from "../lib/format.ts";
import { valueText } from "./options.ts";
import type { Window } from "./state.ts";
import { stepText } from "./steps.ts";
import { make } from "./tip.ts";
import type { Config, Line, Payload } from "./types";

const MOST_ROWS = 1000;

interface Column {
  title: string;
  line: Line | null;
  text: (at: number) => string;
  raw: (at: number) => string | number | null;
  quiet: boolean;
}

function columnsOf(payload: Payload, config: Config): Column[] {
  const { language, texts } = config;
  const found: Column[] = [
    {
      title: texts.when ?? "", line: null, quiet: false,
      text: (at) => stepText(payload.steps[at]!, payload.grain, language, payload.ends?.[at]) + (at === payload.unfinished ? ` (${texts.unfinished})` : ""),
      raw: (at) => payload.steps[at]!,
    },
  ];
  for (const line of payload.lines) {
    const name = line.about ? `${line.name} · ${line.about}` : line.name;
    const value = (title: string, held: (number | null)[], quiet: boolean): Column => ({
      title, line: quiet ? null : line, quiet, text: (at) => (held[at] === null || held[at] === undefined ? "" : valueText(line, held[at], language, texts)), raw: (at) => held[at] ?? null,
    });
    found.push(value(name, line.values, false));
    if (line.low.some((one) => one !== null)) found.push(value(texts.low ?? "", line.low, true), value(texts.high ?? "", line.high, true));
    found.push({ title: "n", line: null, quiet: true, text: (at) => formatNumber(line.n[at] ?? 0, 0, language), raw: (at) => line.n[at] ?? 0 });
    if (line.other) found.push(value(line.otherName || (texts.before ?? ""), line.other.values, true));
  }
  return found;
}

/** The steps that are shown, as rows; every value leads to its indicator. */
export function fillTable(holder: HTMLElement, payload: Payload, [first, last]: Window, config: Config, address: (line: Line, at: number) => string): void {
  const columns = columnsOf(payload, config);
  const table = make("table", "table");
  const section = table.createTHead();
  const [names, parts] = [section.insertRow(), section.insertRow()];
  const heading = (row: HTMLTableRowElement, text: string, css: string): HTMLTableCellElement => {
    const cell = make("th", css, text);
    cell.scope = "col";
    row.append(cell);
    return cell;
  };
  heading(names, columns[0]!.title, "").rowSpan = 2;
  let group: HTMLTableCellElement | null = null;
  for (const column of columns.slice(1)) {
    if (column.line) {
      group = heading(names, column.title, "tl-group");
      group.colSpan = 1;
      group.scope = "colgroup";
    } else if (group) group.colSpan += 1;
    heading(parts, column.line ? (config.texts.value ?? "") : column.title, column.quiet ? "num tl-quiet" : "num");
  }
  const body = table.createTBody();
  const end = Math.min(last, first + MOST_ROWS - 1);
  for (let at = first; at <= end; at += 1) {
    const row = body.insertRow();
    for (const column of columns) {
      const cell = row.insertCell();
      const text = column.text(at);
      if (column !== columns[0]) cell.className = column.quiet ? "num tl-quiet" : "num";
      if (column.line && text) {
        const link = make("a", "", text);
        link.href = address(column.line, at);
        cell.append(link);
      } else cell.textContent = text;
    }
  }
  holder.replaceChildren(table);
  if (end < last) holder.append(make("p", "tl-more", (config.texts.more ?? "").replace("%s", formatNumber(MOST_ROWS, 0, config.language))));
}

/** All steps, with a point for decimals and numbers as they are drawn. */
export function csvOf(payload: Payload, config: Config): string {
  const columns = columnsOf(payload, config);
  const quoted = (value: string | number | null): string => (value === null ? "" : typeof value === "number" ? String(value) : `"${value.replaceAll('"', '""')}"`);
  let name = "";
  const titles = columns.map((column) => {
    if (column.line) name = column.title;
    return column.line || column === columns[0] ? column.title : `${name}: ${column.title}`;
  });
  const rows = payload.steps.map((_, at) => columns.map((column) => quoted(column.raw(at))).join(","));
  return `\ufeff${[titles.map((title) => quoted(title)).join(","), ...rows].join("\r\n")}\r\n`;
}

export function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** As the server names its files: «Динамика, Вся компания, 2026-10-29 - 2026-11-25.png». */
export function fileName(payload: Payload, config: Config, ending: string): string {
  const [first, last] = config.days;
  const days = first === last ? first : `${first} - ${last}`;
  const plain = (text: string): string => text.replaceAll(/[\\/:*?"<>|\u0000-\u001f\u00a0]+/g, " ").replaceAll("–", "-").replaceAll(/\s+/g, " ").replaceAll(/^[ .]+|[ .]+$/g, "");
  return `${[config.title, payload.scope, days].map(plain).join(", ")}.${ending}`;
}

import type { ChartData } from "./data";

/** The same data as a table, one key away from the chart. */
export function fillTable(
  holder: HTMLElement,
  data: ChartData,
  text: (value: number | null) => string,
  when: (step: string) => string,
): void {
  const table = document.createElement("table");
  table.className = "table";
  const head = table.createTHead().insertRow();
  const { texts } = data;
  const columns = [texts.when, texts.value, texts.low, texts.high, "n", ...(texts.before ? [texts.before] : [])];
  columns.forEach((name, index) => {
    const cell = document.createElement("th");
    cell.textContent = name ?? "";
    cell.scope = "col";
    if (index > 0) cell.className = "num";
    head.append(cell);
  });
  const body = table.createTBody();
  for (const [step, value, low, high, n, before] of data.points) {
    const row = body.insertRow();
    const bound = (number: number | null): string => (number === null ? "" : text(number));
    const cells = [when(step), text(value), bound(low), bound(high), String(n), ...(texts.before ? [bound(before)] : [])];
    cells.forEach((content, index) => {
      const cell = row.insertCell();
      cell.textContent = content;
      if (index > 0) cell.className = "num";
    });
  }
  holder.replaceChildren(table);
}

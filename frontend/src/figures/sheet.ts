/** The cells of the form as a grid: which input stands where, and totals. */
export class Sheet {
  readonly rows: HTMLTableRowElement[];

  constructor(readonly table: HTMLTableElement) {
    this.rows = [...table.tBodies[0]!.rows];
  }

  /** Input of row and day column, null where the day is not typed. */
  at(row: number, column: number): HTMLInputElement | null {
    return this.rows[row]?.cells[column + 1]?.querySelector("input") ?? null;
  }

  where(input: HTMLInputElement): [row: number, column: number] {
    const cell = input.closest("td")!;
    return [this.rows.indexOf(cell.parentElement as HTMLTableRowElement), cell.cellIndex - 1];
  }

  find(place: string, sheet: string, day: string): HTMLInputElement | null {
    const row = this.rows.find((one) => one.dataset.place === place && one.dataset.sheet === sheet);
    return row?.querySelector<HTMLInputElement>(`input[data-day="${day}"]`) ?? null;
  }

  /** The next typed cell in a direction, over days that are not typed. */
  step(input: HTMLInputElement, down: number, right: number): HTMLInputElement | null {
    let [row, column] = this.where(input);
    for (;;) {
      row += down;
      column += right;
      if (row < 0 || row >= this.rows.length || column < 0 || column > 6) return null;
      const next = this.at(row, column);
      if (next && next.offsetParent !== null) return next;
    }
  }

  drawTotals(format: (value: number, digits: number) => string): void {
    const columns: number[][] = Array.from({ length: 7 }, () => []);
    const last: number[] = []; // of each row
    for (const row of this.rows) {
      const values: number[] = [];
      for (let column = 0; column < 7; column += 1) {
        const cell = row.cells[column + 1]!;
        const typed = cell.querySelector("input")?.dataset.value ?? cell.querySelector<HTMLElement>("[data-count]")?.dataset.count;
        if (!typed) continue;
        values.push(Number(typed));
        columns[column]!.push(Number(typed));
      }
      row.cells[8]!.textContent = total(values, row.dataset, format);
      if (row.dataset.adds === "last") last.push(...values.slice(-1));
    }
    const foot = this.table.tFoot;
    if (!foot) return;
    columns.forEach((values, column) => (foot.rows[0]!.cells[column + 1]!.textContent = total(values, foot.dataset, format)));
    foot.rows[0]!.cells[8]!.textContent = total(last.length > 0 ? last : columns.flat(), foot.dataset, format);
  }
}

/** What several numbers make: their sum, their mean or the last of them; a mean of nothing is nothing. */
export function total(
  values: number[],
  how: { adds?: string; digits?: string },
  format: (value: number, digits: number) => string,
): string {
  const sum = values.reduce((one, other) => one + other, 0);
  const digits = Number(how.digits ?? 0);
  if (how.adds === "last") return values.length > 0 ? format(values.at(-1)!, digits) : "";
  if (how.adds !== "mean") return format(sum, digits);
  return values.length > 0 ? format(sum / values.length, Math.max(1, digits)) : "";
}
